package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

// invite has Ade invite the address through the form, and returns the link.
func (s *site) invite(email, role string) (link string) {
	s.t.Helper()
	p := s.as(s.Ade).get(membersPath)
	p.press(p.root, "Invite", "email", email, "role", role).goesTo(membersPath).says("status", "Invitation sent", "has 7 days to accept it")
	return "/invite/" + s.mailed(models.InvitationMail, strings.ToLower(email))
}

const membersPath = "/t/acme/members"

func TestInvitingANewPerson(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		link := s.invite("ivy@new.example", "developer")
		b := s.visitor()
		p := b.get(link).expect(http.StatusOK, "Ade Admin invites you to Acme Books as", "For ivy@new.example")
		if value(p.control(p.root, "Email")) != "ivy@new.example" {
			t.Error("the page does not say for whom it is")
		}
		s.unchanged(t, "a form that is refused", func() {
			for _, test := range []struct{ name, password, label, typed, wrong string }{
				{"   ", newPassword, "Name", "   ", "Enter your name."},
				{"Ivy\u202e", newPassword, "Name", "Ivy\u202e", "cannot be shown"},
				{"Ivy", "Acme Books", "Password", "", "12 characters"},
			} {
				refused := b.post(link, url.Values{"name": {test.name}, "password": {test.password}}).expect(http.StatusUnprocessableEntity)
				refused.refuses(refused.root, test.label, test.typed, test.wrong)
			}
		})
		p.press(p.root, "Accept invitation", "name", "Ivy", "password", newPassword).goesTo("/t/acme/playground").expect(http.StatusOK, "Ivy")
		if !models.WellFormedKey(b.view(keysPath)) {
			t.Error("the new developer sees no key")
		}
		nina := s.as(s.Nina)
		s.unchanged(t, "using the link again", func() {
			s.visitor().get(link).expect(http.StatusGone, "This invitation has been accepted")
			s.visitor().post(link, url.Values{"name": {"Eve"}, "password": {newPassword}}).expect(http.StatusGone, "This invitation has been accepted")
			nina.post(link, nil).expect(http.StatusGone)
		})
		s.visitor().signIn("ivy@new.example", newPassword).goesTo("/")
	})
}

func TestInvitingSomebodyWithAnAccount(t *testing.T) {
	s := onSQLite(t)
	link := s.invite("nina@nowhere.example", "viewer")
	b := s.visitor()
	s.unchanged(t, "accepting it signed out", func() {
		b.post(link, url.Values{"name": {"Nina"}, "password": {newPassword}}).goesTo("/login?next=" + url.QueryEscape(link))
	})
	p := b.get(link).expect(http.StatusOK, "There is an account with this address already.")
	p = p.press(p.root, "Sign in to accept").expect(http.StatusOK)
	p = p.press(p.root, "Sign in", "email", "nina@nowhere.example", "password", password).goesTo(link).expect(http.StatusOK, "Nina Nobody")
	p.press(p.root, "Accept invitation").goesTo("/t/acme/playground").expect(http.StatusOK, "Acme Books")
}

func TestInvitationsOfOthers(t *testing.T) {
	s := onSQLite(t)
	link := s.invite("nina@nowhere.example", "viewer")
	uma := s.as(s.Uma)
	s.unchanged(t, "accepting it as somebody else", func() {
		uma.post(link, nil).expect(http.StatusForbidden, "This invitation is for nina@nowhere.example.")
		uma.post(link, url.Values{"name": {"Nina"}, "password": {newPassword}, "email": {"uma@umami.example"}}).expect(http.StatusForbidden)
	})
	p := uma.get(link).expect(http.StatusOK, "You are signed in as uma@umami.example.", "Only nina@nowhere.example can accept")
	if hasButton(p.root, "Accept invitation") {
		t.Error("it can be accepted")
	}
	p.press(p.root, "Sign out and go on").goesTo(link).expect(http.StatusOK, "Sign in to accept")
}

func TestInvitationsEnd(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	first := s.invite("ivy@new.example", "viewer")
	renewed := s.invite("IVY@new.example", "developer")
	if n := s.Database.Count("SELECT count(*) FROM invitations"); n != 1 {
		t.Errorf("there are %d invitations of one address", n)
	}
	s.visitor().get(first).expect(http.StatusNotFound, "This link does not work")
	p := ade.get(membersPath)
	p = p.press(p.root, "Resend the invitation of ivy@new.example").goesTo(membersPath).says("status", "Invitation sent again")
	s.visitor().get(renewed).expect(http.StatusNotFound, "This link does not work")
	resent := "/invite/" + s.mailed(models.InvitationMail, "ivy@new.example")
	s.visitor().get(resent).expect(http.StatusOK, "Developer")
	p.press(p.root, "Withdraw the invitation of ivy@new.example").goesTo(membersPath).says("status", "Invitation withdrawn")
	s.visitor().get(resent).expect(http.StatusGone, "This invitation was withdrawn")

	late := s.invite("ivy@new.example", "viewer")
	s.Database.Clock.Add(models.InvitationLife - time.Microsecond)
	s.visitor().get(late).expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.visitor().get(late).expect(http.StatusGone, "This invitation has lapsed")
	s.visitor().post(late, url.Values{"name": {"Ivy"}, "password": {newPassword}}).expect(http.StatusGone, "This invitation has lapsed")
	s.visitor().get("/invite/"+strings.ToLower(late[len("/invite/"):])).expect(http.StatusNotFound, "This link does not work")
}

func TestInvitationFormIsChecked(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	for _, test := range []struct{ email, role, wrong string }{
		{"", "viewer", "Enter an email address."}, {"ivy", "viewer", "That is not an email address."},
		{"Dev@acme.example", "viewer", "This person is a member already."}, {"ivy@new.example", "guest", "Choose a role."},
	} {
		s.unchanged(t, test.wrong, func() {
			p := ade.post("/t/acme/invitations", url.Values{"email": {test.email}, "role": {test.role}}).expect(http.StatusUnprocessableEntity, test.wrong)
			if got := value(p.control(p.root, "Email")); got != test.email {
				t.Errorf("Email holds %q; %q was typed", got, test.email)
			}
		})
	}
	s.unchanged(t, "inviting an owner as an admin", func() {
		ade.post("/t/acme/invitations", url.Values{"email": {"ivy@new.example"}, "role": {"owner"}}).expect(http.StatusForbidden, "Only an owner may invite an owner.")
	})
}

// TestInvitingTellsNothing: whether an address has an account shows in nothing
// that the team sees.
func TestInvitingTellsNothing(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	answer := func(email string) string {
		p := ade.post("/t/acme/invitations", url.Values{"email": {email}, "role": {"viewer"}}).goesTo(membersPath).expect(http.StatusOK)
		body := strings.ReplaceAll(p.body, email, "…")
		s.Database.Exec("DELETE FROM invitations")
		return withoutIDs(body)
	}
	if known, unknown := answer("nina@nowhere.example"), answer("nobody@nowhere.example"); known != unknown {
		t.Errorf("an address with an account is answered\n%s\nand one without\n%s", known, unknown)
	}
}

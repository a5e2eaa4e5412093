package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web"
	"dojo/web/webtest"
)

func TestInvitingANewPerson(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		link := s.Invite("ivy@new.example", "developer")
		b := s.Visitor()
		p := b.Get(link).Expect(http.StatusOK, "Ade Admin invites you to Acme Books as", "For ivy@new.example")
		if webtest.Value(p.Control(p.Root, "Email")) != "ivy@new.example" {
			t.Error("the page does not say for whom it is")
		}
		s.Unchanged(t, "a form that is refused", func() {
			for _, test := range []struct{ name, password, label, typed, wrong string }{
				{"   ", webtest.NewPassword, "Name", "   ", "Enter your name."},
				{"Ivy\u202e", webtest.NewPassword, "Name", "Ivy\u202e", "cannot be shown"},
				{"Ivy", "Acme Books", "Password", "", "12 characters"},
			} {
				refused := b.Post(link, url.Values{"name": {test.name}, "password": {test.password}}).
					Expect(http.StatusUnprocessableEntity)
				refused.Refuses(refused.Root, test.label, test.typed, test.wrong)
			}
		})
		p.Press(p.Root, "Accept invitation", "name", "Ivy", "password", webtest.NewPassword).
			GoesTo("/t/acme/playground").Expect(http.StatusOK, "Ivy")
		if !models.WellFormedKey(b.View(webtest.KeysPath)) {
			t.Error("the new developer sees no key")
		}
		nina := s.As(s.Nina)
		s.Unchanged(t, "using the link again", func() {
			s.Visitor().Get(link).Expect(http.StatusGone, "This invitation has been accepted")
			s.Visitor().Post(link, url.Values{"name": {"Eve"}, "password": {webtest.NewPassword}}).
				Expect(http.StatusGone, "This invitation has been accepted")
			nina.Post(link, nil).Expect(http.StatusGone)
		})
		s.Visitor().SignIn("ivy@new.example", webtest.NewPassword).GoesTo("/")
	})
}

// TestInvitationLinkIsHandedOver where no mail server is set up: whoever invites gets the link,
// once, and may make another, which ends it.
func TestInvitationLinkIsHandedOver(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	path := func(p *webtest.Page) string {
		t.Helper()
		link, err := url.Parse(strings.Join(webtest.Texts(p.ByID("flash-link")), ""))
		s.Ok(err)
		return link.Path
	}
	p := ade.Post("/t/acme/invitations", url.Values{"email": {"ivy@new.example"}, "role": {"developer"}})
	first := p.GoesTo(webtest.MembersPath)
	s.Visitor().Get(path(first)).Expect(http.StatusOK, "Ade Admin invites you to Acme Books")
	if p := ade.Get(webtest.MembersPath); strings.Contains(p.Body, path(first)) {
		t.Error("the link is shown again later")
	}
	p = ade.Get(webtest.MembersPath)
	second := p.Press(p.Root, "Get link the invitation of ivy@new.example").GoesTo(webtest.MembersPath)
	s.Visitor().Get(path(first)).Expect(http.StatusNotFound)
	s.Visitor().Get(path(second)).Expect(http.StatusOK, "Ade Admin invites you to Acme Books")
	ade.Get("/t/acme/activity").Expect(http.StatusOK, "made a new link for the invitation of ivy@new.example and saw it")

	sol := s.As(s.Sol)
	p = sol.Get("/desk/teams/acme").Expect(http.StatusOK)
	third := p.Press(p.Root, "Get link the invitation of ivy@new.example").GoesTo("/desk/teams/acme")
	s.Visitor().Get(path(second)).Expect(http.StatusNotFound)
	s.Visitor().Get(path(third)).Expect(http.StatusOK, "Ade Admin invites you to Acme Books")
}

// TestInvitationLinkIsOnlyMailed where there is a mail server: it tells that the address is
// theirs who accept.
func TestInvitationLinkIsOnlyMailed(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) {
		o.Config.SMTPURL, o.Config.MailFrom = "smtp://127.0.0.1:1?tls=none", "dojo@dojo.example"
	})
	ade := s.As(s.Ade)
	ade.Post("/t/acme/invitations", url.Values{"email": {"ivy@new.example"}, "role": {"viewer"}}).
		GoesTo("/t/acme/members").Says("status", "Invitation sent")
	id := s.Column("SELECT id FROM invitations WHERE email = 'ivy@new.example'")
	sol := s.As(s.Sol)
	s.Unchanged(t, "asking for the link", func() {
		ade.Post("/t/acme/invitations/"+id+"/link", nil).Expect(http.StatusNotFound)
		sol.Post("/desk/teams/acme/invitations/"+id+"/link", nil).Expect(http.StatusNotFound)
	})
}

func TestInvitingSomebodyWithAnAccount(t *testing.T) {
	s := webtest.OnSQLite(t)
	link := s.Invite("nina@nowhere.example", "viewer")
	b := s.Visitor()
	s.Unchanged(t, "accepting it signed out", func() {
		b.Post(link, url.Values{"name": {"Nina"}, "password": {webtest.NewPassword}}).
			GoesTo("/login?next=" + url.QueryEscape(link))
	})
	p := b.Get(link).Expect(http.StatusOK, "There is an account with this address already.")
	p = p.Press(p.Root, "Sign in to accept").Expect(http.StatusOK)
	p = p.Press(p.Root, "Sign in", "email", "nina@nowhere.example", "password", webtest.Password).GoesTo(link).
		Expect(http.StatusOK, "Nina Nobody")
	p.Press(p.Root, "Accept invitation").GoesTo("/t/acme/playground").Expect(http.StatusOK, "Acme Books")
}

func TestInvitationsOfOthers(t *testing.T) {
	s := webtest.OnSQLite(t)
	link := s.Invite("nina@nowhere.example", "viewer")
	uma := s.As(s.Uma)
	s.Unchanged(t, "accepting it as somebody else", func() {
		uma.Post(link, nil).Expect(http.StatusForbidden, "This invitation is for nina@nowhere.example.")
		uma.Post(link, url.Values{"name": {"Nina"}, "password": {webtest.NewPassword}, "email": {"uma@umami.example"}}).
			Expect(http.StatusForbidden)
	})
	p := uma.Get(link).Expect(http.StatusOK, "You are signed in as uma@umami.example.",
		"Only nina@nowhere.example can accept")
	if webtest.HasButton(p.Root, "Accept invitation") {
		t.Error("it can be accepted")
	}
	p.Press(p.Root, "Sign out and go on").GoesTo(link).Expect(http.StatusOK, "Sign in to accept")
}

func TestInvitationsEnd(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	first := s.Invite("ivy@new.example", "viewer")
	renewed := s.Invite("IVY@new.example", "developer")
	if n := s.Database.Count("SELECT count(*) FROM invitations"); n != 1 {
		t.Errorf("there are %d invitations of one address", n)
	}
	s.Visitor().Get(first).Expect(http.StatusNotFound, "This link does not work")
	p := ade.Get(webtest.MembersPath)
	p = p.Press(p.Root, "Resend the invitation of ivy@new.example").GoesTo(webtest.MembersPath).
		Says("status", "Invitation sent again")
	s.Visitor().Get(renewed).Expect(http.StatusNotFound, "This link does not work")
	resent := "/invite/" + s.Mailed(models.InvitationMail, "ivy@new.example")
	s.Visitor().Get(resent).Expect(http.StatusOK, "Developer")
	p.Press(p.Root, "Withdraw the invitation of ivy@new.example").GoesTo(webtest.MembersPath).
		Says("status", "Invitation withdrawn")
	s.Visitor().Get(resent).Expect(http.StatusGone, "This invitation was withdrawn")

	late := s.Invite("ivy@new.example", "viewer")
	s.Database.Clock.Add(models.InvitationLife - time.Microsecond)
	s.Visitor().Get(late).Expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.Visitor().Get(late).Expect(http.StatusGone, "This invitation has lapsed")
	s.Visitor().Post(late, url.Values{"name": {"Ivy"}, "password": {webtest.NewPassword}}).
		Expect(http.StatusGone, "This invitation has lapsed")
	s.Visitor().Get("/invite/"+strings.ToLower(late[len("/invite/"):])).
		Expect(http.StatusNotFound, "This link does not work")
}

func TestInvitationFormIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	for _, test := range []struct{ email, role, wrong string }{
		{"", "viewer", "Enter an email address."}, {"ivy", "viewer", "That is not an email address."},
		{"Dev@acme.example", "viewer", "This person is a member already."},
		{"ivy@new.example", "guest", "Choose a role."},
	} {
		s.Unchanged(t, test.wrong, func() {
			p := ade.Post("/t/acme/invitations", url.Values{"email": {test.email}, "role": {test.role}}).
				Expect(http.StatusUnprocessableEntity, test.wrong)
			if got := webtest.Value(p.Control(p.Root, "Email")); got != test.email {
				t.Errorf("Email holds %q; %q was typed", got, test.email)
			}
		})
	}
	s.Unchanged(t, "inviting an owner as an admin", func() {
		ade.Post("/t/acme/invitations", url.Values{"email": {"ivy@new.example"}, "role": {"owner"}}).
			Expect(http.StatusForbidden, "Only an owner may invite an owner.")
	})
}

// TestInvitingTellsNothing: whether an address has an account shows in nothing
// that the team sees.
func TestInvitingTellsNothing(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	answer := func(email string) string {
		p := ade.Post("/t/acme/invitations", url.Values{"email": {email}, "role": {"viewer"}}).
			GoesTo(webtest.MembersPath).Expect(http.StatusOK)
		link := strings.Join(webtest.Texts(p.ByID("flash-link")), "")
		body := strings.NewReplacer(email, "…", link, "…").Replace(p.Body)
		s.Database.Exec("DELETE FROM invitations")
		return withoutIDs(body)
	}
	if known, unknown := answer("nina@nowhere.example"), answer("nobody@nowhere.example"); known != unknown {
		t.Errorf("an address with an account is answered\n%s\nand one without\n%s", known, unknown)
	}
}

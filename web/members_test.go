package web

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"dojo/models"
)

var idPattern = regexp.MustCompile(`\b[a-z2-7]{26}\b`)

// withoutIDs is a page's text without what is random in it.
func withoutIDs(body string) string { return idPattern.ReplaceAllString(body, "id") }

func memberPath(person models.Actor, action string) string {
	return membersPath + "/" + person.UserID + "/" + action
}

func role(role models.Role) url.Values { return url.Values{"role": {string(role)}} }

// refresh is what htmx asks of a page that is open.
const refresh = "HX-Request: true"

// TestAChangeHoldsFromTheNextRequest, in every open session and for parts of
// open pages.
func TestAChangeHoldsFromTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		olivia, dev, again := s.as(s.Olivia), s.as(s.Dev), s.as(s.Dev)
		view := keysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
		for _, b := range []*browser{dev, again} {
			b.get(keysPath, refresh).expect(http.StatusOK, "Secret key")
			b.post(view, nil).expect(http.StatusOK)
		}
		olivia.post(memberPath(s.Dev, "role"), role(models.Viewer)).goesTo(membersPath).says("status", "Role changed")
		for _, b := range []*browser{dev, again} {
			if p := b.get(keysPath, refresh).expect(http.StatusOK); hasButton(p.root, "View") {
				t.Error("the open page offers to view the key")
			}
			b.post(view, nil).expect(http.StatusForbidden, "viewer")
			b.post(view, nil, "Accept: application/json").expect(http.StatusForbidden)
		}
		olivia.post(memberPath(s.Dev, "remove"), nil).goesTo(membersPath).says("status", "Member removed")
		for _, b := range []*browser{dev, again} {
			b.get(keysPath, refresh).expect(http.StatusNotFound)
			b.get(keysPath).expect(http.StatusNotFound)
			b.post(view, nil).expect(http.StatusNotFound)
		}
		disabled := s.as(s.Vic)
		disabled.get(keysPath).expect(http.StatusOK)
		s.disable(s.Vic)
		if p := disabled.get(keysPath, refresh).expect(http.StatusUnauthorized); p.header.Get("HX-Redirect") != "/login" {
			t.Errorf("HX-Redirect is %q", p.header.Get("HX-Redirect"))
		}
		disabled.get(keysPath).goesTo("/login?next=" + url.QueryEscape(keysPath))
	})
}

func TestSessionsAreEnded(t *testing.T) {
	s := onSQLite(t)
	here, there, third, vic := s.as(s.Dev), s.as(s.Dev), s.as(s.Dev), s.as(s.Vic)
	p := here.get(securityPath).expect(http.StatusOK, "This one")
	sessions := p.region("Sessions")
	p.press(sessions, "End all others").goesTo(securityPath).says("status", "Signed out everywhere else")
	for _, b := range []*browser{there, third} {
		b.get(keysPath, refresh).expect(http.StatusUnauthorized)
		b.post(keysPath, url.Values{"kind": {"secret"}}).goesTo("/login")
	}
	other := s.as(s.Dev)
	p = here.get(securityPath)
	ended := find(p.region("Sessions"), isTag("form"))
	here.post(attribute(ended[len(ended)-1], "action"), nil).goesTo(securityPath).says("status", "Signed out there")
	other.get(keysPath, refresh).expect(http.StatusUnauthorized)
	here.get(keysPath).expect(http.StatusOK)
	vic.get(keysPath).expect(http.StatusOK)
}

func TestChangingThePassword(t *testing.T) {
	s := onSQLite(t)
	here, there := s.as(s.Dev), s.as(s.Dev)
	p := here.get(securityPath)
	s.unchanged(t, "a change that is refused", func() {
		wrong := p.press(p.root, "Change password", "current", "wrong", "password", newPassword).expect(http.StatusUnprocessableEntity)
		wrong.refuses(wrong.root, "Current password", "", "That is not your current password.")
		short := p.press(p.root, "Change password", "current", password, "password", "dev@acme.example").expect(http.StatusUnprocessableEntity)
		short.refuses(short.root, "New password", "", "")
	})
	p.press(p.root, "Change password", "current", password, "password", newPassword).goesTo(securityPath).says("status", "Password changed")
	here.get("/account").expect(http.StatusOK)
	there.get("/account").goesTo("/login?next=%2Faccount")
	s.visitor().signIn("dev@acme.example", newPassword).goesTo("/")
	for range 11 {
		here.post(securityPath+"/password", url.Values{"current": {"wrong"}, "password": {newPassword}})
	}
	here.waits(func() {
		here.post(securityPath+"/password", url.Values{"current": {"wrong"}, "password": {newPassword}})
	})
}

// TestATeamKeepsAnOwner, whatever its owner presses.
func TestATeamKeepsAnOwner(t *testing.T) {
	s := onSQLite(t)
	olivia, ade := s.as(s.Olivia), s.as(s.Ade)
	for _, path := range []string{membersPath + "/leave", memberPath(s.Olivia, "remove")} {
		olivia.post(path, nil).goesTo(membersPath).says("alert", "Nothing was changed", "A team needs an owner.")
	}
	olivia.post(memberPath(s.Olivia, "role"), role(models.Admin)).goesTo(membersPath).says("alert", "Nothing was changed", "A team needs an owner.")
	s.unchanged(t, "an admin at the owners", func() {
		ade.post(memberPath(s.Olivia, "role"), role(models.Viewer)).expect(http.StatusForbidden, "Only an owner may make or unmake an owner.")
		ade.post(memberPath(s.Dev, "role"), role(models.Owner)).expect(http.StatusForbidden)
		ade.post(memberPath(s.Olivia, "remove"), nil).expect(http.StatusForbidden, "Only an owner may remove an owner.")
		ade.post(memberPath(s.Dev, "role"), url.Values{"role": {"engineer"}}).goesTo(membersPath).says("alert", "Nothing was changed")
	})
	p := olivia.get(membersPath + "?hand-over=" + s.Ade.UserID).expect(http.StatusOK)
	if p.dialog() == nil {
		t.Fatal("there is no dialog to hand over")
	}
	olivia.post(memberPath(s.Ade, "hand-over"), nil).goesTo(membersPath).says("status", "Ownership handed over")
	olivia.post(memberPath(s.Vic, "hand-over"), nil).expect(http.StatusForbidden)
	olivia.post(membersPath+"/leave", nil).goesTo("/?all").says("status", "You left Acme Books")
	olivia.get(membersPath).expect(http.StatusNotFound)
}

// TestDialogsAreForWhatCanBeDone: the address asks for a dialog, and an id that
// it cannot be about opens none.
func TestDialogsAreForWhatCanBeDone(t *testing.T) {
	s := onSQLite(t)
	for _, test := range []struct {
		who   models.Actor
		query string
		opens bool
	}{
		{s.Ade, "?remove=" + s.Dev.UserID, true}, {s.Ade, "?remove=" + s.Olivia.UserID, false}, {s.Ade, "?remove=" + s.Uma.UserID, false},
		{s.Ade, "?remove=%27", false}, {s.Ade, "?hand-over=" + s.Dev.UserID, false}, {s.Vic, "?remove=" + s.Dev.UserID, false},
		{s.Vic, "?leave", true}, {s.Olivia, "?leave", false}, {s.Olivia, "?hand-over=" + s.Uma.UserID, false},
	} {
		if p := s.as(test.who).get(membersPath + test.query).expect(http.StatusOK); (p.dialog() != nil) != test.opens {
			t.Errorf("%s of %s opens a dialog: %v", test.query, test.who.Name, p.dialog() != nil)
		}
	}
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestATeamFromTheDesk: its owner comes by an invitation, and starts with an open
// Playground.
func TestATeamFromTheDesk(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		sol := s.As(s.Sol)
		for _, test := range []struct{ name, slug, email, label, typed, wrong string }{
			{"", "zed", "zoe@new.example", "Team name", "", "Enter the team's name."},
			{"Zed", "acme", "zoe@new.example", "Team address name", "acme", "has or had this name"},
			{"Zed", "new", "zoe@new.example", "Team address name", "new", "taken"},
			{"Zed", "zed", "zoe", "Owner’s email", "zoe", "That is not an email address."},
		} {
			s.Unchanged(t, test.wrong, func() {
				p := sol.Post("/desk/teams",
					url.Values{"name": {test.name}, "slug": {test.slug}, "email": {test.email}}).
					Expect(http.StatusUnprocessableEntity)
				p.Refuses(p.Root, test.label, test.typed, test.wrong)
			})
		}
		p := sol.Get("/desk/teams/new").Expect(http.StatusOK)
		p.Press(p.Root, "Create team and invite owner", "name", "Zed & Co", "slug", "zed", "email", "Zoe@new.example").
			GoesTo("/desk/teams/zed").
			Says("status", "Zed & Co is created", "zoe@new.example is invited as its owner.")
		b := s.Visitor()
		p = b.Get("/invite/"+s.Mailed(models.InvitationMail, "zoe@new.example")).
			Expect(http.StatusOK, "Sol Engineer invites you to Zed & Co as Owner")
		p.Press(p.Root, "Accept invitation", "name", "Zoe", "password", webtest.NewPassword).
			GoesTo("/t/zed/playground").Expect(http.StatusOK, "Zed & Co")
		b.Get("/t/zed/production").Expect(http.StatusOK, "Production is locked")
		sol.Get("/t/zed/playground").Expect(http.StatusNotFound) // at the desk one is no member
	})
}

// TestNewTeamWithoutAnAddressName gets one that is made from its name.
func TestNewTeamWithoutAnAddressName(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	sol.Post("/desk/teams", url.Values{"name": {"Café Zürich"}, "email": {"ivy@cafe.example"}}).
		GoesTo("/desk/teams/cafe-zurich").Says("status", "Café Zürich is created")
	s.Unchanged(t, "a team whose name makes none", func() {
		p := sol.Post("/desk/teams", url.Values{"name": {"北京"}, "email": {"ivy@cafe.example"}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "Team address name", "", "Use 1 to 40 lowercase letters")
	})
}

// TestDeskOfANewInstallation leads to the first team.
func TestDeskOfANewInstallation(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	if p := sol.Get("/desk").Expect(http.StatusOK); strings.Contains(webtest.Words(p.Root), "Create your first team") {
		t.Error("it says so although there are teams")
	}
	s.Database.Exec("UPDATE teams SET open_to_guests = true")
	sol.Get("/desk").Expect(http.StatusOK, "Create your first team")
}

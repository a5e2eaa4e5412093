package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestViewAsTeam(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	p := sol.Get("/desk/teams/acme").Expect(http.StatusOK, "View as the team")
	p = p.Press(p.Region("View as the team"), "View as team", "reason", "Their 403s.").GoesTo("/t/acme/playground")
	p.Expect(http.StatusOK, "You are viewing Acme Books as the team sees it", "It ends 2 Mar 2026, 10:00 UTC")
	key := s.As(s.Ade).View(webtest.KeysPath)
	for _, page := range []string{"/t/acme/development/keys", "/t/acme/production", "/t/acme/members", "/t/acme/activity",
		"/t/acme/settings", "/t/acme/development/usage", "/t/acme/development/catalog"} {
		p := sol.Get(page).Expect(http.StatusOK, "You are viewing Acme Books as the team sees it")
		if strings.Contains(p.Body, key) || webtest.HasButton(p.Root, "View") || webtest.HasButton(p.Root, "Save") {
			t.Errorf("%s shows a secret, or offers to", page)
		}
		if strings.Contains(p.Body, "Umami") {
			t.Errorf("%s names another team", page)
		}
	}
	activity := s.As(s.Vic).Get("/t/acme/activity").Expect(http.StatusOK, "Their 403s.")
	for _, line := range []string{"began to view the team's pages, read-only", "viewed the page /development/keys",
		"viewed the page /members", "viewed the page /playground"} {
		activity.Expect(http.StatusOK, "Sol Engineer solutions engineer "+line)
	}
	p = sol.Get("/t/acme/members")
	p.Press(p.Root, "Leave").GoesTo("/desk/teams/acme").Says("status", "You have left the team’s pages")
	sol.Get("/t/acme/members").Expect(http.StatusNotFound)
}

func TestViewFormIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	for _, typed := range []string{"", strings.Repeat("x", 501)} {
		s.Unchanged(t, "a reason", func() {
			p := sol.Post("/desk/teams/acme/view", url.Values{"reason": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Region("View as the team"), "Reason", typed, "")
		})
	}
	owner := s.As(s.Olivia)
	p := owner.Get("/t/acme/settings").Expect(http.StatusOK, "Help from solutions engineers")
	p.Press(p.Root, "Do not allow it").GoesTo("/t/acme/settings").Says("status", "Solutions engineers cannot view your pages")
	s.Unchanged(t, "what the owner does not allow", func() {
		sol.Post("/desk/teams/acme/view", url.Values{"reason": {"Please"}}).GoesTo("/desk/teams/acme").
			Says("alert", "do not let solutions engineers view its pages")
	})
	sol.Get("/desk/teams/acme").Expect(http.StatusOK, "The team’s owners do not allow it.")
	p = owner.Get("/t/acme/settings")
	p.Press(p.Root, "Allow it").GoesTo("/t/acme/settings").Says("status", "Solutions engineers may view your pages")
}

// TestAPageThatRefreshesItselfIsOneLine: a locked environment's page asks for itself every few seconds.
func TestAPageThatRefreshesItselfIsOneLine(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.RequestUnlock(models.Production)
	sol := s.As(s.Sol)
	sol.Post("/desk/teams/acme/view", url.Values{"reason": {"Please"}}).GoesTo("/t/acme/playground")
	for range 3 {
		sol.Get("/t/acme/production", "HX-Request: true").Expect(http.StatusOK)
	}
	if lines := s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'viewing.page'"); lines != 2 {
		t.Errorf("%d lines; want 2", lines)
	}
	s.Database.Clock.Add(models.ViewingLife + time.Second)
	sol.Get("/t/acme/production", "HX-Request: true").Expect(http.StatusNotFound)
}

func TestNotesAmongEngineers(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	p := sol.Get("/desk/teams/acme")
	p.Press(p.Root, "Add note", "note", "Slow payers <b>").GoesTo("/desk/teams/acme").Says("status", "Note added").
		Expect(http.StatusOK, "Slow payers <b>")
	for _, page := range []string{"/t/acme/activity", "/t/acme/settings", "/t/acme/production"} {
		if strings.Contains(s.As(s.Olivia).Get(page).Body, "Slow payers") {
			t.Errorf("the team reads it on %s", page)
		}
	}
	s.Unchanged(t, "an empty note", func() {
		p := sol.Post("/desk/teams/acme/notes", url.Values{"note": {" "}}).Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "Note", " ", "Write a note first.")
	})
}

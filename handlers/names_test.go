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

// TestWhatOthersWroteIsIsolated: where handlers and the store put sentences together with
// what others wrote, in messages, refusals and lists, a text that is written from right to left
// does not change the order of the words around it. The gallery's test looks at the pages themselves.
func TestWhatOthersWroteIsIsolated(t *testing.T) {
	s := webtest.OnSQLite(t)
	for _, table := range []string{"users", "teams"} {
		s.Database.Exec("UPDATE " + table + " SET name = '" + webtest.Arabic + " ' || name")
	}
	for _, person := range []*models.Actor{&s.Sol, &s.Olivia, &s.Ade, &s.Dev, &s.Vic, &s.Uma, &s.Nina} {
		person.Name = webtest.Arabic + " " + person.Name
	}
	ade, olivia, sol, dev := s.As(s.Ade), s.As(s.Olivia), s.As(s.Sol), s.As(s.Dev)
	w := isolation{t: t, text: webtest.Arabic + " text"}

	p := w.check(ade.Get(webtest.MembersPath))
	w.done(p.Press(p.Root, "Invite", "email", webtest.Arabic+"@acme.example", "role", "viewer"))
	for _, dialog := range []string{"?remove=" + s.Vic.UserID, "?leave=1"} {
		w.check(ade.Get(webtest.MembersPath + dialog))
	}
	w.check(olivia.Get(webtest.MembersPath + "?hand-over=" + s.Ade.UserID))
	w.done(olivia.Post(webtest.MembersPath+"/"+s.Vic.UserID+"/role", url.Values{"role": {"viewer"}}))
	w.done(olivia.Post(webtest.MembersPath+"/"+s.Olivia.UserID+"/hand-over", nil))
	p = w.check(ade.Get("/account"))
	w.done(p.Press(p.Root, "Save", "name", w.text))
	s.Passkey(s.Ade)
	p = w.check(ade.Get(webtest.SecurityPath))
	w.done(p.Press(p.Root, "Rename", "name", w.text))
	p = w.check(ade.Get(webtest.SecurityPath))
	w.done(p.Press(p.Region("Passkeys"), "Remove "+w.text))

	for _, decide := range [][]string{{"Decline", "reason", w.text}, {"Unlock", "reference", w.text, "ends", "2026-09-02"}} {
		s.Database.Clock.Add(time.Minute)
		p := w.check(dev.Get(webtest.ProductionPath + "?request=1"))
		w.done(p.Press(p.Root, "Send request", "use_case", w.text))
		id := s.RequestID()
		w.check(sol.Get("/desk/requests"))
		p = w.check(sol.Get("/desk/requests/" + id))
		w.done(p.Press(p.Root, decide[0], decide[1:]...))
		w.check(p.Press(p.Root, decide[0], decide[1:]...).Expect(http.StatusConflict))
		w.check(dev.Get(webtest.ProductionPath))
		w.check(sol.Get("/desk/requests?state=decided"))
	}
	w.check(sol.Get("/desk/teams/acme"))

	secret := webtest.ProductionPath + "/keys/" + s.Key(models.Production, models.Secret).ID
	w.done(ade.Post(secret+"/revoke", url.Values{"reason": {"rotation"}, "note": {w.text}, "when": {"now"},
		"confirm": {"production"}}))
	w.done(ade.Post(secret+"/revoke", url.Values{"reason": {"rotation"}, "when": {"now"}, "confirm": {"production"}}))
	w.check(ade.Get(webtest.ProductionPath + "/keys"))
	w.check(ade.Get(webtest.ProductionPath + "/settings"))
	w.check(s.As(s.Vic).Get(webtest.ProductionPath + "/settings"))
	w.check(ade.Post(webtest.ProductionPath+"/settings/origins", url.Values{"origins": {w.text}}))
	w.check(ade.Get(webtest.ProductionPath + "/activity"))

	p = w.check(sol.Get("/desk/teams/new"))
	w.done(p.Press(p.Root, "Create team and invite owner", "name", w.text, "slug", "text", "email", webtest.Arabic+"@text.example"))
	w.check(sol.Get("/desk/teams?q=" + url.QueryEscape(w.text)))
	w.check(sol.Post("/desk/teams/acme/restore", nil).GoesTo("/desk/teams/acme"))

	w.done(ade.Post("/t/acme/settings", url.Values{"name": {w.text + " books"}, "slug": {"acme"}}))
	w.check(olivia.Post("/t/acme/settings/delete", url.Values{"confirm": {"no"}}))
	for _, path := range []string{"/?all", "/t/acme/activity", "/t/acme/activity?what=sign-in", "/t/acme/settings"} {
		w.check(ade.Get(path))
	}
	w.done(s.As(s.Vic).Post(webtest.MembersPath+"/leave", nil))
	w.done(olivia.Post("/t/acme/settings/delete", url.Values{"confirm": {w.text + " books"}}))
	w.check(sol.Get("/desk/teams/acme"))
	if w.found < 100 {
		t.Errorf("only %d texts of others were met", w.found)
	}
}

// isolation looks at pages for what others wrote.
type isolation struct {
	t     *testing.T
	text  string // that somebody types
	found int
}

func (w *isolation) check(p *webtest.Page) *webtest.Page {
	w.t.Helper()
	if p.Status == http.StatusNotFound || p.Status >= 500 {
		w.t.Fatalf("%s: %d %s", p.Path, p.Status, webtest.Words(p.Root))
	}
	w.found += strings.Count(p.Body, webtest.Arabic)
	for _, loose := range webtest.Loose(p.Root, func(text string) bool {
		return strings.HasPrefix(strings.TrimPrefix(text, "\u2068"), webtest.Arabic)
	}) {
		w.t.Errorf("%s: %s", p.Path, loose)
	}
	return p
}

// done checks the page that the answer leads to.
func (w *isolation) done(p *webtest.Page) {
	w.t.Helper()
	w.check(p.GoesTo(p.Expect(http.StatusSeeOther).Header.Get("Location")))
}

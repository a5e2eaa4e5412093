package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/store"
	"dojo/web/webtest"
)

func TestHome(t *testing.T) {
	s := webtest.OnSQLite(t)
	ctx := context.Background()
	dev := s.As(s.Dev)
	dev.Get("/").GoesTo("/t/acme/playground").Expect(http.StatusOK, "Sample data, read-only.")
	dev.Get(webtest.KeysPath)
	dev.Get("/").GoesTo("/t/acme/development").Expect(http.StatusOK, "Unlocked until 2 Mar 2027")
	dev.Get("/t/acme").GoesTo("/t/acme/development")
	s.Ok(s.Server.Store.AddMember(ctx, models.SystemActor("Test"), "umami", s.Dev.UserID, models.Viewer))
	dev.Get("/?all").Expect(http.StatusOK, "Acme Books", "Umami Foods", "Developer", "Viewer")
	s.Database.Clock.Add(time.Minute)
	dev.Get("/t/umami/production")
	dev.Get("/").GoesTo("/t/umami/production")
	s.As(s.Sol).Get("/").GoesTo("/desk")
	s.As(s.Nina).Get("/").Expect(http.StatusOK, "You are not in a team yet", "invite nina@nowhere.example")
}

func TestSwitcherStaysOnThePage(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.As(s.Vic).Get("/t/acme/development/keys").Expect(http.StatusOK)
	button := webtest.Find(p.Root,
		func(n *html.Node) bool { return webtest.Attribute(n, "popovertarget") == "environments" })
	if len(button) != 1 || !strings.HasPrefix(webtest.Words(button[0]), "Environment Acme Books / Development") {
		t.Errorf("the switcher is %v", button)
	}
	menu := p.ByID("environments")
	var links []string
	for _, n := range webtest.Find(menu, webtest.IsTag("a")) {
		links = append(links, webtest.Words(n)+" "+webtest.Attribute(n, "href"))
	}
	want := []string{"Playground Read-only /t/acme/playground/keys",
		"Development Unlocked, 366 days left /t/acme/development/keys",
		"Production Locked /t/acme/production/keys"}
	if strings.Join(links, "\n") != strings.Join(want, "\n") {
		t.Errorf("the switcher offers %q", links)
	}
}

// TestSwitcherOfManyTeams: eight other teams are listed, and the way to all of them; the closed switcher
// says what waits in the environment.
func TestSwitcherOfManyTeams(t *testing.T) {
	s := webtest.OnSQLite(t)
	for i := range 31 {
		_, err := s.Server.Store.CreateTeam(t.Context(), s.Sol, store.NewTeam{Slug: fmt.Sprintf("shop-%d", i), Name: "Shop",
			OwnerID: s.Vic.UserID})
		s.Ok(err)
	}
	s.Exposed(models.Development)
	p := s.As(s.Vic).Get(webtest.KeysPath).Expect(http.StatusOK, "All your 32 teams")
	menu := p.ByID("environments")
	if n := len(webtest.Find(menu, webtest.IsTag("a"))); n != 3+8*4+1 {
		t.Errorf("the switcher has %d links", n)
	}
	if link := p.Link("All your 32 teams"); link != "/?all" {
		t.Errorf("all teams are at %s", link)
	}
	if !webtest.HasButton(p.Root, "Environment Acme Books / Development , 1 alarm") {
		t.Error("the closed switcher does not tell of the alarm")
	}
	p = s.As(s.Vic).Get("/t/acme/playground")
	if !webtest.HasButton(p.Root, "Environment Acme Books / Playground , alarms in Development") {
		t.Error("the switcher of another environment does not tell of the alarm")
	}
}

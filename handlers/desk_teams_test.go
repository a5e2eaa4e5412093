package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dojo/store"
	"dojo/web/webtest"
)

func TestDeskTeams(t *testing.T) {
	s := webtest.OnSQLite(t)
	for i := range 60 {
		_, err := s.Server.Store.CreateTeam(context.Background(), s.Sol, store.NewTeam{
			Slug: fmt.Sprintf("shop-%02d", i), Name: fmt.Sprintf("Shop <%02d>", i), OwnerID: s.Nina.UserID,
		})
		s.Ok(err)
	}
	sol := s.As(s.Sol)
	p := sol.Get("/desk/teams").Expect(http.StatusOK, "Acme Books", "62 teams", "Shop <00>")
	if strings.Contains(p.Body, "shop-59") {
		t.Error("the first page holds all teams")
	}
	p = sol.Get(p.Link("More")).Expect(http.StatusOK, "Shop <59>")
	sol.Get(p.Link("Back")).Expect(http.StatusOK, "Acme Books")
	p = sol.Get("/desk/teams?q=UMAMI").Expect(http.StatusOK, "Umami Foods")
	if strings.Contains(p.Body, "Acme") {
		t.Error("the search finds everything")
	}
	for _, q := range []string{"%25", "_", "%5C", "'%20OR%201=1", strings.Repeat("x", 3000)} {
		sol.Get("/desk/teams?q="+q).Expect(http.StatusOK, "Nothing matches")
	}
}

func TestDeskTeam(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	const here = "/desk/teams/acme"
	p := sol.Get(here).Expect(http.StatusOK, "MSA-2026-014", "Olivia Owner", "olivia@acme.example", "Never viewed")
	if p.Heading() != "Acme Books" {
		t.Errorf("the heading is %q", p.Heading())
	}
}

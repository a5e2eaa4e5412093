package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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
	p.Press(p.Root, "Save the agreement", "reference", "MSA-8", "ends", "2026-12-31").GoesTo(here).
		Says("status", "Agreement changed", "Development is unlocked under MSA-8 until 31 Dec 2026").
		Expect(http.StatusOK, "MSA-8")
	s.Unchanged(t, "a wrong form", func() {
		p := sol.Post(here+"/development/agreement", url.Values{"reference": {"MSA-9"}, "ends": {"2026-03-01"}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "Agreement ends", "2026-03-01", "That day is in the past.")
	})
	s.Unchanged(t, "the agreement of what is locked", func() {
		form := url.Values{"reference": {"MSA-9"}, "ends": {"2026-12-31"}}
		for kind, name := range map[string]string{"production": "Production", "playground": "Playground"} {
			sol.Post(here+"/"+kind+"/agreement", form).GoesTo(here).
				Says("alert", "Nothing was changed", name+" is not unlocked under an agreement")
		}
		sol.Post(here+"/nowhere/agreement", nil).Expect(http.StatusNotFound)
	})
}

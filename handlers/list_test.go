package handlers_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/web/webtest"
)

func TestDeskListsAsTables(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.RequestUnlock(models.Production)
	_, err := s.Store.CreateTeam(t.Context(), s.Sol,
		store.NewTeam{Slug: "formula", Name: `=HYPERLINK("https://evil.example")`, OwnerID: s.Nina.UserID})
	s.Ok(err)
	sol := s.As(s.Sol)
	table := func(address string) [][]string {
		t.Helper()
		p := sol.Get(address).Expect(http.StatusOK)
		if got := p.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" ||
			!strings.Contains(p.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s is sent as %s, %s", address, got, p.Header.Get("Content-Disposition"))
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\uFEFF"))).ReadAll()
		s.Ok(err)
		return rows
	}
	teams := table(sol.Get("/desk/teams").Link("CSV"))
	if len(teams) != 4 || teams[0][0] != "team" || teams[1][0] != `'=HYPERLINK("https://evil.example")` {
		t.Errorf("the teams are %q", teams)
	}
	sol.Get(sol.Get("/desk/teams?q=umami").Link("JSON Lines")).Expect(http.StatusOK,
		`{"team":"Umami Foods","slug":"umami","created_at":"2026-03-02T09:30:`, `"members":`)
	if found := table("/desk/teams?q=umami&format=csv"); len(found) != 2 || found[1][1] != "umami" {
		t.Errorf("the search finds %q", found)
	}
	waiting := table(sol.Get("/desk/requests").Link("CSV"))
	if len(waiting) != 2 || waiting[1][0] != "Acme Books" || waiting[1][4] != "Search on our shop." {
		t.Errorf("the requests are %q", waiting)
	}
	decided := table(sol.Get("/desk/requests?state=decided&outcome=approved").Link("CSV"))
	if len(decided) != 2 || decided[1][3] != "approved" || decided[1][11] != "MSA-2026-014" {
		t.Errorf("the decided ones are %q", decided)
	}
}

func TestDeskListsAreNarrowed(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.RequestUnlock(models.Production)
	sol := s.As(s.Sol)
	for address, want := range map[string]string{
		"/desk/requests?q=dev@acme.example": "Acme Books", "/desk/requests?q=SHOP": "Acme Books", "/desk/requests?q=umami": "",
		"/desk/requests?environment=production": "Acme Books", "/desk/requests?environment=development": "",
		"/desk/requests?state=decided&q=msa-2026": "Acme Books", "/desk/requests?state=decided&outcome=declined": "",
		"/desk/teams?q=MSA-2026": "Acme Books", "/desk/teams?q=uma+owner": "Umami Foods",
		"/desk/teams?state=waiting": "Acme Books", "/desk/teams?state=unlocked": "Acme Books",
		"/desk/teams?state=locked": "Umami Foods", "/desk/teams?state=ending": "", "/desk/teams?state=deleted": "",
	} {
		rows := strings.Join(sol.Get(address).Expect(http.StatusOK).Rows(), " | ")
		if want == "" && rows != "" || !strings.Contains(rows, want) || strings.Contains(rows, "|") {
			t.Errorf("%s lists %q; want %q", address, rows, want)
		}
	}
	sol.Get("/desk/requests?sort=nonsense&environment=nonsense&after=nonsense").Expect(http.StatusOK, "Acme Books")
}

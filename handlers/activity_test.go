package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/web/webtest"
)

func TestActivityFilters(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	ade.View(webtest.KeysPath)
	const path = "/t/acme/activity"
	ade.Get(path).Expect(http.StatusOK, "created the team Acme Books", "added Vic Viewer as viewer",
		"viewed the secret key", "unlocked the environment under agreement MSA-2026-014, until 2 Mar 2027")
	p := ade.Get(path+"?what=key&who="+s.Ade.UserID).Expect(http.StatusOK, "viewed the secret key")
	if len(p.Rows()) != 1 {
		t.Errorf("the filter lists %v", p.Rows())
	}
	for _, query := range []string{"what=%25", "who=nobody", "what=_&who='"} {
		ade.Get(path+"?"+query).Expect(http.StatusOK, "Nothing matches the filter")
	}
	p = ade.Get("/t/acme/playground/activity").Expect(http.StatusOK)
	if strings.Contains(webtest.Words(p.Root), "viewed the secret key") {
		t.Error("Playground lists what happened in Development")
	}
}

// TestActivityIsNarrowed by what was written, by days of a time zone, and given as tables.
func TestActivityIsNarrowed(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		s.Database.Clock.Set(time.Date(2026, time.March, 3, 23, 30, 0, 0, time.UTC)) // the fourth in Berlin
		ade := s.As(s.Ade)
		ade.View(webtest.KeysPath)
		const path = "/t/acme/activity"
		for query, lists := range map[string]bool{
			"from=2026-03-03&to=2026-03-03": true,
			"from=2026-03-04":               false,
			"to=2026-03-02":                 false,
			"from=2026-03-04&to=2026-03-04&zone=Europe/Berlin":                true,
			"from=2026-03-03&to=2026-03-03&zone=Europe/Berlin":                false,
			"from=2026-03-03&to=2026-03-03&zone=America/Los_Angeles&what=key": true,
			"q=ADE":                       true,
			"q=127.0.0.1&from=2026-03-03": true,
			"q=nobody+wrote+this":         false,
			"q=%25":                       false,
		} {
			p := ade.Get(path + "?" + query).Expect(http.StatusOK)
			if strings.Contains(p.Body, "yet to come") { // a day that has not begun in UTC
				lists = false
			}
			if got := strings.Contains(webtest.Words(p.Root), "viewed the secret key"); got != lists {
				t.Errorf("%s lists it: %v", query, got)
			}
		}
		for query, want := range map[string]string{
			"from=2026-03-03&to=2026-03-02": "The first day comes after the last one.", "from=soon": "Write a day as",
			"from=2026-03-01&zone=Mars/Base": "There is no time zone", "from=2027-01-01": "The first day is yet to come.",
		} {
			p := ade.Get(path+"?"+query).Expect(http.StatusOK, want, "Nothing is shown")
			if len(p.Rows()) > 0 {
				t.Errorf("%s lists something", query)
			}
			ade.Get(path + "?" + query + "&format=csv").Expect(http.StatusUnprocessableEntity)
		}
		p := ade.Get(path + "?what=key").Expect(http.StatusOK)
		table := ade.Get(p.Link("CSV")).Expect(http.StatusOK)
		if rows := strings.Split(strings.TrimSpace(table.Body), "\r\n"); !strings.Contains(rows[1],
			"2026-03-03T23:30:00Z,Ade Admin,member,key.viewed,viewed the secret key") {
			t.Errorf("the table is %q", rows)
		}
		ade.Get(p.Link("JSON Lines")).Expect(http.StatusOK, `"action":"key.viewed"`)
		ade.Get(path).Expect(http.StatusOK, "downloaded the list of activity as CSV",
			"downloaded the list of activity as JSON Lines")
	})
}

// TestLongListsAreWholeAsTables: a table has all that the pages together have.
func TestLongListsAreWholeAsTables(t *testing.T) {
	s := webtest.OnSQLite(t)
	team := s.Team(s.Olivia, s.Acme)
	for range 620 { // more than are read at once
		s.Ok(team.Downloaded(t.Context(), models.Playground, store.Download{List: "requests", Format: "CSV"}))
	}
	p := s.As(s.Vic).Get("/t/acme/playground/activity?format=jsonl&what=data").Expect(http.StatusOK)
	if lines := strings.Count(p.Body, "\n"); lines != 620 {
		t.Errorf("the table has %d lines", lines)
	}
	s.Visitor().Get("/t/acme/playground/activity?format=jsonl").Expect(http.StatusSeeOther)
	s.As(s.Uma).Get("/t/acme/playground/activity?format=jsonl").Expect(http.StatusNotFound)
}

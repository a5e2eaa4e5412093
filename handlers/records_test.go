package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestCatalogAndUsers(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	for of, id := range map[models.Collection]string{models.Products: "p-%03d", models.EndUsers: "u-%03d"} {
		path := "/t/acme/development/" + of.Path()
		dev.Get(path).Expect(http.StatusOK, "curl 'http://localhost", "YOUR_SECRET_KEY")
		batch := models.Batch{Collection: of}
		for i := range 120 {
			body := fmt.Appendf(nil, `{"id":"`+id+`","note":"<b>bold</b>"}`, i)
			label := map[models.Collection]string{models.Products: "Mirin <hon>", models.EndUsers: "Aiko <Mori>"}[of]
			batch.Records = append(batch.Records, models.Record{ID: fmt.Sprintf(id, i), Label: label, Body: body})
			if i%40 == 39 { // many of one moment, and several moments
				s.Database.Clock.Add(time.Second)
				s.Upload(batch)
				batch.Records = nil
			}
		}
		first := dev.Get(path).Expect(http.StatusOK, "120 ")
		second := dev.Get(first.Link("Older"))
		third := dev.Get(second.Link("Older"))
		var seen []string
		for _, p := range []*webtest.Page{first, second, third} {
			seen = append(seen, p.Rows()...)
		}
		if len(seen) != 120 || seen[0] != fmt.Sprintf(id, 119) || seen[119] != fmt.Sprintf(id, 0) {
			t.Errorf("%s lists %d records, from %s to %s", path, len(seen), seen[0], seen[len(seen)-1])
		}
		if back := dev.Get(third.Link("Newer")); back.Rows()[0] != second.Rows()[0] {
			t.Errorf("%s: back from the third part is %s", path, back.Rows()[0])
		}
		found := dev.Get(path + "?q=" + fmt.Sprintf(id, 7)).Expect(http.StatusOK)
		if rows := found.Rows(); len(rows) != 1 {
			t.Errorf("%s: the search finds %v", path, rows)
		}
		for sort, want := range map[string]string{"id": fmt.Sprintf(id, 0), "title": fmt.Sprintf(id, 0),
			"oldest": fmt.Sprintf(id, 0), "": fmt.Sprintf(id, 119)} {
			first := dev.Get(path + "?sort=" + sort)
			behind := map[string]string{"": "Older", "oldest": "Newer"}[sort]
			before := map[string]string{"": "Newer", "oldest": "Older"}[sort]
			if behind == "" {
				behind, before = "Next", "Previous"
			}
			last := dev.Get(dev.Get(first.Link(behind)).Link(behind))
			if first.Rows()[0] != want || len(last.Rows()) != 20 {
				t.Errorf("%s by %q begins with %s and ends with %v", path, sort, first.Rows()[0], last.Rows())
			}
			if back := dev.Get(dev.Get(last.Link(before)).Link(before)); back.Rows()[0] != want {
				t.Errorf("%s by %q: back at the start is %s", path, sort, back.Rows()[0])
			}
		}
		open := dev.Get(first.Link(fmt.Sprintf(id, 119))).Expect(http.StatusOK, `"<b>bold</b>"`, "Last updated")
		if closed := dev.Get(open.Link("Close")); closed.Rows()[0] != fmt.Sprintf(id, 119) ||
			strings.Contains(closed.Body, "slide-title") {
			t.Errorf("%s does not close", path)
		}
		dev.Get(path+"?record=nobody").Expect(http.StatusOK, "There is no such")
		dev.Get(path+"?q=%25").Expect(http.StatusOK, "“%”")
	}
}

// TestOddPlacesInLists: a place that no page of ours links to shows some part of
// the list, and is no error.
func TestOddPlacesInLists(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		vic := s.As(s.Vic)
		for _, list := range []string{"catalog", "users", "interactions", "activity"} {
			for _, place := range []string{"", "x", "0", "5-ab", "-1", "-", "1-", "-1-x", "9223372036854775807",
				"9223372036854775807-x", "99999999999999999999-x", "1-%20'"} {
				vic.Get("/t/acme/development/" + list + "?before=" + place).Expect(http.StatusOK)
				vic.Get("/t/acme/development/" + list + "?after=" + place).Expect(http.StatusOK)
				for _, sort := range []string{"", "id", "title"} {
					vic.Get("/t/acme/development/" + list + "?sort=" + sort + "&below=" + place).Expect(http.StatusOK)
					vic.Get("/t/acme/development/" + list + "?sort=" + sort + "&above=" + place).Expect(http.StatusOK)
				}
			}
			vic.Get("/t/acme/development/" + list +
				"?q=%25%5C_'&type='&what=%25&who=%5C&before=%zz&user=%25&product='&from=x&to=2026-13-40&record=%25&sort=%27").Expect(http.StatusOK)
		}
	})
}

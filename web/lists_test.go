package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
)

// link is where the link with the text leads.
func (p *page) link(text string) string {
	p.browser.site.t.Helper()
	for _, n := range find(p.root, isTag("a")) {
		if words(n) == text {
			return attribute(n, "href")
		}
	}
	p.browser.site.t.Fatalf("%s has no link %q: %s", p.path, text, words(p.root))
	return ""
}

// rows are the first cells of the records in a list, in their order.
func (p *page) rows() (cells []string) {
	for _, n := range find(p.root, isTag("tbody")) {
		for row := range n.ChildNodes() {
			if row.Type == html.ElementNode {
				cells = append(cells, words(find(row, isTag("td"))[0]))
			}
		}
	}
	return cells
}

// upload keeps records in Acme's Development.
func (s *site) upload(batch models.Batch) {
	s.t.Helper()
	environment, err := s.Team(s.Ade, s.Acme).Environment(models.Development)
	s.ok(err)
	s.ok(s.server.Store.AddRecords(context.Background(), models.Grant{Environment: models.Development, DataSetID: environment.DataSetID}, batch))
}

func TestCatalogAndUsers(t *testing.T) {
	s := onSQLite(t)
	dev := s.as(s.Dev)
	for of, id := range map[models.Collection]string{models.Products: "p-%03d", models.EndUsers: "u-%03d"} {
		path := "/t/acme/development/" + of.Path()
		dev.get(path).expect(http.StatusOK, "curl 'http://localhost", "YOUR_SECRET_KEY")
		batch := models.Batch{Collection: of}
		for i := range 120 {
			body := fmt.Appendf(nil, `{"id":"`+id+`","note":"<b>bold</b>"}`, i)
			label := map[models.Collection]string{models.Products: "Mirin <hon>", models.EndUsers: "Aiko <Mori>"}[of]
			batch.Records = append(batch.Records, models.Record{ID: fmt.Sprintf(id, i), Label: label, Body: body})
			if i%40 == 39 { // many of one moment, and several moments
				s.Database.Clock.Add(time.Second)
				s.upload(batch)
				batch.Records = nil
			}
		}
		first := dev.get(path).expect(http.StatusOK, "120 ")
		second := dev.get(first.link("Older"))
		third := dev.get(second.link("Older"))
		var seen []string
		for _, p := range []*page{first, second, third} {
			seen = append(seen, p.rows()...)
		}
		if len(seen) != 120 || seen[0] != fmt.Sprintf(id, 119) || seen[119] != fmt.Sprintf(id, 0) {
			t.Errorf("%s lists %d records, from %s to %s", path, len(seen), seen[0], seen[len(seen)-1])
		}
		if back := dev.get(third.link("Newer")); back.rows()[0] != second.rows()[0] {
			t.Errorf("%s: back from the third part is %s", path, back.rows()[0])
		}
		found := dev.get(path + "?q=" + fmt.Sprintf(id, 7)).expect(http.StatusOK)
		if rows := found.rows(); len(rows) != 1 {
			t.Errorf("%s: the search finds %v", path, rows)
		}
		for sort, want := range map[string]string{"id": fmt.Sprintf(id, 0), "title": fmt.Sprintf(id, 0), "oldest": fmt.Sprintf(id, 0), "": fmt.Sprintf(id, 119)} {
			first := dev.get(path + "?sort=" + sort)
			behind := map[string]string{"": "Older", "oldest": "Newer"}[sort]
			before := map[string]string{"": "Newer", "oldest": "Older"}[sort]
			if behind == "" {
				behind, before = "Next", "Previous"
			}
			last := dev.get(dev.get(first.link(behind)).link(behind))
			if first.rows()[0] != want || len(last.rows()) != 20 {
				t.Errorf("%s by %q begins with %s and ends with %v", path, sort, first.rows()[0], last.rows())
			}
			if back := dev.get(dev.get(last.link(before)).link(before)); back.rows()[0] != want {
				t.Errorf("%s by %q: back at the start is %s", path, sort, back.rows()[0])
			}
		}
		open := dev.get(first.link(fmt.Sprintf(id, 119))).expect(http.StatusOK, `"<b>bold</b>"`, "Last updated")
		if closed := dev.get(open.link("Close")); closed.rows()[0] != fmt.Sprintf(id, 119) || strings.Contains(closed.body, "slide-title") {
			t.Errorf("%s does not close", path)
		}
		dev.get(path+"?record=nobody").expect(http.StatusOK, "There is no such")
		dev.get(path+"?q=%25").expect(http.StatusOK, "“%”")
	}
}

// TestOddPlacesInLists: a place that no page of ours links to shows some part of
// the list, and is no error.
func TestOddPlacesInLists(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		vic := s.as(s.Vic)
		for _, list := range []string{"catalog", "users", "interactions", "activity"} {
			for _, place := range []string{"", "x", "0", "5-ab", "-1", "-", "1-", "-1-x", "9223372036854775807", "9223372036854775807-x", "99999999999999999999-x", "1-%20'"} {
				vic.get("/t/acme/development/" + list + "?before=" + place).expect(http.StatusOK)
				vic.get("/t/acme/development/" + list + "?after=" + place).expect(http.StatusOK)
				for _, sort := range []string{"", "id", "title"} {
					vic.get("/t/acme/development/" + list + "?sort=" + sort + "&below=" + place).expect(http.StatusOK)
					vic.get("/t/acme/development/" + list + "?sort=" + sort + "&above=" + place).expect(http.StatusOK)
				}
			}
			vic.get("/t/acme/development/" + list + "?q=%25%5C_'&type='&what=%25&who=%5C&before=%zz&user=%25&product='&from=x&to=2026-13-40&record=%25&sort=%27").expect(http.StatusOK)
		}
	})
}

func TestInteractions(t *testing.T) {
	s := onSQLite(t)
	dev := s.as(s.Dev)
	const path = "/t/acme/development/interactions"
	empty := dev.get(path).expect(http.StatusOK, "No interactions yet")
	publishable := shownKey(dev.get(keysPath).region("Publishable key"))
	if !strings.Contains(empty.body, publishable) {
		t.Error("the command does not hold the publishable key")
	}
	batch := models.Batch{Collection: models.Interactions}
	for i := range 60 {
		kind := []string{"search", "like"}[i%2]
		batch.Interactions = append(batch.Interactions, models.Interaction{
			Type: kind, UserID: fmt.Sprintf("user-%d", i), OccurredAt: s.Store.Now(), ProductIDs: "a, b, c, d", Body: []byte(`{"type":"` + kind + `"}`),
		})
	}
	s.upload(batch)
	p := dev.get(path).expect(http.StatusOK, "60 interactions", "user-59", "and 1 more")
	if len(p.rows()) != 50 {
		t.Errorf("the first part has %d rows", len(p.rows()))
	}
	if rest := dev.get(p.link("Older")); len(rest.rows()) != 10 {
		t.Errorf("the rest has %d rows", len(rest.rows()))
	}
	if likes := dev.get(path + "?type=like"); len(likes.rows()) != 30 {
		t.Errorf("%d likes", len(likes.rows()))
	}
	if one := dev.get(path + "?user=user-7"); len(one.rows()) != 1 {
		t.Errorf("user-7 has %d rows", len(one.rows()))
	}
	dev.get(path+"?type=like&user=user-8").expect(http.StatusOK, "Nothing matches the filter")
	s.as(s.Uma).get("/t/umami/playground/interactions").expect(http.StatusOK)
}

func TestActivityFilters(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	ade.view(keysPath)
	const path = "/t/acme/activity"
	ade.get(path).expect(http.StatusOK, "created the team Acme Books", "added Vic Viewer as viewer", "viewed the secret key", "unlocked the environment under agreement MSA-2026-014, until 2 Mar 2027")
	p := ade.get(path+"?what=key&who="+s.Ade.UserID).expect(http.StatusOK, "viewed the secret key")
	if len(p.rows()) != 1 {
		t.Errorf("the filter lists %v", p.rows())
	}
	for _, query := range []string{"what=%25", "who=nobody", "what=_&who='"} {
		ade.get(path+"?"+query).expect(http.StatusOK, "Nothing matches the filter")
	}
	p = ade.get("/t/acme/playground/activity").expect(http.StatusOK)
	if strings.Contains(words(p.root), "viewed the secret key") {
		t.Error("Playground lists what happened in Development")
	}
}

func TestHome(t *testing.T) {
	s := onSQLite(t)
	ctx := context.Background()
	dev := s.as(s.Dev)
	dev.get("/").goesTo("/t/acme/playground").expect(http.StatusOK, "Sample data, read-only.")
	dev.get(keysPath)
	dev.get("/").goesTo("/t/acme/development").expect(http.StatusOK, "Unlocked until 2 Mar 2027")
	dev.get("/t/acme").goesTo("/t/acme/development")
	s.ok(s.server.Store.AddMember(ctx, models.SystemActor("Test"), "umami", s.Dev.UserID, models.Viewer))
	dev.get("/?all").expect(http.StatusOK, "Acme Books", "Umami Foods", "Developer", "Viewer")
	s.Database.Clock.Add(time.Minute)
	dev.get("/t/umami/production")
	dev.get("/").goesTo("/t/umami/production")
	s.as(s.Sol).get("/").goesTo("/desk/requests")
	s.as(s.Nina).get("/").expect(http.StatusOK, "You are not in a team yet", "invite nina@nowhere.example")
}

func TestSwitcherStaysOnThePage(t *testing.T) {
	s := onSQLite(t)
	p := s.as(s.Vic).get("/t/acme/development/keys").expect(http.StatusOK)
	button := find(p.root, func(n *html.Node) bool { return attribute(n, "popovertarget") == "environments" })
	if len(button) != 1 || !strings.HasPrefix(words(button[0]), "Environment Development") {
		t.Errorf("the switcher is %v", button)
	}
	menu := p.byID("environments")
	var links []string
	for _, n := range find(menu, isTag("a")) {
		links = append(links, words(n)+" "+attribute(n, "href"))
	}
	want := []string{"Playground Read-only /t/acme/playground/keys", "Development Unlocked /t/acme/development/keys", "Production Locked /t/acme/production/keys"}
	if strings.Join(links, "\n") != strings.Join(want, "\n") {
		t.Errorf("the switcher offers %q", links)
	}
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

// searched is what the search finds for somebody, group by group and line by line.
func searched(b *webtest.Browser, query, from string) string {
	p := b.Get("/search?" + from + "&q=" + url.QueryEscape(query)).Expect(http.StatusOK)
	var lines []string
	for _, n := range webtest.Find(p.ByID("search-results"), webtest.IsTag("h2", "a")) {
		line := webtest.Words(n)
		if n.Data == "a" {
			line = "  " + line + " → " + webtest.Attribute(n, "href")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestSearch(t *testing.T) {
	s := webtest.OnSQLite(t)
	row := s.Request(models.Development, models.KeyIsRevoked)
	key := models.KeyEnding(s.KeyText(models.Development, models.Secret))
	const here = "team=acme&environment=development"
	for _, c := range []struct {
		who          models.Actor
		query, from  string
		finds, hides []string
	}{
		{s.Dev, "", here, []string{"Acme Books / Development Unlocked → /t/acme/development",
			"API keys Acme Books / Development g k → /t/acme/development/keys", "Usage",
			"Revoke the secret key Acme Books / Development → /t/acme/development/keys?revoke=secret",
			"Your account → /account"}, []string{"Umami", "Invite someone", "Webhooks", "desk"}},
		{s.Ade, "", here, []string{"Invite someone", "Webhooks Acme Books g w → /t/acme/webhooks"}, []string{"desk"}},
		{s.Vic, "", here, []string{"API keys"}, []string{"Revoke", "Upload", "Invite"}},
		{s.Vic, "", "", []string{"Acme Books / Playground", "Your account"}, []string{"API keys"}},
		{s.Dev, "keys", here, []string{"API keys Acme Books / Development"}, []string{"Catalog"}},
		{s.Dev, "acme prod", here, []string{"Acme Books / Production Locked → /t/acme/production\n"}, []string{"Catalog"}},
		{s.Dev, "production keys", here, []string{"API keys Acme Books / Production g k → /t/acme/production/keys",
			"Acme Books / Production"}, []string{"/development"}},
		{s.Dev, "unlock", "team=acme&environment=production",
			[]string{"Request unlock Acme Books / Production → /t/acme/production/unlock"}, nil},
		{s.Dev, "unlock", here, nil, []string{"Request unlock"}},
		{s.Dev, "upload", "team=acme&environment=playground", nil, []string{"Upload products"}},
		{s.Dev, "olivia", here, []string{"Olivia Owner olivia@acme.example Owner Acme Books → /t/acme/members"}, nil},
		{s.Dev, row.ID, here,
			[]string{"Request " + row.ID + " Acme Books / Development → /t/acme/development/usage/requests/" +
				row.ID}, nil},
		{s.Dev, "x-request-id: " + row.ID, here, []string{"/usage/requests/" + row.ID}, nil},
		{s.Dev, "••••" + key, here,
			[]string{"ecret key ••••" + key + " Active Acme Books / Development → " + webtest.KeysPath}, nil},
		{s.Dev, strings.ToUpper(key), here, []string{webtest.KeysPath}, nil},
		{s.Dev, "umami", "team=umami&environment=production", nil, []string{"Umami Foods", "/t/umami", "/desk"}},
		{s.Uma, "••••" + key, here, nil, []string{"key ••••", "Acme"}},
		{s.Uma, row.ID, here, nil, []string{"Acme", "/usage/"}},
		{s.Uma, "keys", here, nil, []string{"Acme", "/t/acme"}},
		{s.Sol, "acme", "", []string{"Acme Books At the desk → /desk/teams/acme",
			"Ade Admin ade@acme.example Admin Acme Books → /desk/teams/acme"},
			[]string{"/t/acme"}},
		{s.Sol, key, "", []string{"key ••••" + key + " Active Acme Books / Development → /desk/teams/acme"}, nil},
		{s.Sol, row.ID, "", []string{"Request " + row.ID + " Acme Books / Development → /desk/teams/acme"}, nil},
		{s.Sol, "leaked", "", []string{"Compromised key Solutions desk g k → /desk/compromise"}, nil},
		{s.Sol, "", "", []string{"Requests Solutions desk", "New team"}, nil},
		{s.Nina, "acme", here, nil, []string{"Acme", "/t/"}},
	} {
		got := searched(s.As(c.who), c.query, c.from) + "\n"
		for _, want := range c.finds {
			if !strings.Contains(got, want) {
				t.Errorf("%s finds for %q from %q:\n%s\nwithout %q", c.who.Email, c.query, c.from, got, want)
			}
		}
		for _, leak := range c.hides {
			if strings.Contains(got, leak) {
				t.Errorf("%s finds for %q from %q:\n%s\nwith %q", c.who.Email, c.query, c.from, got, leak)
			}
		}
	}
}

// TestSearchOfAnUnlockRequest: by its id its team finds it, and solutions engineers do at the desk.
func TestSearchOfAnUnlockRequest(t *testing.T) {
	s := webtest.OnSQLite(t)
	id := s.Pending(true)
	if got := searched(s.As(s.Vic), id, ""); !strings.Contains(got, "Unlock request Acme Books / Production → "+
		"/t/acme/production/unlock-requests/"+id) {
		t.Errorf("its team finds:\n%s", got)
	}
	if got := searched(s.As(s.Sol), id, ""); !strings.Contains(got, "→ /desk/requests/"+id) {
		t.Errorf("an engineer finds:\n%s", got)
	}
	if got := searched(s.As(s.Uma), id, ""); got != "" {
		t.Errorf("another team finds:\n%s", got)
	}
}

// TestSearchWithoutScripts: what is typed goes by POST, and what may be a key never further: into no
// address, no page and no log.
func TestSearchWithoutScripts(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev, sol := s.As(s.Dev), s.As(s.Sol)
	key := s.KeyText(models.Development, models.Secret)
	page := dev.Get(webtest.KeysPath)
	var entry *html.Node
	for _, n := range webtest.Find(page.Root, func(n *html.Node) bool { return webtest.Has(n, "data-search") }) {
		entry = n
	}
	p := dev.Get(webtest.Attribute(entry, "href")).Expect(http.StatusOK)
	if !webtest.Has(p.ByID("search-key"), "hidden") {
		t.Error("nothing was typed, and it is said to look like a key")
	}
	p.Press(p.Root, "Search", "q", " acme prod ").GoesTo("/search?environment=development&q=acme+prod&team=acme").
		Expect(http.StatusOK, "Acme Books / Production")
	p.Press(p.Root, "Search", "q", "none of that").GoesTo("/search?environment=development&q=none+of+that&team=acme").
		Expect(http.StatusOK, "Nothing found for", "none of that")

	for name, typed := range map[string]string{
		"key": key, "line": "MISO_API_KEY=" + key, "upper case": strings.ToUpper(key),
		"wrapped":   key[:20] + "\r\n " + key[20:],
		"invisible": key[:20] + "\u200b" + key[20:], "encoded": "%" + "61" + key[1:],
		"with an id": models.NewID() + " " + key,
		"part":       key[:13] + "1", "bullets": key[:39] + "…",
	} {
		for _, b := range []*webtest.Browser{dev, sol} {
			for what, p := range map[string]*webtest.Page{
				"POST": b.Post("/search", url.Values{"q": {typed}}),
				"GET":  b.Get("/search?q=" + url.QueryEscape(typed)),
			} {
				p.Expect(http.StatusUnprocessableEntity)
				if webtest.Has(p.ByID("search-key"), "hidden") {
					t.Errorf("%s of a %s is not told that it looks like a key", what, name)
				}
				if strings.Contains(strings.ToLower(p.Body), key[:10]) {
					t.Errorf("%s of a %s repeats it", what, name)
				}
				if leads := strings.Contains(p.Body, "/desk/compromise"); leads != (b == sol) {
					t.Errorf("%s of a %s leads to the desk: %v", what, name, leads)
				}
			}
		}
	}
	if strings.Contains(strings.ToLower(s.Log.String()), key[:10]) {
		t.Error("the log has a key that was searched for")
	}
}

// TestShortcuts: the sheet has the keys that the navigation has, and those of the desk for those who
// go there.
func TestShortcuts(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.As(s.Dev).Get("/search/shortcuts").Expect(http.StatusOK, "API keys g then k", "Usage g then u", "Search Ctrl K")
	if p := s.As(s.Dev).Get("/search/shortcuts"); strings.Contains(p.Body, "solutions desk") {
		t.Error("a member's sheet has the desk's keys")
	}
	s.As(s.Sol).Get("/search/shortcuts").Expect(http.StatusOK, "At the solutions desk", "Requests g then r")
	for path, keys := range map[string]string{webtest.KeysPath: "g k", "/t/acme/members": "g m"} {
		p := s.As(s.Dev).Get(path)
		if len(webtest.Find(p.Root, func(n *html.Node) bool { return webtest.Attribute(n, "data-keys") == keys })) != 1 {
			t.Errorf("nothing on %s has the keys %s", path, keys)
		}
	}
}

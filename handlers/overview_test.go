package handlers_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

// TestGuestsLookAround in the Playground, with its publishable key and nothing
// to change.
func TestGuestsLookAround(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.Visitor()
	p := b.Get("/login").Expect(http.StatusOK)
	for _, n := range webtest.Find(p.Root, webtest.IsTag("a")) {
		if webtest.Words(n) == "Explore the Playground" {
			p = b.Get(webtest.Attribute(n, "href")).Expect(http.StatusOK)
		}
	}
	if p.Path != "/t/explore/playground" {
		t.Fatal("the sign-in page does not lead to the Playground")
	}
	keys := b.Get("/t/explore/playground/keys").Expect(http.StatusOK)
	if key := webtest.ShownKey(keys.Region("Publishable key")); !s.Accepted(key) {
		t.Errorf("the publishable key is shown as %q", key)
	}
	for _, name := range []string{"View", "Revoke", "Sign out", "Get a new key"} {
		if webtest.HasButton(keys.Root, name) {
			t.Errorf("a guest has the button %q", name)
		}
	}
	for _, path := range []string{"", "/keys", "/catalog", "/users", "/interactions"} {
		if p := b.Get("/t/explore/playground" + path).Expect(http.StatusOK); len(p.Header["Set-Cookie"]) > 0 {
			t.Errorf("%s gives a guest a cookie", p.Path)
		}
	}
	b.Get("/t/explore/development").Expect(http.StatusNotFound)
	if n := s.Database.Count("SELECT count(*) FROM sessions"); n != 0 {
		t.Errorf("guests left %d sessions", n)
	}
}

// browserOf is what the published client touches of a browser, for Node.
const browserOf = `globalThis.window = globalThis;
globalThis.location = new URL('https://shop.example/products/p1');
globalThis.document = { referrer: '', title: 'First' };
const kept = new Map();
globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
`

// TestSnippetsRun: each program on the overview runs as it stands, and its
// interaction arrives.
func TestSnippetsRun(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	dev := s.As(s.Dev)
	p := dev.Get("/t/acme/development").Expect(http.StatusOK)
	if strings.Contains(p.Body, secret) {
		t.Fatal("the secret key is in a program")
	}
	folder, ran := t.TempDir(), 0
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		s.Ok(os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	programs := map[string]func(text string) string{
		"curl": func(text string) string {
			return s.Execute(secret, folder, "sh", "-c", strings.Replace(text, "curl ", "curl -sS ", 1))
		},
		"go": func(text string) string { return s.Execute(secret, folder, "go", "run", file("snippet.go", text)) },
		"python": func(text string) string {
			return s.Execute(secret, folder, "python3", file("snippet.py", text))
		},
		"javascript": func(text string) string {
			s.Execute(secret, folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
				"--no-package-lock", "--prefix", folder, "@miso.ai/client-sdk@1.3.0")
			return s.Execute(secret, folder, "node", "--import", file("browser.mjs", browserOf),
				file("snippet.mjs", text))
		},
	}
	needs := map[string][]string{"curl": {"curl"}, "go": {"go"}, "python": {"python3"}, "javascript": {"node", "npm"}}
	for language, run := range programs {
		text := p.Snippet(language)
		if !there(needs[language]) {
			t.Logf("not tried: the program in %s needs %s", language, needs[language])
			continue
		}
		answer := run(text)
		if ran++; language != "javascript" && !strings.Contains(answer, `{"message":"success"}`) {
			t.Errorf("%s: %s", language, answer)
		}
		if got := s.Database.Count(
			"SELECT count(*) FROM interactions WHERE data_set_id = (SELECT data_set_id FROM environments WHERE kind " +
				"= 'development' AND team_id = '" + s.Acme.ID + "')"); got != ran {
			t.Errorf("after %s there are %d interactions, want %d", language, got, ran)
		}
	}
}

// TestProductionsCommandIsADryRun: trying a key out leaves people's data alone.
func TestProductionsCommandIsADryRun(t *testing.T) {
	if !there([]string{"curl"}) {
		t.Log("not tried: the command needs curl")
		return
	}
	s := webtest.OnSQLite(t)
	s.Approve(models.Production)
	for path, id := range map[string]string{webtest.ProductionPath: "code-curl-text",
		webtest.ProductionPath + "/interactions": "curl"} {
		p := s.As(s.Dev).Get(path).Expect(http.StatusOK, "nothing is written")
		text := strings.Join(webtest.Texts(p.ByID(id)), "")
		answer := s.Execute("", t.TempDir(), "sh", "-c", strings.Replace(text, "curl ", "curl -sS ", 1))
		if !strings.Contains(answer, `{"message":"success"}`) {
			t.Errorf("%s: %s", path, answer)
		}
	}
	if got := s.Database.Count("SELECT count(*) FROM interactions WHERE data_set_id = (SELECT data_set_id FROM " +
		"environments WHERE kind = 'production' AND team_id = '" + s.Acme.ID + "')"); got != 0 {
		t.Errorf("%d interactions were written to Production", got)
	}
}

// TestReadingSnippetsRun: those of the Playground list its products.
func TestReadingSnippetsRun(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Playground, models.Secret)
	p := s.As(s.Dev).Get("/t/acme/playground").Expect(http.StatusOK)
	folder := t.TempDir()
	for language, command := range map[string][]string{"go": {"go", "run", "snippet.go"},
		"python": {"python3", "snippet.py"}, "curl": {"sh", "snippet.sh"}} {
		if !there(command[:1]) || language == "curl" && !there([]string{"curl"}) {
			t.Logf("not tried: %s", language)
			continue
		}
		s.Ok(os.WriteFile(filepath.Join(folder, command[len(command)-1]), []byte(p.Snippet(language)), 0o600))
		if answer := s.Execute(secret, folder, command[0], command[1:]...); !strings.Contains(answer,
			`"message":"success"`) {
			t.Errorf("%s: %s", language, answer)
		}
	}
}

func there(programs []string) bool {
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return false
		}
	}
	return true
}

// TestSnippetsHoldThePublishableKeyOnly where it belongs.
func TestSnippetsHoldThePublishableKeyOnly(t *testing.T) {
	s := webtest.OnSQLite(t)
	publishable := s.KeyText(models.Development, models.Publishable)
	p := s.As(s.Dev).Get("/t/acme/development")
	for language, want := range map[string]string{"curl": publishable, "javascript": publishable,
		"go": `os.Getenv("DOJO_SECRET_KEY")`, "python": `os.environ["DOJO_SECRET_KEY"]`} {
		if text := p.Snippet(language); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s:\n%s", language, want, text)
		}
	}
	keys := regexp.MustCompile(`[0-9a-f]{40}`).FindAllString(strings.Join(webtest.Texts(p.Root), " "), -1)
	for _, key := range keys {
		if key != publishable {
			t.Errorf("the page shows %s", key)
		}
	}
	if chosen := webtest.Find(p.Root, func(n *xhtml.Node) bool {
		return n.Data == "input" && webtest.Attribute(n, "name") == "code" && webtest.Has(n, "checked")
	}); len(chosen) != 1 {
		t.Errorf("%d languages are chosen", len(chosen))
	}
}

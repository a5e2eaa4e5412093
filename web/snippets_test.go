package web

import (
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"

	"dojo/models"
)

// snippet is the program in a language that the page offers.
func (p *page) snippet(language string) string {
	p.browser.site.t.Helper()
	code := p.byID("code-" + language + "-text")
	return html.UnescapeString(strings.Join(texts(code), ""))
}

// execute runs a program as somebody who has pasted it into a file, with the
// secret key in the environment.
func (s *site) execute(secret, folder, program string, arguments ...string) string {
	s.t.Helper()
	run := exec.CommandContext(s.t.Context(), program, arguments...)
	run.Dir, run.WaitDelay = folder, time.Minute
	run.Env = append(os.Environ(), "DOJO_SECRET_KEY="+secret, "no_proxy=*", "NO_PROXY=*", "GOFLAGS=", "GO111MODULE=on")
	output, err := run.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", program, err, output)
	}
	return string(output)
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
	s := onSQLite(t)
	secret := s.keyText(models.Development, models.Secret)
	dev := s.as(s.Dev)
	p := dev.get("/t/acme/development").expect(http.StatusOK)
	if strings.Contains(p.body, secret) {
		t.Fatal("the secret key is in a program")
	}
	folder, ran := t.TempDir(), 0
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		s.ok(os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	programs := map[string]func(text string) string{
		"curl": func(text string) string {
			return s.execute(secret, folder, "sh", "-c", strings.Replace(text, "curl ", "curl -sS ", 1))
		},
		"go": func(text string) string { return s.execute(secret, folder, "go", "run", file("snippet.go", text)) },
		"python": func(text string) string {
			return s.execute(secret, folder, "python3", file("snippet.py", text))
		},
		"javascript": func(text string) string {
			s.execute(secret, folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefix", folder, "@miso.ai/client-sdk@1.3.0")
			return s.execute(secret, folder, "node", "--import", file("browser.mjs", browserOf), file("snippet.mjs", text))
		},
	}
	needs := map[string][]string{"curl": {"curl"}, "go": {"go"}, "python": {"python3"}, "javascript": {"node", "npm"}}
	for language, run := range programs {
		text := p.snippet(language)
		if !there(needs[language]) {
			t.Logf("not tried: the program in %s needs %s", language, needs[language])
			continue
		}
		answer := run(text)
		if ran++; language != "javascript" && !strings.Contains(answer, `{"message":"success"}`) {
			t.Errorf("%s: %s", language, answer)
		}
		if got := s.Database.Count("SELECT count(*) FROM interactions WHERE data_set_id = (SELECT data_set_id FROM environments WHERE kind = 'development' AND team_id = '" + s.Acme.ID + "')"); got != ran {
			t.Errorf("after %s there are %d interactions, want %d", language, got, ran)
		}
	}
}

// TestReadingSnippetsRun: those of the Playground list its products.
func TestReadingSnippetsRun(t *testing.T) {
	s := onSQLite(t)
	secret := s.keyText(models.Playground, models.Secret)
	p := s.as(s.Dev).get("/t/acme/playground").expect(http.StatusOK)
	folder := t.TempDir()
	for language, command := range map[string][]string{"go": {"go", "run", "snippet.go"}, "python": {"python3", "snippet.py"}, "curl": {"sh", "snippet.sh"}} {
		if !there(command[:1]) || language == "curl" && !there([]string{"curl"}) {
			t.Logf("not tried: %s", language)
			continue
		}
		s.ok(os.WriteFile(filepath.Join(folder, command[len(command)-1]), []byte(p.snippet(language)), 0o600))
		if answer := s.execute(secret, folder, command[0], command[1:]...); !strings.Contains(answer, `"message":"success"`) {
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
	s := onSQLite(t)
	publishable := s.keyText(models.Development, models.Publishable)
	p := s.as(s.Dev).get("/t/acme/development")
	for language, want := range map[string]string{"curl": publishable, "javascript": publishable, "go": `os.Getenv("DOJO_SECRET_KEY")`, "python": `os.environ["DOJO_SECRET_KEY"]`} {
		if text := p.snippet(language); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s:\n%s", language, want, text)
		}
	}
	keys := regexp.MustCompile(`[0-9a-f]{40}`).FindAllString(strings.Join(texts(p.root), " "), -1)
	for _, key := range keys {
		if key != publishable {
			t.Errorf("the page shows %s", key)
		}
	}
	if chosen := find(p.root, func(n *xhtml.Node) bool {
		return n.Data == "input" && attribute(n, "name") == "code" && has(n, "checked")
	}); len(chosen) != 1 {
		t.Errorf("%d languages are chosen", len(chosen))
	}
}

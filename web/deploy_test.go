package web_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"dojo/config"
	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// queries are the expressions of the board and of the alert rules.
func queries(t *testing.T) (all []string) {
	t.Helper()
	var board any
	if err := json.Unmarshal([]byte(documented(t, "deploy/grafana/dojo.json")), &board); err != nil {
		t.Fatal(err)
	}
	var walk func(part any)
	walk = func(part any) {
		switch part := part.(type) {
		case []any:
			for _, item := range part {
				walk(item)
			}
		case map[string]any:
			for name, item := range part {
				if text, ok := item.(string); ok && (name == "expr" || name == "query") {
					all = append(all, text)
				}
				walk(item)
			}
		}
	}
	walk(board)
	if len(all) < 30 {
		t.Fatalf("the board asks for %d figures", len(all))
	}
	return append(all, documented(t, "deploy/prometheus/alerts.yml"), documented(t, "docs/observability.md"))
}

// TestTheBoardAndTheAlertsKnowTheFigures: each figure that they ask for is there, with the
// label's value, and each figure is explained.
func TestTheBoardAndTheAlertsKnowTheFigures(t *testing.T) {
	s := webtest.OnSQLite(t)
	text := scraped(t, s)
	known := map[string]bool{}
	for name := range figuresOf(t, s) {
		name, _, _ = strings.Cut(name, "{")
		known[name] = true
		for _, part := range []string{"_bucket", "_sum", "_count"} { // of a histogram, which has all three
			known[strings.TrimSuffix(name, part)] = true
		}
	}
	named, selector := regexp.MustCompile(`\b(dojo|go|process)_[a-z_]+\b`), regexp.MustCompile(`\b[a-z]+="[a-z0-9_]+"`)
	for _, query := range queries(t) {
		for _, name := range named.FindAllString(query, -1) {
			if !known[name] {
				t.Errorf("there is no figure %s, which is asked for in %.200s", name, query)
			}
		}
		for _, label := range selector.FindAllString(query, -1) {
			if label != `job="dojo"` && !strings.Contains(text, label) {
				t.Errorf("no figure has the label %s of %.200s", label, query)
			}
		}
	}
	explained := documented(t, "docs/observability.md")
	for name := range known {
		base := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		if strings.HasPrefix(name, "dojo_") && !strings.Contains(explained, "`"+base+"`") {
			t.Errorf("docs/observability.md does not explain %s", base)
		}
	}
	alerts := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(documented(t,
		"deploy/prometheus/alerts.yml"), -1)
	for _, alert := range alerts {
		if !strings.Contains(explained, "`"+alert[1]+"`") {
			t.Errorf("docs/observability.md does not say what to do about %s", alert[1])
		}
	}
}

// TestPrometheusTakesTheRules: promtool checks them, and runs their own tests.
func TestPrometheusTakesTheRules(t *testing.T) {
	if testing.Short() {
		return // promtool comes with what make test installs
	}
	for _, arguments := range [][]string{
		{"check", "rules", "alerts.yml"}, {"check", "config", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"},
	} {
		command := exec.Command("promtool", arguments...)
		command.Dir = filepath.Join("..", "deploy", "prometheus")
		if said, err := command.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v; scripts/test-setup installs what the tests need\n%s", arguments, err, said)
		}
	}
}

// TestComposeSetsWhatThereIs: every variable of Dojo's in it is a setting.
func TestComposeSetsWhatThereIs(t *testing.T) {
	settings := map[string]bool{"DOJO_SITE": true} // Caddy's
	for i, all := 0, reflect.TypeFor[config.Config](); i < all.NumField(); i++ {
		settings[all.Field(i).Tag.Get("env")] = true
	}
	for _, file := range []string{"deploy/compose.yaml", "deploy/Caddyfile", "compose.yaml"} {
		for _, variable := range regexp.MustCompile(`DOJO_[A-Z_]+`).FindAllString(documented(t, file), -1) {
			if !settings[variable] {
				t.Errorf("%s sets %s, which is no setting", file, variable)
			}
		}
	}
}

// TestCaddyBalancesTwoProcesses: with the Caddyfile of deploy, both answer, a session is good
// at both, a client cannot speak for a gateway, and nothing fails when one of them goes.
func TestCaddyBalancesTwoProcesses(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	address := freeAddress(t)
	trust := func(o *web.Options) {
		o.Config.PublicURL, o.Config.TrustedProxies = "http://"+address, "127.0.0.0/8"
	}
	first := webtest.New(t, storetest.OpenPostgres(t), trust)
	opened, err := web.Open(t.Context(), web.Options{Config: first.Config, Logger: first.Logger,
		Now: first.Database.Clock.Now})
	first.Ok(err)
	server := httptest.NewServer(opened.Handler())
	second := &webtest.Site{Server: opened, T: t}
	leave := func() { server.Close(); first.Ok(opened.Close()) }

	dir := t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	_, port, _ := net.SplitHostPort(address)
	text := strings.NewReplacer("{$DOJO_SITE}", "http://127.0.0.1:"+port, "dojo-1:8080",
		strings.TrimPrefix(first.Url, "http://"),
		"dojo-2:8080", server.Listener.Addr().String(), ":2020", freeAddress(t)[len("127.0.0.1"):]).
		Replace(documented(t, "deploy/Caddyfile"))
	first.Ok(os.WriteFile(file, []byte(text), 0o600))
	startGateway(t, "caddy", dir, address, "caddy", "run", "--config", file, "--adapter", "caddyfile")

	secret := first.KeyText(models.Development, models.Secret)
	ask := func(headers ...string) int {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet,
			"http://"+address+"/verify", nil)
		first.Ok(err)
		request.Header.Set("X-API-KEY", secret)
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			request.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(request)
		first.Ok(err)
		answer.Body.Close()
		return answer.StatusCode
	}
	accepted := checks(models.Accepted)
	webtest.WaitUntil(t, "both answer", func() bool {
		return ask() == http.StatusOK && figuresOf(t, first)[accepted] > 0 && figuresOf(t, second)[accepted] > 0
	})
	if status := ask("X-Forwarded-Method: GET", "X-Forwarded-Uri: /v1//x"); status != http.StatusOK {
		t.Errorf("a client that speaks for a gateway is answered %d", status)
	}
	cookie := first.As(first.Ade).Current()
	pages := func() {
		t.Helper()
		for range 10 {
			request, err := http.NewRequest(http.MethodGet, "http://"+address+"/account", nil)
			first.Ok(err)
			request.AddCookie(cookie)
			answer, err := http.DefaultTransport.RoundTrip(request)
			first.Ok(err)
			if answer.Body.Close(); answer.StatusCode != http.StatusOK {
				t.Errorf("the page is %d", answer.StatusCode)
			}
		}
	}
	pages()
	leave()
	for range 100 {
		if status := ask(); status != http.StatusOK {
			t.Errorf("without the second process a check is %d", status)
		}
	}
	pages()
}

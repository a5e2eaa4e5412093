package journey

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dojo/models"
	"dojo/store"
)

// misoClient is the published browser client, as web's tests use it in Node.
const misoClient = "@miso.ai/client-sdk@1.3.0"

//go:embed testdata/miso_page.js
var misoPage string

// clientBundle returns the file that pages load, or "" where npm is not installed.
func clientBundle(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Log("not tried: the published client needs npm, which is not installed")
		return ""
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	output, err := exec.CommandContext(ctx, npm, "install", "--no-audit", "--no-fund", "--ignore-scripts",
		"--no-package-lock", "--prefix", dir, misoClient).CombinedOutput()
	if err != nil {
		t.Fatalf("npm: %v\n%s", err, output)
	}
	return filepath.Join(dir, "node_modules/@miso.ai/client-sdk/dist/umd/miso.min.js")
}

// shop is a website of another origin than Dojo's, with the published client on
// its page, open in a browser.
type shop struct {
	t      *testing.T
	origin string
	ctx    context.Context
}

func (s *site) shop(t *testing.T, bundle string) *shop {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /miso.min.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, bundle) })
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, "const DOJO = %q;\n%s", s.origin, misoPage)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>Shop</title><script src="/miso.min.js"></script><script src="/page.js"></script>`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	root, err := chromium()
	must(t, err)
	ctx, leave := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	t.Cleanup(leave)
	must(t, chromedp.Do(ctx, chromedp.Navigate(server.URL)))
	return &shop{t, server.URL, ctx}
}

// says evaluates a call of the page's script.
func (s *shop) says(format string, args ...any) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[any](fmt.Sprintf(format, args...), chromedp.EvalAwaitPromise))
	must(s.t, err)
	return fmt.Sprint(answer)
}

// acme is Acme Books, as its owner reaches it in the store.
func (s *site) acme(t *testing.T) *store.TeamScope {
	t.Helper()
	user, err := s.server.Store.UserByEmail(t.Context(), "olivia@acme.example")
	must(t, err)
	team, err := s.server.Store.Team(t.Context(), models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email},
		"acme")
	must(t, err)
	return team
}

// activeKey returns the id and the text of a team's active key.
func activeKey(
	t *testing.T, team *store.TeamScope, environment models.EnvironmentKind, kind models.KeyKind,
) (id, text string) {
	t.Helper()
	keys, err := team.Keys(t.Context(), environment)
	must(t, err)
	for _, key := range keys {
		if key.Kind == kind && key.State == models.Active {
			text, err := team.ViewKey(t.Context(), environment, key.ID)
			must(t, err)
			return key.ID, text
		}
	}
	t.Fatalf("there is no active %s key", kind)
	return "", ""
}

func TestAShopsPageUploads(t *testing.T) {
	bundle := clientBundle(t)
	if bundle == "" {
		return
	}
	s := openSite(t)
	team := s.acme(t)
	_, public := activeKey(t, team, models.Development, models.Publishable)
	_, sample := activeKey(t, team, models.Playground, models.Publishable)
	shop := s.shop(t, bundle)
	count := func() int64 {
		counts, err := team.Counts(t.Context(), models.Development)
		must(t, err)
		return counts.Interactions
	}
	before := count()
	const view = `{type: 'product_detail_page_view', product_ids: ['p1']}`
	for _, c := range []struct{ key, interactions, want string }{
		{public, view, "accepted"},
		{public, view + "," + view, "accepted"},
		{sample, view, "accepted"}, // the client forgives a write to the Playground
		{public, view + ", {type: 'product_detail_page_view', product_ids: 'p1'}",
			"422 None of the records were inserted because at least one of them contained schema errors. Please see " +
				"the `data` field for details."},
		{models.NewKey(), view, "401 invalid api key."},
	} {
		if got := shop.says("upload('%s', %s)", c.key, c.interactions); got != c.want {
			t.Errorf("uploading %s: %s, want %s", c.interactions, got, c.want)
		}
	}
	if kept := count() - before; kept != 3 {
		t.Errorf("%d interactions were kept, want 3", kept)
	}
	if got := shop.says("beacon('%s', %s)", public, view); got != "true" {
		t.Errorf("the beacon was not taken: %s", got)
	}
	for end := time.Now().Add(patience); count()-before != 4; time.Sleep(lookAgain) {
		if time.Now().After(end) {
			t.Fatal("the beacon's interaction was not kept")
		}
	}
	s.replaceKey(t, team)
	if got := shop.says("upload('%s', %s)", public, view); got != "401 invalid api key." {
		t.Errorf("a revoked key: %s", got)
	}
	s.keptNoSecret(t, public, sample)
}

// replaceKey revokes the publishable key of Development, and returns its
// successor.
func (s *site) replaceKey(t *testing.T, team *store.TeamScope) string {
	t.Helper()
	id, _ := activeKey(t, team, models.Development, models.Publishable)
	_, err := team.RevokeKey(t.Context(), models.Development, id, models.Revocation{Reason: models.Rotation})
	must(t, err)
	_, successor := activeKey(t, team, models.Development, models.Publishable)
	return successor
}

// allowOrigins lists the origins whose pages may use the publishable key of
// Development. The gate reads them with the key's successor, which is returned.
func (s *site) allowOrigins(t *testing.T, team *store.TeamScope, origins string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(s.dir, "demo.db"))
	must(t, err)
	defer db.Close()
	_, err = db.Exec("UPDATE environments SET allowed_origins = ? WHERE kind = 'development'", origins)
	must(t, err)
	return s.replaceKey(t, team)
}

func TestAShopsPageOfAListedOriginUploads(t *testing.T) {
	bundle := clientBundle(t)
	if bundle == "" {
		return
	}
	s := openSite(t)
	team, shop := s.acme(t), s.shop(t, bundle)
	for origins, want := range map[string]string{
		"https://www.shop.example " + shop.origin: "accepted",
		"https://www.shop.example":                "unreadable Failed to fetch",
	} {
		key := s.allowOrigins(t, team, origins)
		if got := shop.says("upload('%s', {type: 'home_page_view'})", key); got != want {
			t.Errorf("with %s listed, a page of %s has its upload %s, want %s", origins, shop.origin, got, want)
		}
	}
}

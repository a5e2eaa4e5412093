package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"dojo/evidence"
	"dojo/gate"
	"dojo/handlers/api"
	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
)

// apiWorld is the API over a real database, with Acme's Development unlocked.
type apiWorld struct {
	*storetest.World
	gate     *gate.Gate
	evidence *evidence.Collector
	api      *api.API
	options  api.Options
	echo     *echo.Echo
	log      strings.Builder
	t        testing.TB
}

// proxy is the address of the trusted proxy.
const proxy = "198.51.100.7:4711"

func newAPIWorld(t testing.TB, database *storetest.Database) *apiWorld {
	w := &apiWorld{World: storetest.NewWorld(t, database), t: t}
	w.gate = gate.New(w.Store, w.Database.Vault.Digest, w.Store.Now)
	t.Cleanup(w.gate.Close)
	w.Store.OnKeysChanged(w.gate.Refresh)
	if err := w.gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.Unlock(models.Development)
	logger := slog.New(slog.NewTextHandler(&w.log, nil))
	w.evidence = evidence.New(w.Store, logger)
	w.options = api.Options{
		Store: w.Store, Gate: w.gate, Logger: logger, Evidence: w.evidence,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
		URL:            &url.URL{Scheme: "https", Host: "api.dojo.example"},
	}
	w.reopen()
	return w
}

// reopen begins to serve with the options.
func (w *apiWorld) reopen() {
	w.api = api.New(w.options)
	w.t.Cleanup(w.api.Close)
	w.echo = web.NewAPI(w.api)
}

// key returns the text of the active key of the kind in Acme's environment.
func (w *apiWorld) key(environment models.EnvironmentKind, kind models.KeyKind) string {
	w.t.Helper()
	text, err := w.Team(w.Olivia, w.Acme).ViewKey(context.Background(), environment, w.Key(environment, kind).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func (w *apiWorld) secret() string      { return w.key(models.Development, models.Secret) }
func (w *apiWorld) publishable() string { return w.key(models.Development, models.Publishable) }

// lock locks Acme's environment, whose keys stay.
func (w *apiWorld) lock(kind models.EnvironmentKind) {
	w.Database.Exec("UPDATE environments SET unlocked_at = NULL WHERE kind = '" + string(kind) + "'")
	if err := w.gate.Load(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// request is a request to the API: an HTTP method, a path with a query, a body,
// and headers as "Name: value". The header "From" is the peer's address.
func (w *apiWorld) request(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	if peer := r.Header.Get("From"); peer != "" {
		r.RemoteAddr = peer
	}
	return w.serve(r)
}

// serve answers a request, and checks what holds for every answer: the headers,
// and that the API's description knows it.
func (w *apiWorld) serve(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	sent := &bytes.Buffer{}
	r.Body = io.NopCloser(io.TeeReader(r.Body, sent))
	w.echo.ServeHTTP(recorder, r)
	if w.options.Upstream == nil { // who knows what that answers
		described().check(w.t, w.echo, r, sent.Bytes(), recorder.Result())
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
	} {
		if got := recorder.Header().Get(name); got != want {
			w.t.Errorf("%s %s: %s is %q", r.Method, r.URL.Path, name, got)
		}
	}
	if len(recorder.Header().Get("X-Request-Id")) != 26 {
		w.t.Errorf("%s %s: no X-Request-Id", r.Method, r.URL.Path)
	}
	checkErrors(w.t, r, recorder)
	if recorder.Body.Len() > 0 && recorder.Header().Get("Content-Type") != "application/json" {
		w.t.Errorf("%s %s: Content-Type %q", r.Method, r.URL.Path, recorder.Header().Get("Content-Type"))
	}
	return recorder
}

// checkErrors checks that an answer says whether it is a failure, which is all that
// some clients look at. A task tells of the request that it is about.
func checkErrors(t testing.TB, r *http.Request, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Body.Len() == 0 || strings.Contains(r.URL.Path, "/_status/") && got.Code == http.StatusOK {
		return
	}
	var said struct{ Errors *bool }
	if err := json.Unmarshal(got.Body.Bytes(), &said); err != nil && got.Code >= http.StatusBadRequest {
		t.Errorf("%s %s: %d %s", r.Method, r.URL.Path, got.Code, got.Body)
	}
	if failed := said.Errors != nil && *said.Errors; failed != (got.Code >= http.StatusBadRequest) || !failed && said.Errors != nil {
		t.Errorf("%s %s: the answer does not say whether it failed: %d %s", r.Method, r.URL.Path, got.Code, got.Body)
	}
}

// expect checks an answer's status and, byte for byte, its body.
func expect(t testing.TB, got *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if got.Code != status || got.Body.String() != body {
		t.Errorf("got %d %s\nwant %d %s", got.Code, got.Body, status, body)
	}
}

// expectMatch is expect for a body with a part that differs each time, marked
// with a "*".
func expectMatch(t testing.TB, got *httptest.ResponseRecorder, status int, pattern string) {
	t.Helper()
	before, after, _ := strings.Cut(pattern, "*")
	body := got.Body.String()
	if got.Code != status || !strings.HasPrefix(body, before) || !strings.HasSuffix(body, after) {
		t.Errorf("got %d %s\nwant %d %s", got.Code, body, status, pattern)
	}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// brokenOff is a body whose sender went away.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

package webtest

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
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"dojo/evidence"
	"dojo/gate"
	"dojo/handlers/api"
	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/web"
)

// AllowOrigins lists the origins whose pages may use the publishable key of
// Acme's environment, separated by spaces.
func (w *API) AllowOrigins(kind models.EnvironmentKind, origins string) {
	w.T.Helper()
	w.Database.Exec("UPDATE environments SET allowed_origins = '" + origins + "' WHERE kind = '" + string(kind) + "'")
	if err := w.Gate.Load(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// Seen is the request that was answered so, as the team's members find it.
func (w *API) Seen(answer *httptest.ResponseRecorder) (models.Request, error) {
	w.T.Helper()
	if err := w.Evidence.Flush(context.Background()); err != nil {
		return models.Request{}, err
	}
	return w.Team(w.Vic, w.Acme).Request(context.Background(), answer.Header().Get("X-Request-Id"))
}

// Revoke revokes the key as Acme's owner.
func (w *API) Revoke(key models.Key, order models.Revocation) {
	w.T.Helper()
	environment := models.Development
	if _, err := w.Team(w.Olivia, w.Acme).RevokeKey(context.Background(), environment, key.ID, order); err != nil {
		w.T.Fatal(err)
	}
}

// EnvironmentID is the id of Acme's environment.
func (w *API) EnvironmentID(kind models.EnvironmentKind) string {
	w.T.Helper()
	environment, err := w.Team(w.Olivia, w.Acme).Environment(kind)
	if err != nil {
		w.T.Fatal(err)
	}
	return environment.ID
}

// Sums checks the sums of what TestEveryUseOfAKeyIsSeen has done.
func (w *API) Sums(ids map[string]string) {
	w.T.Helper()
	uses := map[string]models.KeyUse{}
	for _, kind := range models.EnvironmentKinds() {
		some, err := w.Team(w.Vic, w.Acme).KeyUses(context.Background(), kind)
		if err != nil {
			w.T.Fatal(err)
		}
		for id, use := range some {
			uses[id] = use
		}
	}
	for key, want := range map[string][2]int64{
		"secret": {7, 1}, "retiring": {1, 0}, "revoked": {0, 2}, "retired": {0, 1}, "locked": {0, 1},
		"publishable": {1, 2}, "playground": {0, 1},
	} {
		use := uses[ids[key]]
		if got := [2]int64{use.Accepted, use.Refused}; got != want || (use.LastAt != nil) != (want[0] > 0) ||
			(use.LastRefusedAt != nil) != (want[1] > 0) {
			w.T.Errorf("the %s key's use is %+v; want %v let in and refused", key, use, want)
		}
		if use.LastAt != nil && (use.LastAddress != "192.0.2.9" || use.LastUserAgent != "agent/1") {
			w.T.Errorf("the %s key was used last as %+v", key, use)
		}
	}
	counts, err := w.Team(w.Vic, w.Acme).RequestsByEndpoint(context.Background(), models.Development,
		store.UseQuery{From: w.Store.Now()})
	if err != nil {
		w.T.Fatal(err)
	}
	want := store.EndpointCount{Endpoint: "/verify", Outcome: models.Succeeded, Requests: 2}
	if len(counts) == 0 || counts[len(counts)-1].Endpoint == "" || !slices.Contains(counts, want) {
		w.T.Errorf("by endpoint there are %+v; want among them %+v", counts, want)
	}
}

// Before puts Dojo, on a real connection, before the upstream.
func (w *API) Before(upstream string, limits ...func(*http.Server)) *httptest.Server {
	w.T.Helper()
	address, err := url.Parse(upstream)
	if err != nil {
		w.T.Fatal(err)
	}
	w.Options.Upstream = address
	w.Reopen()
	server := httptest.NewUnstartedServer(w.Echo)
	for _, limit := range limits {
		limit(server.Config)
	}
	server.Start()
	w.T.Cleanup(server.Close)
	return server
}

// Counts is how much there is in the data set of Acme's Development.
func (w *API) Counts() models.Counts {
	w.T.Helper()
	counts, err := w.Team(w.Olivia, w.Acme).Counts(w.T.Context(), models.Development)
	if err != nil {
		w.T.Fatal(err)
	}
	return counts
}

// API is the API over a real database, with Acme's Development unlocked.
type API struct {
	*storetest.Fixture
	Gate     *gate.Gate
	Evidence *evidence.Collector
	Api      *api.API
	Options  api.Options
	Echo     *echo.Echo
	Log      strings.Builder
	T        testing.TB
}

// Proxy is the address of the trusted proxy.
const Proxy = "198.51.100.7:4711"

// NewAPI serves the API on the database until the test ends.
func NewAPI(t testing.TB, database *storetest.Database) *API {
	w := &API{Fixture: storetest.NewFixture(t, database), T: t}
	w.Gate = gate.New(w.Store, w.Database.Vault.Digest, w.Store.Now)
	t.Cleanup(w.Gate.Close)
	w.Store.OnKeysChanged(w.Gate.Refresh)
	if err := w.Gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.Unlock(models.Development)
	logger := slog.New(slog.NewTextHandler(&w.Log, nil))
	w.Evidence = evidence.New(w.Store, logger)
	w.Options = api.Options{
		Store: w.Store, Gate: w.Gate, Logger: logger, Evidence: w.Evidence,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
		URL:            &url.URL{Scheme: "https", Host: "api.dojo.example"},
	}
	w.Reopen()
	return w
}

// Reopen begins to serve with the options.
func (w *API) Reopen() {
	w.Api = api.New(w.Options)
	w.Echo = web.NewAPI(w.Api)
}

// KeyText returns the text of the active key of the kind in Acme's environment.
func (w *API) KeyText(environment models.EnvironmentKind, kind models.KeyKind) string {
	w.T.Helper()
	text, err := w.Team(w.Olivia, w.Acme).ViewKey(context.Background(), environment, w.Key(environment, kind).ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return text
}

// Secret is the text of Development's secret key.
func (w *API) Secret() string { return w.KeyText(models.Development, models.Secret) }

// Publishable is the text of Development's publishable key.
func (w *API) Publishable() string { return w.KeyText(models.Development, models.Publishable) }

// Lock locks Acme's environment, whose keys stay.
func (w *API) Lock(kind models.EnvironmentKind) {
	w.Uncover(kind)
	if err := w.Gate.Load(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// Request is a request to the API: an HTTP method, a path with a query, a body,
// and headers as "Name: value". The header "From" is the peer's address.
func (w *API) Request(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	w.T.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	if peer := r.Header.Get("From"); peer != "" {
		r.RemoteAddr = peer
	}
	return w.Serve(r)
}

// Serve answers a request, and checks what holds for every answer: the headers,
// and that the API's description knows it.
func (w *API) Serve(r *http.Request) *httptest.ResponseRecorder {
	w.T.Helper()
	recorder := httptest.NewRecorder()
	sent := &bytes.Buffer{}
	r.Body = io.NopCloser(io.TeeReader(r.Body, sent))
	w.Echo.ServeHTTP(recorder, r)
	if w.Options.Upstream == nil { // who knows what that answers
		Described().Check(w.T, w.Echo, r, sent.Bytes(), recorder.Result())
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
	} {
		if got := recorder.Header().Get(name); got != want {
			w.T.Errorf("%s %s: %s is %q", r.Method, r.URL.Path, name, got)
		}
	}
	if len(recorder.Header().Get("X-Request-Id")) != 26 {
		w.T.Errorf("%s %s: no X-Request-Id", r.Method, r.URL.Path)
	}
	checkErrors(w.T, r, recorder)
	if recorder.Body.Len() > 0 && recorder.Header().Get("Content-Type") != "application/json" {
		w.T.Errorf("%s %s: Content-Type %q", r.Method, r.URL.Path, recorder.Header().Get("Content-Type"))
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
	failed := said.Errors != nil && *said.Errors
	if failed != (got.Code >= http.StatusBadRequest) || !failed && said.Errors != nil {
		t.Errorf("%s %s: the answer does not say whether it failed: %d %s", r.Method, r.URL.Path, got.Code, got.Body)
	}
}

// Expect checks an answer's status and, byte for byte, its body.
func Expect(t testing.TB, got *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if got.Code != status || got.Body.String() != body {
		t.Errorf("got %d %s\nwant %d %s", got.Code, got.Body, status, body)
	}
}

// ExpectMatch is expect for a body with a part that differs each time, marked
// with a "*".
func ExpectMatch(t testing.TB, got *httptest.ResponseRecorder, status int, pattern string) {
	t.Helper()
	before, after, _ := strings.Cut(pattern, "*")
	body := got.Body.String()
	if got.Code != status || !strings.HasPrefix(body, before) || !strings.HasSuffix(body, after) {
		t.Errorf("got %d %s\nwant %d %s", got.Code, body, status, pattern)
	}
}

// Endless is a body that never ends.
type Endless struct{}

// Read implements io.Reader.
func (Endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// BrokenOff is a body whose sender went away.
type BrokenOff struct{}

// Read implements io.Reader.
func (BrokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

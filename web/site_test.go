package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/config"
	"dojo/models"
	"dojo/passwords"
	"dojo/session"
	"dojo/store/storetest"
	"dojo/vault"
)

// site is the whole program behind a listener, on a database of its own. Acme's
// Development is unlocked and its Production is not.
type site struct {
	*storetest.World
	server *Server
	url    string // http://127.0.0.1:port
	log    *logBook
	t      testing.TB
}

// password is everybody's.
const password = "correct horse battery staple"

var passwordHash = sync.OnceValues(func() (string, error) {
	return passwords.New(1).Hash(context.Background(), password)
})

func newSite(t testing.TB, db *storetest.Database, adjust ...func(*Options)) *site {
	t.Helper()
	keyring := filepath.Join(t.TempDir(), "keyring.json")
	var err error
	if db.Vault, err = vault.Open(keyring); err != nil {
		t.Fatal(err)
	}
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{World: storetest.NewWorld(t, db), log: &logBook{}, t: t}
	s.SetPasswords(hash)
	s.Unlock(models.Development)

	listener := httptest.NewUnstartedServer(nil)
	options := Options{
		Config: config.Config{Addr: listener.Listener.Addr().String(), DatabaseURL: db.URL, Keyring: keyring},
		Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    db.Clock.Now,
	}
	options.Sleep = func(_ context.Context, wait time.Duration) error { db.Clock.Add(wait); return nil }
	for _, change := range adjust {
		change(&options)
	}
	if err := options.Config.Validate(); err != nil {
		t.Fatal(err)
	}
	if s.server, err = Open(context.Background(), options); err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = s.server.Handler()
	listener.Config.ErrorLog = slog.NewLogLogger(options.Logger.Handler(), slog.LevelError)
	listener.Start()
	s.url = listener.URL
	t.Cleanup(func() {
		listener.Close()
		if err := s.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// each runs the test on both engines.
func each(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.Database) { test(t, newSite(t, db)) })
}

// onSQLite is a site for a test of what does not depend on the engine.
func onSQLite(t *testing.T, adjust ...func(*Options)) *site {
	t.Helper()
	t.Parallel()
	return newSite(t, storetest.OpenSQLite(t), adjust...)
}

// logBook keeps what is logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	site   *site
	client *http.Client
}

// visitor is a browser without a cookie.
func (s *site) visitor() *browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &browser{site: s, client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as is a browser in which the person has signed in.
func (s *site) as(person models.Actor) *browser {
	s.t.Helper()
	b := s.visitor()
	b.setCookie(s.cookie(person))
	return b
}

// cookie signs the person in past the form, which is slow on purpose.
func (s *site) cookie(person models.Actor) *http.Cookie {
	s.t.Helper()
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/login", nil)
	checked, err := s.server.Store.SessionUser(s.t.Context(), person.UserID)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := session.New(s.server.Store, false).SignIn(answer, request, person, checked); err != nil {
		s.t.Fatal(err)
	}
	return answer.Result().Cookies()[0]
}

func (b *browser) setCookie(cookie *http.Cookie) {
	here, _ := url.Parse(b.site.url) // an address of httptest
	b.client.Jar.SetCookies(here, []*http.Cookie{cookie})
}

func (b *browser) get(path string, headers ...string) *page {
	b.site.t.Helper()
	return b.send(http.MethodGet, path, "", headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) *page {
	b.site.t.Helper()
	return b.send(http.MethodPost, path, form.Encode(), headers...)
}

// send sends a request; headers are written "Name: value", and Host counts as
// one. The body is a form unless a header says otherwise.
func (b *browser) send(method, path, body string, headers ...string) *page {
	b.site.t.Helper()
	request, err := http.NewRequest(method, b.site.url+path, strings.NewReader(body))
	if err != nil {
		b.site.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.site.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.site.t.Fatal(err)
	}
	return readPage(b, path, response, string(text))
}

// unchanged checks that the steps leave the database as it was, but for what is
// noted of a visit.
func (s *site) unchanged(t testing.TB, what string, steps func()) {
	t.Helper()
	before := s.dump()
	steps()
	if after := s.dump(); after != before {
		t.Errorf("%s changed the database.\n%s", what, firstDifference(before, after))
	}
}

// dump is the database without when an environment and a session were used, and
// without the sessions of nobody and the counts of tries.
func (s *site) dump() string {
	s.t.Helper()
	var kept []string
	for _, table := range strings.Split(s.Database.Dump(), "== ") {
		if !strings.HasPrefix(table, "members\n") && !strings.HasPrefix(table, "sessions\n") &&
			!strings.HasPrefix(table, "sign_in_tries\n") {
			kept = append(kept, table)
		}
	}
	kept = append(kept,
		s.column("SELECT team_id || ' ' || user_id || ' ' || role FROM members ORDER BY 1"),
		s.column("SELECT user_id || ' ' || id FROM sessions WHERE user_id <> '' ORDER BY 1"))
	return strings.Join(kept, "== ")
}

// column is what the query finds, a line each.
func (s *site) column(query string) string {
	s.t.Helper()
	rows, err := s.Database.SQL().Query(query)
	s.ok(err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		s.ok(rows.Scan(&line))
		lines = append(lines, line)
	}
	s.ok(rows.Err())
	return strings.Join(lines, "\n")
}

func firstDifference(before, after string) string {
	old, fresh := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(old), len(fresh)) {
		if old[i] != fresh[i] {
			return "- " + old[i] + "\n+ " + fresh[i]
		}
	}
	return "one is longer than the other"
}

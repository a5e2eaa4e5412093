package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
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
	"dojo/store/storetest"
	"dojo/vault"
	"dojo/web"
)

// Ok fails the test when there is an error.
func (s *Site) Ok(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// Revoked is the id of the key that was revoked.
func (s *Site) Revoked() (id string) {
	s.T.Helper()
	s.Ok(s.Database.SQL().QueryRow("SELECT id FROM keys WHERE state = 'revoked'").Scan(&id))
	return id
}

// WaitUntil waits for what something else brings about, for two minutes at most.
func WaitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes", what)
		}
	}
}

// Logged are the lines of the log with the message.
func (s *Site) Logged(message string) (lines []map[string]any) {
	s.T.Helper()
	for text := range strings.Lines(s.Log.String()) {
		var line map[string]any
		s.Ok(json.Unmarshal([]byte(text), &line))
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

// Trust lets the site believe the forwarded headers of a network.
func Trust(network string) func(*web.Options) {
	return func(o *web.Options) { o.Config.TrustedProxies = network }
}

// AsksForProof checks that the page asks, and holds what was typed.
func (s *Site) AsksForProof(p *Page, what string, typed url.Values) *Page {
	s.T.Helper()
	if p.Status != http.StatusForbidden || p.Heading() != "Confirm that it is you" ||
		p.Header.Get("Dojo-Proof") != "required" {
		s.T.Fatalf("%s asks for no proof: %d %s", what, p.Status, Words(p.Root))
	}
	kept := Filled(p.Form(p.Root, "Confirm"))
	for field := range kept {
		if strings.HasPrefix(field, "proof_") || field == "typed_as" { // the page's own
			kept.Del(field)
		}
	}
	if kept.Encode() != typed.Encode() {
		s.T.Errorf("%s keeps %v; %v was typed", what, kept, typed)
	}
	return p
}

// Replaced checks that the browser has another cookie than before, and that the
// one from before signs nobody in any more.
func (s *Site) Replaced(before *http.Cookie, b *Browser) {
	s.T.Helper()
	if b.Current().Value == before.Value {
		s.T.Error("the session's id is the same")
	}
	copied := s.Visitor()
	copied.SetCookie(before)
	copied.Get("/account").GoesTo("/login?next=%2Faccount")
	b.Get("/account").Expect(http.StatusOK)
}

// Site is the whole program behind a listener, on a database of its own. Acme's
// Development is unlocked and its Production is not.
type Site struct {
	*storetest.Fixture
	Server *web.Server
	Config config.Config
	Logger *slog.Logger
	Url    string // http://127.0.0.1:port
	Log    *LogBook
	T      testing.TB

	options web.Options
}

// Password is everybody's.
const Password = "correct horse battery staple"

var PasswordHash = sync.OnceValues(func() (string, error) {
	return passwords.New(1).Hash(context.Background(), Password)
})

// New serves the program on the database until the test ends.
func New(t testing.TB, db *storetest.Database, adjust ...func(*web.Options)) *Site {
	t.Helper()
	keyring := filepath.Join(t.TempDir(), "keyring.json")
	var err error
	if db.Vault, err = vault.Open(keyring); err != nil {
		t.Fatal(err)
	}
	hash, err := PasswordHash()
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{Fixture: storetest.NewFixture(t, db), Log: &LogBook{}, T: t}
	s.SetPasswords(hash)
	s.Unlock(models.Development)

	listener := httptest.NewUnstartedServer(nil)
	options := web.Options{
		Config: config.Config{Addr: listener.Listener.Addr().String(), DatabaseURL: db.URL, Keyring: keyring},
		Logger: slog.New(slog.NewJSONHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    db.Clock.Now,
		Sleep:  func(_ context.Context, wait time.Duration) error { db.Clock.Add(wait); return nil },
	}
	for _, change := range adjust {
		change(&options)
	}
	if err := options.Config.Validate(); err != nil {
		t.Fatal(err)
	}
	s.Config, s.Logger = options.Config, options.Logger
	s.Server = serve(t, listener, options)
	s.Url = listener.URL
	s.options = options
	return s
}

func serve(t testing.TB, listener *httptest.Server, options web.Options) *web.Server {
	t.Helper()
	server, err := web.Open(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = server.Handler()
	listener.Config.ErrorLog = slog.NewLogLogger(options.Logger.Handler(), slog.LevelError)
	listener.Start()
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// Beside is another process of the site, with an address of its own, on PostgreSQL.
func (s *Site) Beside() *Site {
	s.T.Helper()
	other := *s
	listener := httptest.NewUnstartedServer(nil)
	other.options.Config.Addr = listener.Listener.Addr().String()
	other.Server = serve(s.T, listener, other.options)
	other.Config, other.Url = other.options.Config, listener.URL
	return &other
}

// Each runs the test on both engines.
func Each(t *testing.T, test func(t *testing.T, s *Site), adjust ...func(*web.Options)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.Database) { test(t, New(t, db, adjust...)) })
}

// OnSQLite is a site for a test of what does not depend on the engine.
func OnSQLite(t *testing.T, adjust ...func(*web.Options)) *Site {
	t.Helper()
	t.Parallel()
	return New(t, storetest.OpenSQLite(t), adjust...)
}

// LogBook keeps what is logged.
type LogBook struct {
	Mu   sync.Mutex
	Text bytes.Buffer
}

// Write implements io.Writer.
func (l *LogBook) Write(line []byte) (int, error) {
	l.Mu.Lock()
	defer l.Mu.Unlock()
	return l.Text.Write(line)
}

// String is all that was logged.
func (l *LogBook) String() string {
	l.Mu.Lock()
	defer l.Mu.Unlock()
	return l.Text.String()
}

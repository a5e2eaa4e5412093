package journey

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/config"
	"dojo/demo"
	"dojo/store"
	"dojo/vault"
	"dojo/web"
)

// opened is the moment at which every test begins.
var opened = time.Date(2026, time.November, 23, 10, 30, 0, 0, time.UTC)

// site is the program, serving the demo on a free port of this machine.
type site struct {
	origin string // http://localhost:PORT: browsers allow passkeys there
	config config.Config
	server *web.Server
	stop   func() // ends the server, and waits until it has
	clock  *clock
	log    *record
	dir    string
	read   map[string]bool // the lines of the log with mails that somebody has read
}

// openSite starts the program with a fresh demo database, with settings that a test adds. It stops
// at the end of the test.
func openSite(t *testing.T, settings ...func(*config.Config)) *site {
	t.Helper()
	s := &site{clock: &clock{now: opened}, log: &record{}, dir: t.TempDir(), read: map[string]bool{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.config = config.Config{
		Addr:        listener.Addr().String(),
		PublicURL:   fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port),
		DatabaseURL: "sqlite:" + filepath.Join(s.dir, "demo.db"),
		Keyring:     filepath.Join(s.dir, "keyring.json"),
		LogLevel:    "debug",
		// The tests' own receivers are on this machine.
		WebhookAllow: "127.0.0.0/8",
	}
	for _, set := range settings {
		set(&s.config)
	}
	must(t, s.config.Validate())
	s.origin = s.config.PublicURL
	s.fill(t)
	s.open(t, listener)
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("the server's warnings:\n%s", s.log.warnings())
		}
	})
	return s
}

// open starts the program on the listener.
func (s *site) open(t *testing.T, listener net.Listener) {
	t.Helper()
	server, err := web.Open(t.Context(), web.Options{
		Config: s.config, Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: s.clock.Now, Demo: demo.SignIns(),
		Sleep: func(_ context.Context, wait time.Duration) error {
			s.clock.pass(wait)
			return nil
		},
	})
	must(t, err)
	s.server = server
	s.serve(t, listener)
}

// isDownUntil has the program be down until the moment, and starts it again.
func (s *site) isDownUntil(t *testing.T, moment time.Time) {
	t.Helper()
	s.stop()
	s.clock.set(moment)
	listener, err := net.Listen("tcp", s.config.Addr)
	must(t, err)
	s.open(t, listener)
}

// comes to the moment: what time alone does is written down, as it is within a minute.
func (s *site) comes(t *testing.T, moment time.Time) {
	t.Helper()
	s.clock.set(moment)
	must(t, s.server.Store.Sweep(t.Context()))
}

// fill puts the demo into the site's folder, or into its database.
func (s *site) fill(t *testing.T) {
	t.Helper()
	if !strings.HasPrefix(s.config.DatabaseURL, "sqlite:") {
		keys, err := vault.Open(s.config.Keyring)
		must(t, err)
		must(t, demo.Build(t.Context(), store.Options{URL: s.config.DatabaseURL, Vault: keys}, false, opened))
		return
	}
	files, err := demoFiles()
	must(t, err)
	for name, content := range files {
		must(t, os.WriteFile(filepath.Join(s.dir, name), content, 0o600))
	}
}

// demoFiles are the demo's database and its keyring, by name. All tests begin at
// the same moment, so it is built once.
var demoFiles = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "dojo-demo-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	keys, err := vault.Open(filepath.Join(dir, "keyring.json"))
	if err != nil {
		return nil, err
	}
	url := "sqlite:" + filepath.Join(dir, "demo.db")
	if err := demo.Build(context.Background(), store.Options{URL: url, Vault: keys}, false, opened); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"demo.db", "keyring.json"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func (s *site) serve(t *testing.T, listener net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	server := s.server
	go func() { stopped <- server.Serve(ctx, listener, nil) }()
	s.stop = func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Errorf("the server did not stop well: %v", err)
		}
		if err := server.Close(); err != nil {
			t.Errorf("the database did not close well: %v", err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is the server's clock. Time passes only when a test says so, but for a
// tick with every look, so that what happens later is later.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// set sets the clock, which never goes back.
func (c *clock) set(moment time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if moment.After(c.now) {
		c.now = moment
	}
}

// record is the server's log.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func (r *record) warnings() string {
	var found []string
	for line := range strings.Lines(r.String()) {
		if strings.Contains(line, `"level":"WARN"`) || strings.Contains(line, `"level":"ERROR"`) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}

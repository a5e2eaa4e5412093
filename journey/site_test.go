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
	server *web.Server
	clock  *clock
	log    *record
	dir    string
	read   map[string]bool // the lines of the log with mails that somebody has read
}

// openSite starts the program with a fresh demo database. It stops at the end of
// the test.
func openSite(t *testing.T) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &site{clock: &clock{now: opened}, log: &record{}, dir: t.TempDir(), read: map[string]bool{}}
	cfg := config.Config{
		Addr:        listener.Addr().String(),
		PublicURL:   fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port),
		DatabaseURL: "sqlite:" + filepath.Join(s.dir, "demo.db"),
		Keyring:     filepath.Join(s.dir, "keyring.json"),
		LogLevel:    "debug",
		// The tests' own receivers are on this machine.
		WebhookAllow: "127.0.0.0/8",
	}
	must(t, cfg.Validate())
	s.origin = cfg.PublicURL
	s.fill(t)
	s.server, err = web.Open(t.Context(), web.Options{
		Config: cfg, Logger: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: s.clock.Now, Demo: demo.SignIns(),
		Sleep: func(_ context.Context, wait time.Duration) error {
			s.clock.pass(wait)
			return nil
		},
	})
	must(t, err)
	s.serve(t, listener)
	return s
}

// fill puts the demo into the site's folder.
func (s *site) fill(t *testing.T) {
	t.Helper()
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
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Serve(ctx, listener, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("the server did not stop well: %v", err)
		}
		if err := s.server.Close(); err != nil {
			t.Errorf("the database did not close well: %v", err)
		}
		if t.Failed() {
			t.Logf("the server's warnings:\n%s", s.log.warnings())
		}
	})
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

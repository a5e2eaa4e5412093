package web_test

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"dojo/config"
	"dojo/demo"
	"dojo/models"
	"dojo/passwords"
	"dojo/store"
	"dojo/vault"
	"dojo/web"
)

// BenchmarkPage measures the server's time for pages of a team, in a database
// with 10,000 teams, and reports the median.
func BenchmarkPage(b *testing.B) {
	s := openCrowded(b, 10_000)
	handler := s.Handler()
	cookie := signInAs(b, handler, "ade@acme.example")
	for _, path := range []string{"/t/acme/development", "/t/acme/development/keys", "/t/acme/development/interactions",
		"/t/acme/activity"} {
		b.Run(path, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				request := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
				request.AddCookie(cookie)
				answer := httptest.NewRecorder()
				start := time.Now()
				handler.ServeHTTP(answer, request)
				times = append(times, time.Since(start))
				if answer.Code != http.StatusOK {
					b.Fatalf("%s: status %d", path, answer.Code)
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
		})
	}
}

// openCrowded opens a server on the demo's database with so many teams more.
func openCrowded(b *testing.B, teams int) *web.Server {
	b.Helper()
	return openCrowdedWith(b, teams, nil)
}

// openCrowdedWith is openCrowded with a process that hashes passwords.
func openCrowdedWith(b *testing.B, teams int, hashes func() *exec.Cmd) *web.Server {
	b.Helper()
	path := filepath.Join(b.TempDir(), "dojo.db")
	cfg := benchConfig(b, "sqlite:"+path)
	crowd(b, path, teams)
	return openBench(b, cfg, hashes)
}

// benchConfig is that of a server on the demo's database, which it builds.
func benchConfig(b *testing.B, url string) config.Config {
	b.Helper()
	cfg := config.Config{Addr: "127.0.0.1:8080", DatabaseURL: url, Keyring: filepath.Join(b.TempDir(), "keyring.json")}
	must(b, cfg.Validate())
	keys, err := vault.Open(cfg.Keyring)
	must(b, err)
	must(b, demo.Build(b.Context(), store.Options{URL: cfg.DatabaseURL, Vault: keys}, false, time.Now()))
	return cfg
}

func openBench(b *testing.B, cfg config.Config, hashes func() *exec.Cmd) *web.Server {
	b.Helper()
	s, err := web.Open(b.Context(), web.Options{Config: cfg, Logger: slog.New(slog.DiscardHandler), HashWorker: hashes})
	must(b, err)
	b.Cleanup(func() { must(b, s.Close()) })
	return s
}

// crowd writes teams with an owner, environments and keys, in one transaction.
func crowd(b *testing.B, path string, teams int) {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	must(b, err)
	defer db.Close()
	tx, err := db.Begin()
	must(b, err)
	now := time.Now().UTC()
	hash, err := passwords.New(1).Hash(b.Context(), demo.Password)
	must(b, err)
	exec := func(query string, args ...any) {
		_, err := tx.Exec(query, args...)
		must(b, err)
	}
	for i := range teams {
		team, user := models.NewID(), models.NewID()
		exec("INSERT INTO users (id, email, name, password_hash, engineer, created_at) VALUES (?, ?, 'Crowd', ?, "+
			"false, ?)", user, fmt.Sprintf("owner-%d@crowd.example", i), hash, now)
		exec("INSERT INTO teams (id, slug, name, created_at) VALUES (?, ?, ?, ?)", team, fmt.Sprintf("crowd-%d", i),
			fmt.Sprintf("Crowd %d", i), now)
		exec("INSERT INTO members VALUES (?, ?, 'owner', 'playground', NULL, ?)", team, user, now)
		for _, kind := range models.EnvironmentKinds() {
			environment := models.NewID()
			exec("INSERT INTO environments (id, team_id, kind, data_set_id, created_at) VALUES (?, ?, ?, 'playground', ?)",
				environment, team, kind, now)
			for _, keyKind := range models.KeyKinds() {
				digest := make([]byte, 32)
				rand.Read(digest)
				exec("INSERT INTO keys VALUES (?, ?, ?, ?, 'active', ?, x'00', ?, '', '', '', NULL, '', '', '', "+
					"NULL, NULL, '', '', '', '', '', '0000', '', false)",
					models.NewID(), team, environment, keyKind, digest, now)
			}
		}
	}
	must(b, tx.Commit())
}

func signInAs(b *testing.B, handler http.Handler, email string) *http.Cookie {
	b.Helper()
	form := url.Values{"email": {email}, "password": {demo.Password}}.Encode()
	request := httptest.NewRequest(http.MethodPost, "http://localhost:8080/login", strings.NewReader(form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	for _, cookie := range answer.Result().Cookies() {
		return cookie
	}
	b.Fatalf("signing in set no cookie: status %d", answer.Code)
	return nil
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

package web_test

import (
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"dojo/config"
	"dojo/store/storetest"
	"dojo/vault"
	"dojo/web"
)

// TestProcessesStartAtOnce: on an empty database each of them starts, with the same keyring, and
// none with another one.
func TestProcessesStartAtOnce(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	db := storetest.OpenPostgres(t)
	db.Exec("DROP SCHEMA public CASCADE")
	db.Exec("CREATE SCHEMA public")
	keyring := filepath.Join(t.TempDir(), "keyring.json")
	if _, err := vault.Open(keyring); err != nil {
		t.Fatal(err)
	}
	open := func(keyring string) (*web.Server, error) {
		cfg := config.Config{Addr: "127.0.0.1:8080", DatabaseURL: db.URL, Keyring: keyring}
		if err := cfg.Validate(); err != nil {
			return nil, err
		}
		return web.Open(t.Context(), web.Options{Config: cfg, Logger: slog.New(slog.DiscardHandler), Migrate: true})
	}
	var starts sync.WaitGroup
	for range 4 {
		starts.Go(func() {
			s, err := open(keyring)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = s.Close() })
		})
	}
	starts.Wait()
	other := filepath.Join(t.TempDir(), "other.json")
	if _, err := vault.Open(other); err != nil {
		t.Fatal(err)
	}
	if s, err := open(other); err == nil {
		_ = s.Close()
		t.Error("a process with another keyring starts")
	}
	for what, query := range map[string]string{
		"teams for guests": "SELECT count(*) FROM teams WHERE open_to_guests",
		"keyrings":         "SELECT count(*) FROM instance",
	} {
		if n := db.Count(query); n != 1 {
			t.Errorf("there are %d %s", n, what)
		}
	}
	if waiting := db.Count("SELECT count(*) FROM processes WHERE out_at IS NULL"); waiting != 4 {
		t.Errorf("%d processes serve, want 4", waiting)
	}
}

package main

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dojo/demo"
	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/vault"
)

// killed starts the program and kills it somewhere in its first moments.
func killed(t *testing.T, within time.Duration, args ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append(args, "--addr", "127.0.0.1:0")...)
	cmd.Env = append(os.Environ(), asProgram+"=yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(rand.N(within)) // the moment of the kill, for which nothing waits
	cmd.Process.Kill()
	cmd.Wait()
}

// emptied is an empty database of the engine, with the settings that name it and a
// keyring that is not there.
func emptied(t *testing.T, db *storetest.Database) (settings []string) {
	t.Helper()
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "data", "dojo.db")
	if db.Engine == storetest.Postgres {
		db.Exec("DROP SCHEMA public CASCADE")
		db.Exec("CREATE SCHEMA public")
		url = db.URL
	}
	return []string{"--database-url", url, "--keyring", filepath.Join(dir, "data", "keyring.json")}
}

func TestKilledFirstStartOfServe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		settings := emptied(t, db)
		for range 8 {
			killed(t, time.Second, with("serve", settings)...)
		}
		p := begin(t, with("serve", settings)...)
		c := client()
		if status, _ := get(t, c, p.url+"/readyz"); status != http.StatusOK {
			t.Errorf("it is not ready: %d", status)
		}
		if status, page := get(t, c, p.url+"/t/explore/playground"); status != http.StatusOK ||
			!strings.Contains(page, "Playground") {
			t.Errorf("the team for guests is answered %d", status)
		}
		if status, page := makeEngineer(t, c, p.printed(setupLink), "eva@dojo.example"); status != http.StatusOK ||
			!strings.Contains(page, "Solutions desk") {
			t.Errorf("the setup link is answered %d %s", status, page)
		}
	})
}

func TestKilledFirstStartOfDemo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		settings := emptied(t, db)
		for range 6 {
			killed(t, 3*time.Second, with("demo", settings)...)
		}
		p := begin(t, with("demo", settings)...)
		wantWholeDemo(t, p)
	})
}

// wantWholeDemo checks what is built last, and that nothing is there twice.
func wantWholeDemo(t *testing.T, p *program) {
	t.Helper()
	c := client()
	status, _ := post(t, c, p.url+"/login", "email", "sol@dojo.example", "password", demo.Password)
	if status != http.StatusOK {
		t.Fatalf("signing in is answered %d", status)
	}
	_, teams := get(t, c, p.url+"/desk/teams")
	for _, name := range []string{"Acme Books", "Umami Foods", "Kanso"} {
		if !strings.Contains(teams, name) {
			t.Errorf("%s is missing", name)
		}
	}
	if status, page := get(t, c, p.url+"/desk/requests"); status != http.StatusOK ||
		strings.Contains(page, "No requests") {
		t.Errorf("the desk is answered %d, without the request that waits", status)
	}
}

// halfBuilt begins a demo as far as a kill in its first second does.
func halfBuilt(t *testing.T, settings []string) {
	t.Helper()
	keys, err := vault.Open(settings[3])
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: settings[1], Vault: keys, Serves: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if build, err := s.BeginDemo(ctx, "sol@dojo.example", false); err != nil || !build {
		t.Fatalf("%v, %v", build, err)
	}
	token, err := s.CreateSetupLink(ctx, models.SystemActor("Command line"), "sol@dojo.example")
	if err == nil {
		_, err = s.UseSetupLink(ctx, models.Actor{}, token, "sol@dojo.example", "Sol", "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAHalfBuiltDemoIsBuiltAnew, with or without being told to begin afresh.
func TestAHalfBuiltDemoIsBuiltAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		settings := emptied(t, db)
		halfBuilt(t, settings)
		p := begin(t, with("demo", settings)...)
		wantWholeDemo(t, p)
		p.stop()
		if db.Engine == storetest.SQLite {
			wantWholeDemo(t, begin(t, with("demo", settings, "--fresh")...))
		}
	})
}

// TestALoneProcessIsNoSecondOne: not after one that has just ended, however it did.
func TestALoneProcessIsNoSecondOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		settings := emptied(t, db)
		if err := run(t.Context(), with("migrate", settings), io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			begin(t, with("serve", settings)...).stop()
		}
	})
}

package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"dojo/store"
	"dojo/store/storetest"
)

// shortDir is a temporary folder whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dojo-")
	ok(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestOneProcessServes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		serving := db.Open(storetest.Alone)
		_, err := db.TryOpen(storetest.Alone)
		if err == nil || !strings.Contains(err.Error(), "another dojo process is") || !strings.Contains(err.Error(), "Stop it first") {
			t.Errorf("a second serving process got %v", err)
		}
		if _, _, err := store.Migrate(ctx, db.URL); err == nil || !strings.Contains(err.Error(), "another dojo process is") {
			t.Errorf("a migration beside it got %v", err)
		}
		ok(t, db.Open().Ready(ctx)) // a command beside it may
		ok(t, serving.Close())
		again := db.Open(storetest.Alone)
		ok(t, again.Ready(ctx))
	})
}

// news collects what a store says about its hold.
func news(s *store.Store) <-chan bool {
	told := make(chan bool, 10)
	s.OnHold(func(held bool) { told <- held })
	return told
}

func wantNews(t *testing.T, told <-chan bool, want bool) {
	t.Helper()
	select {
	case held := <-told:
		if held != want {
			t.Fatalf("told that it is held: %v; want %v", held, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("nothing was told; want held: %v", want)
	}
}

const killHolder = `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

func TestHoldIsTakenAgain(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	db := storetest.OpenPostgres(t)
	told := news(db.Open(storetest.Alone))
	db.Exec(killHolder)
	wantNews(t, told, false)
	wantNews(t, told, true)
	if _, err := db.TryOpen(storetest.Alone); err == nil {
		t.Error("it says that it holds, and another was let in")
	}
}

func TestHoldIsLostToWhoeverCameFirst(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	db := storetest.OpenPostgres(t)
	told := news(db.Open(storetest.Alone))
	end := db.Outage()
	wantNews(t, told, false)
	end()
	var other *store.Store
	for other == nil { // both try; the first to try wins
		var err error
		if other, err = db.TryOpen(storetest.Alone); err == nil {
			break
		}
		select {
		case held := <-told:
			if !held {
				t.Fatal("told twice that it is lost")
			}
			return // it was faster than the other
		case <-time.After(10 * time.Millisecond):
		}
	}
	select {
	case held := <-told:
		t.Fatalf("told that it is held: %v, while another process holds", held)
	case <-time.After(2500 * time.Millisecond):
	}
	ok(t, other.Close())
	wantNews(t, told, true)
}

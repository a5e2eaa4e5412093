package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"dojo/models"
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

// onSQLite runs the test on SQLite alone.
func onSQLite(t *testing.T, test func(t *testing.T, db *storetest.Database)) {
	t.Helper()
	t.Parallel()
	test(t, storetest.OpenSQLite(t))
}

func TestOneProcessServesAFile(t *testing.T) {
	onSQLite(t, func(t *testing.T, db *storetest.Database) {
		serving := db.Open(storetest.Serves)
		_, err := db.TryOpen(storetest.Serves)
		if err == nil || !strings.Contains(err.Error(), "another dojo process is") ||
			!strings.Contains(err.Error(), "Stop it first") {
			t.Errorf("a second serving process got %v", err)
		}
		if _, _, err := store.Migrate(ctx, db.URL); err == nil ||
			!strings.Contains(err.Error(), "another dojo process is") {
			t.Errorf("a migration beside it got %v", err)
		}
		ok(t, db.Open().Ready(ctx)) // a command beside it may
		ok(t, serving.Close())
		again := db.Open(storetest.Serves)
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

func wantNoNews(t *testing.T, told <-chan bool) {
	t.Helper()
	select {
	case held := <-told:
		t.Fatalf("told that it is held: %v", held)
	default:
	}
}

// renamed is a change that can be told from others by its name.
func renamed(team *store.TeamScope, name string) error {
	_, err := team.Rename(ctx, name, team.Team.Slug)
	return err
}

// eventually waits until something holds that happens by itself.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes", what)
		}
	}
}

// TestTheRowFencesChangesOff: whatever the locks say, a process that the row does not
// name changes nothing.
func TestTheRowFencesChangesOff(t *testing.T) {
	onSQLite(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db, storetest.Serves)
		told, team := news(w.Store), w.Team(w.Olivia, w.Acme)
		grant := unlocked(t, w, models.Development)
		db.Exec("UPDATE serving SET holder = 'another', process = '', released = false")
		unchanged(t, db, func() {
			err := w.Store.AddRecords(ctx, grant,
				productsOf(models.Record{ID: "a", Body: []byte(`{"product_id":"a"}`)}))
			refused(t, err, models.Unavailable, "not sure that it alone serves")
			refused(t, renamed(team, "Unsure"), models.Unavailable, "not sure that it alone serves")
		})
		wantNews(t, told, false)
		refused(t, w.Store.Ready(ctx), models.Unavailable, "not sure")
		if w.Store.Sure() {
			t.Error("it is sure")
		}
	})
}

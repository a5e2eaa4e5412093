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

func TestOneProcessServes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		serving := db.Open(storetest.Alone)
		_, err := db.TryOpen(storetest.Alone)
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

const killHolder = `SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
	WHERE locktype = 'advisory' AND objid = 1685023343 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

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

// TestALostSessionIsReplaced: as long as nobody else comes, nobody notices.
func TestALostSessionIsReplaced(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	w := storetest.NewFixture(t, storetest.OpenPostgres(t), storetest.Alone)
	told, team := news(w.Store), w.Team(w.Olivia, w.Acme)
	for range 3 {
		w.Database.Exec(killHolder)
		ok(t, renamed(team, models.NewID()))
		eventually(t, "the session's replacement", func() bool {
			return w.Database.Count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1685023343 "+
				"AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0
		})
	}
	ok(t, w.Store.Ready(ctx))
	wantNoNews(t, told)
	if _, err := w.Database.TryOpen(storetest.Alone); err == nil {
		t.Error("another was let in")
	}
}

// TestHoldIsLostToWhoeverCameFirst: while the server lets nobody in, another process
// waits for it too, and may be faster afterwards.
func TestHoldIsLostToWhoeverCameFirst(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	w := storetest.NewFixture(t, storetest.OpenPostgres(t), storetest.Alone)
	db, told, team := w.Database, news(w.Store), w.Team(w.Olivia, w.Acme)
	other := steal(t, db)
	if err := renamed(team, "Unsure"); models.CodeOf(err) != models.Unavailable {
		t.Errorf("a change of the process that lost its hold: %v", err)
	}
	wantNews(t, told, false)
	refused(t, w.Store.Ready(ctx), models.Unavailable, "not sure")
	if n := db.Count("SELECT count(*) FROM teams WHERE name = 'Unsure'"); n != 0 {
		t.Error("the change was carried out")
	}
	other()
	wantNews(t, told, true)
	ok(t, renamed(team, "Sure"))
}

// steal takes the lock from the process that has it, and the row as the store of
// another process would.
func steal(t *testing.T, db *storetest.Database) (end func()) {
	t.Helper()
	conn, err := db.SQL().Conn(ctx)
	ok(t, err)
	for mine := false; !mine; {
		db.Exec(killHolder)
		ok(t, conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(1685023343)").Scan(&mine))
	}
	db.Exec("UPDATE serving SET holder = 'another', process = '', released = false")
	return func() {
		db.Exec("UPDATE serving SET released = true")
		_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock(1685023343)")
		ok(t, err)
		ok(t, conn.Close())
	}
}

// TestTheRowFencesChangesOff: whatever the locks say, a process that the row does not
// name changes nothing.
func TestTheRowFencesChangesOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db, storetest.Alone)
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

// TestADatabaseThatStalls answers nothing for longer than the lease, as a frozen
// machine or a network that drops packets does.
func TestADatabaseThatStalls(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	db := storetest.OpenPostgres(t)
	proxy := newProxy(t, db)
	w := storetest.NewFixture(t, db, storetest.Alone, func(o *store.Options) { o.URL = proxy.url })
	told, team := news(w.Store), w.Team(w.Olivia, w.Acme)
	proxy.stall()
	wantNews(t, told, false)
	refused(t, w.Store.Ready(ctx), models.Unavailable, "not sure")
	refused(t, renamed(team, "Unsure"), models.Unavailable, "not sure that it alone serves")
	proxy.resume()
	wantNews(t, told, true)
	ok(t, w.Store.Ready(ctx))
	ok(t, renamed(team, "Sure"))
	proxy.cut()
	eventually(t, "a change after the connections were cut", func() bool { return renamed(team, "Sure again") == nil })
	ok(t, w.Store.Ready(ctx))
}

package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// server is what a process that serves is made of, as far as keys are concerned.
type server struct {
	*store.Store
	gate     *gate.Gate
	follower *gate.Follower
	stop     func()
}

// serve begins to serve a database, until the test ends or stop is called.
func serve(t *testing.T, db *storetest.Database, lease time.Duration, adjust ...func(*store.Options)) *server {
	t.Helper()
	return serveLimited(t, db, lease, 0, adjust...)
}

// serveLimited begins to serve with a rate limit.
func serveLimited(
	t *testing.T, db *storetest.Database, lease time.Duration, perSecond int, adjust ...func(*store.Options),
) *server {
	t.Helper()
	s := &server{Store: db.Open(append(adjust, storetest.Serves)...)}
	s.gate = gate.New(s.Store, db.Vault.Digest, s.Now)
	s.gate.SetLimit(perSecond)
	s.follower = gate.NewFollower(s.gate, s.Store, lease,
		func() models.ProcessStats { return models.ProcessStats{Listening: s.Hears()} })
	s.SureWhile(s.follower.Sure)
	s.gate.TrustWhile(s.Sure)
	s.OnKeysChanged(func(ctx context.Context, id string, at models.FeedPosition) {
		s.gate.Refresh(ctx, id, at)
		s.follower.Wake()
	})
	ok(t, s.follower.Join(ctx))
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{}, 2)
	go func() { s.follower.Run(running); ended <- struct{}{} }()
	go func() { s.Listen(running, s.follower.Wake); ended <- struct{}{} }()
	s.stop = func() {
		stop()
		<-ended
		<-ended
		s.stop = func() {}
	}
	t.Cleanup(func() { s.stop(); s.gate.Close() })
	return s
}

func (s *server) accepts(text string) bool { return s.gate.CheckKey(text).Outcome == models.Accepted }

// processes is a fixture whose store serves, and two processes beside it.
func processes(t *testing.T, lease time.Duration) (w *storetest.Fixture, all []*server) {
	t.Helper()
	db := storetest.OpenPostgres(t)
	w = storetest.NewFixture(t, db)
	for range 3 {
		all = append(all, serve(t, db, lease))
	}
	return w, all
}

func onPostgres(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if storetest.Takes(storetest.Postgres) {
		t.Parallel()
		test(t)
	}
}

// revoke revokes a fresh secret key of Acme's Development by way of one process, and
// returns its text and its receipt as soon as it is settled.
func revoke(t *testing.T, w *storetest.Fixture, by *server) (text string, receipt models.Receipt) {
	t.Helper()
	scope, err := by.Team(ctx, w.Olivia, w.Acme.Slug)
	ok(t, err)
	key := w.Key(models.Development, models.Secret)
	text, err = scope.ViewKey(ctx, models.Development, key.ID)
	ok(t, err)
	_, err = scope.RevokeKey(ctx, models.Development, key.ID, models.Revocation{Reason: models.Rotation})
	ok(t, err)
	if settled, err := by.AwaitSettled(ctx, key.EnvironmentID, time.Minute); err != nil || !settled {
		t.Fatalf("settled: %v, %v", settled, err)
	}
	receipt, err = scope.Receipt(ctx, models.Development, key.ID)
	ok(t, err)
	return text, receipt
}

// TestRevokedEverywhere: once the receipt is there, no process accepts the key, and each
// has confirmed.
func TestRevokedEverywhere(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Minute)
		w.Unlock(models.Development)
		for i := range 30 {
			text, receipt := revoke(t, w, all[i%3])
			for _, s := range all {
				if s.accepts(text) {
					t.Fatalf("revocation %d: accepted after the receipt", i)
				}
			}
			if !receipt.Settled() || len(receipt.Processes) != 3 || len(receipt.Waiting) != 0 {
				t.Fatalf("the receipt is %+v", receipt)
			}
			for _, p := range receipt.Processes {
				if p.ConfirmedAt == nil || p.LeaseEndedAt != nil || p.ConfirmedAt.After(*receipt.SettledAt) {
					t.Errorf("a process that serves: %+v", p)
				}
			}
		}
	})
}

// TestAReceiptWaitsForALease: a process that cannot be reached may go on for as long as
// its lease lasts, and the receipt says so. Then it changes nothing and lets nobody in.
func TestAReceiptWaitsForALease(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		const lease = 2 * time.Second
		db := storetest.OpenPostgres(t)
		proxy := newProxy(t, db)
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		near := serve(t, db, lease)
		far := serve(t, db, lease, func(o *store.Options) { o.URL = proxy.url })
		away := far.follower.Process()
		scope, err := far.Team(ctx, w.Olivia, w.Acme.Slug)
		ok(t, err)
		proxy.stall()
		text, receipt := revoke(t, w, near)
		if far.accepts(text) || near.accepts(text) {
			t.Error("accepted after the receipt")
		}
		refused(t, renamed(scope, "Unsure"), models.Unavailable, "lost touch with its database")
		refused(t, far.Ready(ctx), models.Unavailable, "lost touch")
		if found := far.gate.CheckKey(text); found.Outcome != models.GateUnavailable {
			t.Errorf("a process without a lease finds %v", found.Outcome)
		}
		ended := map[string]bool{}
		for _, p := range receipt.Processes {
			ended[p.ProcessID] = p.LeaseEndedAt != nil
		}
		if len(ended) != 2 || !ended[away] || ended[near.follower.Process()] {
			t.Errorf("the receipt says %+v", receipt.Processes)
		}
		proxy.resume()
		eventually(t, "the way back", far.gate.Ready)
		if far.accepts(text) {
			t.Error("accepted after its way back")
		}
		if far.follower.Process() == away {
			t.Error("it went on with a lease that others had seen end")
		}
		ok(t, renamed(scope, "Sure"))
	})
}

// TestAProcessThatLeaves is waited for by nobody.
func TestAProcessThatLeaves(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Hour)
		w.Unlock(models.Development)
		all[2].stop()
		_, receipt := revoke(t, w, all[0])
		if !receipt.Settled() || len(receipt.Processes) != 2 {
			t.Errorf("the receipt is %+v", receipt)
		}
		if all[2].gate.Ready() {
			t.Error("a process that has left goes on answering")
		}
	})
}

// TestACommitWithoutALeaseIsRefused: the lease is looked at again at the commit.
func TestACommitWithoutALeaseIsRefused(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Hour)
		db := w.Database.SQL()
		tx, err := db.Begin()
		ok(t, err)
		defer tx.Rollback()
		var has bool
		ok(t, tx.QueryRow("SELECT begin_change($1)", all[0].follower.Process()).Scan(&has))
		if !has {
			t.Fatal("a process that serves has no lease")
		}
		_, err = tx.Exec("INSERT INTO changes VALUES (1000, now(), 'e', '', 0, false, NULL)")
		ok(t, err)
		_, err = db.Exec("UPDATE processes SET out_at = now() WHERE id = $1", all[0].follower.Process())
		ok(t, err)
		if err := tx.Commit(); err == nil {
			t.Error("a change was committed although its process had no lease any more")
		}
	})
}

// TestAnotherHistory: what a replica has lost, or a backup never had, is read anew, and
// nobody relies on a list of processes that may be incomplete.
func TestAnotherHistory(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		const lease = 2 * time.Second
		db := storetest.OpenPostgres(t)
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		s := serve(t, db, lease)
		before := s.follower.Process()
		db.Exec("CREATE OR REPLACE FUNCTION history() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'another' $$")
		eventually(t, "another row", func() bool { p := s.follower.Process(); return p != "" && p != before })
		eventually(t, "trust", s.gate.Ready)
		_, receipt := revoke(t, w, s)
		forgotten := 0
		for _, p := range receipt.Processes {
			if p.LeaseEndedAt != nil && p.Version == "" && p.ProcessID != before {
				forgotten++
			}
		}
		if !receipt.Settled() || forgotten != 1 {
			t.Errorf("the receipt says %+v; want that it waited for processes that may be forgotten", receipt.Processes)
		}
	})
}

// TestAProcessThatJoinsAgainLeaves: nobody waits for the lease of a process that has given it up
// since the feed tells too little.
func TestAProcessThatJoinsAgainLeaves(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Hour)
		w.Unlock(models.Development)
		before := all[1].follower.Process()
		w.Database.Exec("UPDATE feed SET last = last + 1") // without the change itself
		all[1].follower.Wake()
		eventually(t, "another row", func() bool { p := all[1].follower.Process(); return p != "" && p != before })
		eventually(t, "trust", func() bool { return all[0].gate.Ready() && all[1].gate.Ready() && all[2].gate.Ready() })
		if _, receipt := revoke(t, w, all[1]); !receipt.Settled() {
			t.Error("the receipt waits for a lease that was given up")
		}
	})
}

// TestGrantsOfAnotherHistory: a server that was replaced, to which a connection is open yet, is
// not believed: it may not know of a revocation.
func TestGrantsOfAnotherHistory(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		db := storetest.OpenPostgres(t)
		w := storetest.NewFixture(t, db)
		key := w.Key(models.Playground, models.Secret)
		_, _, err := w.Store.Join(ctx, time.Minute)
		ok(t, err)
		read := func() (errs []error) {
			_, err := w.Store.EnvironmentGrants(ctx, key.EnvironmentID)
			_, _, lookup := w.Store.GrantByDigest(ctx, [32]byte{})
			return []error{err, lookup, w.Store.Grants(ctx, func(*models.Grant) error { return nil })}
		}
		for i, err := range read() {
			if err != nil {
				t.Errorf("in the history in which it joined, read %d fails: %v", i, err)
			}
		}
		db.Exec("CREATE OR REPLACE FUNCTION history() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'another' $$")
		for i, err := range read() {
			if models.CodeOf(err) != models.Unavailable || err == nil {
				t.Errorf("in another history, read %d says %v", i, err)
			}
		}
		_, _, err = w.Store.Join(ctx, time.Minute)
		ok(t, err)
		for i, err := range read() {
			if err != nil {
				t.Errorf("once it has joined there, read %d fails: %v", i, err)
			}
		}
	})
}

// TestWhatAProcessReliesOnIsDurable: a crash of a database that does not wait for the disk by
// default must not undo a row or a renewal.
func TestWhatAProcessReliesOnIsDurable(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		db := storetest.OpenPostgres(t)
		s := db.Open(storetest.Serves)
		db.Exec("CREATE TABLE waits (at text)")
		db.Exec("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " +
			"INSERT INTO waits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$")
		db.Exec("CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE ON processes DEFERRABLE INITIALLY DEFERRED " +
			"FOR EACH ROW EXECUTE FUNCTION note()")
		id, end, err := s.Join(ctx, time.Minute)
		ok(t, err)
		_, err = s.Confirm(ctx, id, end, models.ProcessStats{})
		ok(t, err)
		var all, durable int
		ok(t, db.SQL().QueryRow("SELECT count(*), count(*) FILTER (WHERE at = 'on') FROM waits").Scan(&all, &durable))
		if all != 2 || durable != 2 {
			t.Errorf("of %d commits %d wait for the disk; want 2 of 2", all, durable)
		}
	})
}

// TestTheStandInHasTheLongestLease: processes whose rows are lost may have a longer lease
// than the one that begins the history.
func TestTheStandInHasTheLongestLease(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		db := storetest.OpenPostgres(t)
		s := db.Open(storetest.Serves)
		_, end, err := s.Join(ctx, time.Hour)
		ok(t, err)
		db.Exec("UPDATE feed SET history = 'another'")
		id, _, err := s.Join(ctx, time.Minute)
		ok(t, err)
		others, err := s.Confirm(ctx, id, end, models.ProcessStats{})
		ok(t, err)
		for _, p := range others {
			if p.Lease() != time.Hour {
				t.Errorf("a row has a lease of %s", p.Lease())
			}
		}
		if len(others) != 2 {
			t.Errorf("there are %d rows besides its own; want the first one's and the stand-in", len(others))
		}
	})
}

// TestTheFeedIsInTheOrderOfCommits: whoever has read it to a number has read all below.
func TestTheFeedIsInTheOrderOfCommits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		start, _, _, err := w.Store.Changes(ctx, models.FeedPosition{})
		ok(t, err)
		stop, read := make(chan struct{}), make(chan []int64)
		go func() {
			var seen []int64
			at := start
			for {
				end, _, complete, err := w.Store.Changes(ctx, at)
				if err == nil && end.Last > at.Last {
					if !complete {
						t.Error("the feed has gaps")
					}
					seen = append(seen, end.Last)
					at = end
				}
				select {
				case <-stop:
					read <- seen
					return
				default:
				}
			}
		}()
		for _, err := range together(8, func(i int) error {
			origins := []string{"https://a.example", "https://b.example"}
			return w.Team(w.Olivia, w.Acme).SetAllowedOrigins(ctx, models.Development, origins[i%2])
		}) {
			ok(t, err)
		}
		close(stop)
		<-read
		end, environments, complete, err := w.Store.Changes(ctx, start)
		ok(t, err)
		if !complete || end.Last != start.Last+8 || len(environments) != 1 {
			t.Errorf("from %d to %d, %v, complete %v", start.Last, end.Last, environments, complete)
		}
	})
}

// TestAGapInTheFeed: who was away while a change was removed for its age reads all grants.
func TestAGapInTheFeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		start, _, _, err := w.Store.Changes(ctx, models.FeedPosition{})
		ok(t, err)
		for _, origin := range []string{"https://a.example", "https://b.example", "https://c.example"} {
			ok(t, w.Team(w.Olivia, w.Acme).SetAllowedOrigins(ctx, models.Development, origin))
		}
		if _, environments, complete, err := w.Store.Changes(ctx, start); err != nil || !complete || len(environments) != 1 {
			t.Errorf("three changes are read as %v, complete %v, %v", environments, complete, err)
		}
		db.Exec(fmt.Sprintf("DELETE FROM changes WHERE sequence = %d", start.Last+2))
		if _, _, complete, err := w.Store.Changes(ctx, start); err != nil || complete {
			t.Errorf("with one of them removed it is complete: %v, %v", complete, err)
		}
		db.Exec("DELETE FROM changes")
		end, _, complete, err := w.Store.Changes(ctx, start)
		if err != nil || complete || end.Last != start.Last+3 {
			t.Errorf("with all of them removed it ends at %d, complete: %v, %v", end.Last, complete, err)
		}
	})
}

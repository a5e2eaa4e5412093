package store_test

import (
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestFewLongAnswersAreReadAtOnce: the reads of answers that are as long as there are
// records stand in a line, and leave the other connections to everybody else. The test
// needs reads that take long, which a lock on a table makes of them; SQLite has none.
func TestFewLongAnswersAreReadAtOnce(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	w := storetest.NewFixture(t, db)
	grant := unlocked(t, w, models.Development)
	team := w.Team(w.Dev, w.Acme)
	conn, err := db.SQL().Conn(ctx)
	ok(t, err)
	defer conn.Close()
	for _, statement := range []string{"BEGIN", "LOCK TABLE products, interactions IN ACCESS EXCLUSIVE MODE"} {
		_, err := conn.ExecContext(ctx, statement)
		ok(t, err)
	}
	var readers sync.WaitGroup
	for i := range 60 { // more than there are connections
		readers.Go(func() { // what becomes of them does not matter here
			switch i % 3 {
			case 0:
				_, _, _ = w.Store.RecordIDs(ctx, grant, models.Products, "", nil)
			case 1:
				_, _ = team.Records(ctx, models.Development, models.Products,
					models.RecordsQuery{Sorting: models.ByID, Limit: 10, Bodies: true})
			case 2:
				_, _ = team.Interactions(ctx, models.Development, models.InteractionsQuery{Limit: 10, Bodies: true})
			}
		})
	}
	reading := func() int {
		return db.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() " +
			"AND wait_event_type = 'Lock'")
	}
	eventually(t, "two read", func() bool { return reading() >= 2 })
	for begun := time.Now(); time.Since(begun) < 2*time.Second; {
		if n := reading(); n > 2 {
			t.Fatalf("%d read at once", n)
		}
		ok(t, w.Store.Ready(ctx))
	}
	_, err = conn.ExecContext(ctx, "ROLLBACK")
	ok(t, err)
	readers.Wait()
}

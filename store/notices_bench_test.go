package store_test

import (
	"slices"
	"testing"
	"time"

	"dojo/store/storetest"
)

// BenchmarkMillionNotifications measures what pages ask of the lists of notifications, and what the
// jobs look for, with a million of them, all in one engineer's list and half of them unseen: the
// medians.
func BenchmarkMillionNotifications(b *testing.B) {
	const series = "WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 1000000) "
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{storetest.SQLite, storetest.OpenSQLite}, {storetest.Postgres, storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			w := storetest.NewFixture(b, engine.open(b))
			w.Database.Exec("INSERT INTO notifications (id, at, event, team_id, environment_id, environment, subject_id, " +
				"actor_id, actor_name, actor_capacity, detail, told_at) " + series + "SELECT 1000 + n, teams.created_at, " +
				"'request.made', teams.id, '', 'production', 'request', '', 'Dojo', 'system', '{\"text\":\"Search\"}', " +
				"teams.created_at FROM series JOIN teams ON teams.slug = 'acme'")
			w.Database.Exec("INSERT INTO notices (user_id, notification_id, desk, for_digest, seen_at) SELECT users.id, "+
				"notifications.id, true, false, CASE WHEN notifications.id % 2 = 0 THEN notifications.at END "+
				"FROM notifications JOIN users ON users.id = $1", w.Sol.UserID)
			w.Database.Exec("ANALYZE")
			sol, err := w.Store.Account(ctx, w.Sol)
			if err != nil {
				b.Fatal(err)
			}
			for name, ask := range map[string]func() error{
				"bell":  func() error { _, err := w.Store.UnseenNotices(ctx, w.Sol); return err },
				"list":  func() error { _, err := sol.Notices(ctx, 0); return err },
				"older": func() error { _, err := sol.Notices(ctx, 500_000); return err },
				"see":   func() error { _, err := sol.SeeNotice(ctx, 999_999); return err },
				"tell":  func() error { return w.Store.Tell(ctx) },
				"sweep": func() error { return w.Store.Sweep(ctx) },
			} {
				b.Run(name, func(b *testing.B) {
					var times []time.Duration
					for b.Loop() {
						start := time.Now()
						if err := ask(); err != nil {
							b.Fatal(err)
						}
						times = append(times, time.Since(start))
					}
					slices.Sort(times)
					b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
				})
			}
		})
	}
}

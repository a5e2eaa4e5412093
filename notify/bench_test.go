package notify_test

import (
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"dojo/models"
	"dojo/notify"
	"dojo/store/storetest"
)

// BenchmarkOutbox sends 2,000 mails from a database to a mail server on this machine, without TLS, as
// a relay beside Dojo is reached, and reports how many a second.
func BenchmarkOutbox(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{storetest.SQLite, storetest.OpenSQLite}, {storetest.Postgres, storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			w := storetest.NewFixture(b, engine.open(b))
			sink := newSink(b, func(server *smtp.Server, options *notify.Server) {
				options.NoTLS, options.Username, options.Password = true, "", ""
			})
			s := sender(w.Store, sink)
			var took time.Duration
			for b.Loop() {
				w.Database.Exec("DELETE FROM mails")
				for range 670 { // of three mails each
					w.Database.Exec("INSERT INTO notifications (at, event, team_id, environment_id, environment, subject_id, "+
						"actor_id, actor_name, actor_capacity, detail) "+
						"VALUES ($1, $2, $3, '', '', 's', '', 'Dojo', 'system', '{}')", w.Store.Now(),
						string(models.LimitReachedEvent), w.Acme.ID)
				}
				if err := w.Store.Tell(b.Context()); err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				if err := s.Round(b.Context()); err != nil {
					b.Fatal(err)
				}
				took += time.Since(start)
			}
			sent := len(sink.received())
			if sent < 2000 || w.Database.Count("SELECT count(*) FROM mails WHERE sent_at IS NULL") > 0 {
				b.Fatalf("%d mails were sent", sent)
			}
			b.ReportMetric(float64(sent)/took.Seconds(), "mails/s")
		})
	}
}

package webhooks_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/webhooks"
)

// BenchmarkWebhooks sends what waits for 20 webhooks of one receiver, from claiming to noting
// how it was answered.
func BenchmarkWebhooks(b *testing.B) {
	for name, database := range map[string]func(testing.TB) *storetest.Database{
		"sqlite": storetest.OpenSQLite, "postgres": storetest.OpenPostgres,
	} {
		b.Run(name, func(b *testing.B) {
			w := storetest.NewFixture(b, database(b))
			target := receive(b, open, false, nil)
			for range models.MaxWebhooks {
				_, _, err := w.Desk().Webhooks().Create(b.Context(), store.WebhookSettings{URL: target.URL, Host: open,
					Format: models.StandardFormat, Events: []models.Event{models.KeyReplacedEvent}})
				if err != nil {
					b.Fatal(err)
				}
			}
			due := waiting(b, w, max(b.N/models.MaxWebhooks, 1))
			s := webhooks.New(webhooks.Options{Outbox: w.Store, Targets: public, PublicURL: "https://dojo.example",
				Now: w.Store.Now, Logger: slog.New(slog.DiscardHandler)})
			ctx, stop := context.WithCancel(b.Context())
			defer stop()
			b.ResetTimer()
			began := time.Now()
			var running sync.WaitGroup
			running.Go(func() { s.Run(ctx) })
			for w.Database.Count("SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL") > 0 {
				time.Sleep(5 * time.Millisecond)
			}
			b.ReportMetric(float64(due)/time.Since(began).Seconds(), "webhooks/s")
			b.StopTimer()
			stop()
			running.Wait()
		})
	}
}

// waiting writes so many deliveries for each webhook, and returns how many there are.
func waiting(b *testing.B, w *storetest.Fixture, each int) int {
	numbers := "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)"
	if w.Database.Engine == storetest.Postgres {
		numbers = "WITH n AS (SELECT generate_series(0, $1::bigint - 1) AS i)"
	}
	told := `{"Event":"key.replaced","TeamID":"t","Team":"Acme Books","TeamSlug":"acme","Environment":"production",` +
		`"Detail":{"key_kind":"secret","reason":"rotation"}}`
	w.Database.Exec(fmt.Sprintf(`%s INSERT INTO webhook_deliveries (id, webhook_id, event, told, body, created_at,
		next_try_at, tries, took, status, answer, failure) SELECT webhooks.id || '-' || i, webhooks.id, 'key.replaced',
		'%s', '', created_at, created_at, 0, 0, 0, '', '' FROM webhooks CROSS JOIN n`, numbers, told), each)
	return w.Database.Count("SELECT count(*) FROM webhook_deliveries")
}

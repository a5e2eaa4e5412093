package web_test

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
)

// webhooksPerSecond are due while BenchmarkKeyCheckUnderWebhooks measures.
const webhooksPerSecond = 200

// BenchmarkKeyCheckUnderWebhooks measures the key check's 99th percentile at 4,000 checks a
// second: first alone, then while 200 webhooks a second are sent.
func BenchmarkKeyCheckUnderWebhooks(b *testing.B) {
	path := filepath.Join(b.TempDir(), "dojo.db")
	cfg := benchConfig(b, "sqlite:"+path)
	cfg.WebhookAllow = "127.0.0.0/8"
	crowd(b, path, 1000)
	s := openBench(b, cfg, nil)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	hooks := deskHooks(b, s.Store, receiver.URL)
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=5000")
	must(b, err)
	defer db.Close()

	var alone, sending []time.Duration
	var sent int
	var took time.Duration
	for b.Loop() {
		alone = append(alone, checkKeys(b, server.URL)...)
		dueAtAPace(b, db, hooks)
		ctx, stop := context.WithCancel(b.Context())
		var running sync.WaitGroup
		began := time.Now()
		running.Go(func() { s.SendWebhooks(ctx) })
		sending = append(sending, checkKeys(b, server.URL)...)
		for waiting := 1; waiting > 0; time.Sleep(10 * time.Millisecond) {
			must(b, db.QueryRow("SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL").Scan(&waiting))
		}
		took += time.Since(began)
		sent += int(phase.Seconds()) * webhooksPerSecond
		stop()
		running.Wait()
	}
	quiet, busy := p99(alone), p99(sending)
	b.ReportMetric(float64(quiet.Microseconds())/1000, "ms-p99-alone")
	b.ReportMetric(float64(busy.Microseconds())/1000, "ms-p99-under-webhooks")
	b.ReportMetric(float64(busy)/float64(quiet), "of-p99-alone")
	b.ReportMetric(float64(sent)/took.Seconds(), "webhooks/s")
	b.ReportMetric(0, "ns/op")
}

// deskHooks gives the desk ten webhooks to the address.
func deskHooks(b *testing.B, db *store.Store, address string) (ids []string) {
	b.Helper()
	var engineer models.User
	engineer, err := db.UserByEmail(b.Context(), "sol@dojo.example")
	must(b, err)
	desk, err := db.Desk(b.Context(), models.Actor{UserID: engineer.ID, Name: engineer.Name, Engineer: true})
	must(b, err)
	for range 10 {
		row, _, err := desk.Webhooks().Create(b.Context(), store.WebhookSettings{URL: address, Host: "127.0.0.1",
			Format: models.StandardFormat, Events: []models.Event{models.KeyReplacedEvent}})
		must(b, err)
		ids = append(ids, row.ID)
	}
	return ids
}

// dueAtAPace writes deliveries that are due one after the other while keys are checked.
func dueAtAPace(b *testing.B, db *sql.DB, hooks []string) {
	b.Helper()
	tx, err := db.Begin()
	must(b, err)
	begin := time.Now().UTC().Truncate(time.Microsecond)
	for i := range int(phase.Seconds()) * webhooksPerSecond {
		due := begin.Add(time.Duration(i) * time.Second / webhooksPerSecond)
		_, err := tx.Exec(`INSERT INTO webhook_deliveries (id, webhook_id, event, told, body, created_at, next_try_at, tries,
			took, status, answer, failure) VALUES (?, ?, 'key.replaced', '{"Event":"key.replaced"}', '', ?, ?, 0, 0, 0, '', '')`,
			models.NewID(), hooks[i%len(hooks)], begin, due)
		must(b, err)
	}
	must(b, tx.Commit())
}

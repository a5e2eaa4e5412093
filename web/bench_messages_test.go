package web_test

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
)

// webhooksPerSecond and mailsPerSecond are due while BenchmarkKeyCheckUnderMessages measures.
const (
	webhooksPerSecond = 200
	mailsPerSecond    = 200
)

// BenchmarkKeyCheckUnderMessages measures the key check's 99th percentile at 4,000 checks a
// second: first alone, then while 200 webhooks and 200 mails a second are made out and sent.
func BenchmarkKeyCheckUnderMessages(b *testing.B) {
	path := filepath.Join(b.TempDir(), "dojo.db")
	cfg := benchConfig(b, "sqlite:"+path)
	mails := newMailServer(b)
	cfg.WebhookAllow, cfg.SMTPURL, cfg.MailFrom = "127.0.0.0/8", "smtp://"+mails.address+"?tls=none", "dojo@dojo.example"
	crowd(b, path, 1000)
	s := openBench(b, cfg, nil)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	var arrived atomic.Int64
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived.Add(1) }))
	defer receiver.Close()
	hooks := deskHooks(b, s.Store, receiver.URL)
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=5000")
	must(b, err)
	defer db.Close()
	teams := crowdTeams(b, db)

	var alone, sending []time.Duration
	var took time.Duration
	for b.Loop() {
		alone = append(alone, checkKeys(b, server.URL)...)
		dueAtAPace(b, db, hooks)
		ctx, stop := context.WithCancel(b.Context())
		var running sync.WaitGroup
		began := time.Now()
		running.Go(func() { s.SendWebhooks(ctx) })
		running.Go(func() { s.SendMail(ctx) })
		running.Go(func() { tellAtAPace(ctx, b, db, teams) })
		sending = append(sending, checkKeys(b, server.URL)...)
		took += time.Since(began)
		stop()
		running.Wait()
	}
	quiet, busy := p99(alone), p99(sending)
	b.ReportMetric(float64(quiet.Microseconds())/1000, "ms-p99-alone")
	b.ReportMetric(float64(busy.Microseconds())/1000, "ms-p99-under-messages")
	b.ReportMetric(float64(busy)/float64(quiet), "of-p99-alone")
	b.ReportMetric(float64(arrived.Load())/took.Seconds(), "webhooks/s")
	b.ReportMetric(float64(mails.count())/took.Seconds(), "mails/s")
	b.ReportMetric(0, "ns/op")
}

func crowdTeams(b *testing.B, db *sql.DB) (ids []string) {
	b.Helper()
	rows, err := db.Query("SELECT id FROM teams WHERE slug LIKE 'crowd-%'")
	must(b, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		must(b, rows.Scan(&id))
		ids = append(ids, id)
	}
	return ids
}

// tellAtAPace writes notifications, each of which causes one mail to its team's owner and one to
// the engineer, until ctx ends.
func tellAtAPace(ctx context.Context, b *testing.B, db *sql.DB, teams []string) {
	const each = 20 // ms
	for i := 0; ctx.Err() == nil; time.Sleep(each * time.Millisecond) {
		for range mailsPerSecond * each / 1000 / 2 {
			_, err := db.Exec("INSERT INTO notifications (at, event, team_id, environment_id, environment, subject_id, "+
				"actor_id, "+
				"actor_name, actor_capacity, detail) VALUES (?, 'limit.reached', ?, '', '', 's', '', 'Dojo', 'system', '{}')",
				time.Now().UTC(), teams[i%len(teams)])
			if err != nil {
				b.Error(err)
				return
			}
			i++
		}
	}
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

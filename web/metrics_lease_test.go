package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

const (
	lags     = "dojo_change_lag_seconds_count"
	receipts = "dojo_receipt_duration_seconds_count"
)

// TestReceiptsAreMeasured: how long they took, how many are open and since when, and how
// soon changes are in force.
func TestReceiptsAreMeasured(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		revoke := func() {
			t.Helper()
			s.As(s.Ade).Post(webtest.KeysPath+"/"+s.Key(models.Development, models.Secret).ID+"/revoke",
				url.Values{"when": {"now"}, "reason": {"other"}}).GoesTo(webtest.KeysPath)
		}
		before := figuresOf(t, s)
		revoke()
		equals(t, s, receipts, before.of(t, receipts)+1)
		equals(t, s, lags, before.of(t, lags)+1)
		after := figuresOf(t, s)
		for _, figure := range []string{"dojo_receipt_duration_seconds_sum", "dojo_change_lag_seconds_sum"} {
			if took := after.of(t, figure) - before.of(t, figure); took <= 0 || took > 60 {
				t.Errorf("%s grew by %v s", figure, took)
			}
		}
		if open := after.of(t, "dojo_receipts_open"); open != 0 {
			t.Errorf("%v receipts are open", open)
		}
		if s.Database.Engine == storetest.SQLite {
			return // nobody else is waited for
		}

		// A process of another machine, which does not answer for an hour.
		s.Database.Exec("INSERT INTO processes (id, run, host, machine, version, started_at, lease_ms, renewals, renewed_at, " +
			"applied, stats) VALUES ('silent', 'r', 'h', '', 'v', now(), 3600000, 0, now(), 0, '{}')")
		equals(t, s, `dojo_processes{state="live"}`, 2)
		done := make(chan struct{})
		go func() { revoke(); close(done) }()
		equals(t, s, "dojo_receipts_open", 1)
		webtest.WaitUntil(t, "the open receipt grows old",
			func() bool { return figuresOf(t, s).of(t, "dojo_receipt_oldest_open_seconds") > 0.01 })
		equals(t, s, receipts, before.of(t, receipts)+1)
		s.Database.Exec("UPDATE processes SET out_at = now() WHERE id = 'silent'")
		equals(t, s, "dojo_receipts_open", 0)
		<-done
		now := figuresOf(t, s)
		for figure, want := range map[string]float64{
			receipts: before.of(t, receipts) + 2, "dojo_receipt_oldest_open_seconds": 0,
			`dojo_processes{state="live"}`: 1,
		} {
			if got := now.of(t, figure); got != want {
				t.Errorf("%s is %v; want %v", figure, got, want)
			}
		}
		s.Database.Exec("UPDATE processes SET out_at = out_at - interval '10 minutes'")
		equals(t, s, `dojo_processes{state="out"}`, 1)
	})
}

// TestALostLeaseIsMeasured: without the database the lease runs out, checks are counted as
// such, and all is well by itself afterwards.
func TestALostLeaseIsMeasured(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	s := webtest.New(t, storetest.OpenPostgres(t), func(o *web.Options) { o.Config.Lease = 2 * time.Second })
	secret := s.KeyText(models.Development, models.Secret)
	equals(t, s, "dojo_listening", 1)
	if left := figuresOf(t, s).of(t, "dojo_lease_left_seconds"); left <= 0 || left > 2 {
		t.Errorf("%v s of the lease are left", left)
	}
	before := figuresOf(t, s)
	end := s.Database.Outage()
	equals(t, s, "dojo_lease_left_seconds", 0)
	grows(t, s, map[string]float64{checks(models.GateUnavailable): 1,
		`dojo_requests_total{face="verify",status="5xx"}`: 1},
		func() { s.Visitor().Get("/verify", "X-API-KEY: "+secret).Expect(http.StatusServiceUnavailable) })
	if err := s.Server.Store.MailSent(context.Background(), models.Mail{}); err == nil {
		t.Error("a change is carried out")
	}
	during := figuresOf(t, s)
	for _, figure := range []string{
		`dojo_database_errors_total{kind="no_lease"}`, `dojo_database_errors_total{kind="unavailable"}`,
	} {
		if during.of(t, figure) <= before.of(t, figure) {
			t.Errorf("%s did not grow", figure)
		}
	}
	for figure, want := range map[string]float64{"dojo_listening": 0, "dojo_database_up": 0, "dojo_lease_seconds": 2} {
		if got := during.of(t, figure); got != want {
			t.Errorf("%s is %v; want %v", figure, got, want)
		}
	}
	end()
	equals(t, s, "dojo_database_up", 1)
	equals(t, s, "dojo_listening", 1)
	webtest.WaitUntil(t, "the key is accepted again",
		func() bool { return s.Visitor().Get("/verify", "X-API-KEY: "+secret).Status == http.StatusOK })
	if left := figuresOf(t, s).of(t, "dojo_lease_left_seconds"); left <= 0 {
		t.Errorf("%v s of the lease are left", left)
	}
}

// TestProcessesTellOfThemselves what the desk shows.
func TestProcessesTellOfThemselves(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	s := webtest.New(t, storetest.OpenPostgres(t), func(o *web.Options) { o.Config.Lease = 2 * time.Second })
	secret := s.KeyText(models.Development, models.Secret)
	keys := s.Database.Count("SELECT count(*) FROM keys")
	s.As(s.Ade).Post(webtest.KeysPath+"/"+s.Key(models.Development, models.Publishable).ID+"/revoke",
		url.Values{"when": {"now"}, "reason": {"other"}}).GoesTo(webtest.KeysPath)
	webtest.WaitUntil(t, "the desk shows what the process does", func() bool {
		for range 50 {
			s.Visitor().Get("/verify", "X-API-KEY: "+secret)
		}
		desk, err := s.Server.Store.Desk(t.Context(), s.Sol)
		s.Ok(err)
		processes, err := desk.Processes(t.Context())
		s.Ok(err)
		stats := processes.Rows[0].Stats
		return stats.Keys == keys+1 && stats.Memory > 1<<20 && stats.Requests > 1 && stats.LagMS > 0 &&
			stats.LagMS < 60_000 &&
			stats.Listening
	})
}

package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestJobsOfManyProcesses: what time has done is written down once, whichever of the processes
// that serve does it, also when one of them fails in the middle.
func TestJobsOfManyProcesses(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Minute)
		// The test's clock makes the feed forget changes that are new, so that processes join again.
		sweep := func(i int) (err error) {
			eventually(t, "a lease", func() bool {
				err = all[i].Sweep(ctx)
				return models.CodeOf(err) != models.Unavailable
			})
			return err
		}
		lines := func(action models.AuditAction, want int) {
			t.Helper()
			if n := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = $1", string(action)); n != want {
				t.Errorf("%d lines say %s, want %d", n, action, want)
			}
		}
		w.Unlock(models.Development)
		retiring := w.Key(models.Development, models.Secret)
		_, err := w.Team(w.Olivia, w.Acme).RevokeKey(ctx, models.Development, retiring.ID, after(time.Hour))
		ok(t, err)
		w.Database.Clock.Add(time.Hour)
		for _, err := range together(3, sweep) {
			ok(t, err)
		}
		lines(models.KeyRetired, 1)
		w.Database.Clock.Set(w.Agreement().EndsAt)
		for _, err := range together(3, sweep) {
			ok(t, err)
		}
		lines(models.AgreementLapsed, 1)

		fillDataSet(t, w, w.Acme, models.Development, 7_000)
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books"))
		w.Database.Clock.Add(models.TeamKept)
		w.Database.Exec("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS " +
			"$$BEGIN RAISE EXCEPTION 'the disk is full'; END$$")
		w.Database.Exec("CREATE TRIGGER fail BEFORE DELETE ON environments FOR EACH ROW EXECUTE FUNCTION fail()")
		if sweep(0) == nil || w.Database.Count("SELECT count(*) FROM interactions") != 0 {
			t.Error("the removal of the team did not stop in the middle")
		}
		lines(models.TeamPurged, 0)
		all[0].stop()
		w.Database.Exec("DROP TRIGGER fail ON environments")
		for _, err := range together(2, func(i int) error { return sweep(i + 1) }) {
			ok(t, err)
		}
		lines(models.TeamPurged, 1)
	})
}

// TestExposureSeenByManyProcesses: processes that see the same exposure at once cause one mail
// to each admin and owner.
func TestExposureSeenByManyProcesses(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		w, all := processes(t, time.Minute)
		u := usageOf(t, w, models.Playground, models.Secret)
		for range 5 {
			for _, err := range together(3, func(i int) error {
				return all[i].AddUse(ctx, models.Use{Exposures: []models.Exposure{u.exposure(models.SecretInBrowser, u.at)}})
			}) {
				ok(t, err)
			}
			_, to := exposureMails(t, w)
			told := map[string]bool{}
			for _, address := range to {
				if told[address] {
					t.Errorf("%s is told twice", address)
				}
				told[address] = true
			}
			if len(told) == 0 {
				t.Error("nobody is told")
			}
			w.Database.Exec("DELETE FROM mails")
			w.Database.Exec("UPDATE teams SET exposure_mailed_at = NULL")
		}
	})
}

// TestUseArrivesInAnyOrder: what a process has seen earlier and writes later displaces nothing.
func TestUseArrivesInAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		early, late := u.at, u.at.Add(time.Minute)
		use := func(at time.Time, address string) models.Use {
			exposure := u.exposure(models.SecretInBrowser, at)
			exposure.Address = address
			return models.Use{
				Keys: []models.KeyUse{{KeyID: u.key.ID, Accepted: 1, LastAt: &at, LastAddress: address, LastRefusedAt: &at}},
				Callers: []models.Caller{{KeyID: u.key.ID, EnvironmentID: u.key.EnvironmentID, Address: "192.0.2.1",
					FirstSeenAt: at, LastSeenAt: at, Accepted: 1}},
				Exposures: []models.Exposure{exposure},
			}
		}
		ok(t, w.Store.AddUse(ctx, use(late, "192.0.2.2")))
		ok(t, w.Store.AddUse(ctx, use(early, "192.0.2.1")))
		team := w.Team(w.Dev, w.Acme)
		exposures, err := team.Exposures(ctx, models.Playground)
		ok(t, err)
		if e := exposures[0]; !e.FirstSeenAt.Equal(early) || !e.LastSeenAt.Equal(late) || e.Address != "192.0.2.2" {
			t.Errorf("the exposure is %+v", e)
		}
		for _, table := range []string{
			"key_uses WHERE accepted = 2 AND last_address = '192.0.2.2' AND last_at = last_refused_at",
			"callers WHERE accepted = 2 AND first_seen_at < last_seen_at",
		} {
			if w.Database.Count("SELECT count(*) FROM "+table) != 1 {
				t.Errorf("no row is in %s", table)
			}
		}
	})
}

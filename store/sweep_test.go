package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func TestGracePeriodEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		old := w.Key(models.Playground, models.Secret)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, old.ID, after(time.Hour))
		ok(t, err)
		w.Database.Clock.Add(time.Hour - time.Microsecond)
		unchanged(t, w.Database, func() { ok(t, w.Store.Sweep(ctx)) })
		w.Database.Clock.Add(time.Microsecond)
		for _, err := range together(10, func(int) error { return w.Store.Sweep(ctx) }) {
			ok(t, err)
		}
		if lines := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.retired'"); lines != 1 {
			t.Errorf("%d lines say that the key retired; want 1", lines)
		}
		if _, works := grants(t, w.Store)[old.ID]; works {
			t.Error("the gate would still let the retired key in")
		}
		keys, err := w.Team(w.Vic, w.Acme).Keys(ctx, models.Playground)
		ok(t, err)
		for _, key := range keys {
			if key.ID == old.ID &&
				(key.State != models.Revoked || key.RevokedBy.Name != w.Dev.Name || key.RetiresAt == nil) {
				t.Errorf("the retired key is %+v; want it revoked by Dev, with its end on record", key)
			}
		}
	})
}

func TestAgreementLapsesByItself(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		key, ends := w.Key(models.Production, models.Secret), w.Agreement().EndsAt
		w.Database.Clock.Set(ends.Add(-time.Microsecond))
		ok(t, w.Store.Sweep(ctx)) // links and sessions of long ago go
		unchanged(t, w.Database, func() { ok(t, w.Store.Sweep(ctx)) })
		w.Database.Clock.Set(ends)
		_, err := w.Team(w.Dev, w.Acme).ViewKey(ctx, models.Production, key.ID)
		refused(t, err, models.Locked, "Production is locked") // before the sweep, too
		for _, err := range together(10, func(int) error { return w.Store.Sweep(ctx) }) {
			ok(t, err)
		}
		if lines := w.Database.Count(
			"SELECT count(*) FROM audit_events WHERE action = 'agreement.lapsed'"); lines != 1 {
			t.Errorf("%d lines say that the agreement lapsed; want 1", lines)
		}
		production, err := w.Team(w.Vic, w.Acme).Environment(models.Production)
		ok(t, err)
		if lapsed := production.Lapsed(w.Store.Now()); production.Unlocked(w.Store.Now()) || lapsed == nil ||
			lapsed.ClosedAt == nil || lapsed.Agreement.Reference != w.Agreement().Reference {
			t.Errorf("production is %+v; want it locked, with its last agreement on record", production)
		}
		if grant := grants(t, w.Store)[key.ID]; grant.Standing(ends.Add(-time.Hour)) != models.AgreementEnded {
			t.Error("the gate would let the locked environment's key in")
		}
		unchanged(t, w.Database, func() { ok(t, w.Store.Sweep(ctx)) })
	})
}

// The sweep found the agreement over, and an engineer renewed the environment
// before the sweep came to it.
func TestSweepLeavesWhatWasRenewed(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		desk := w.Desk()
		for range 10 {
			w.Unlock(models.Production)
			w.Database.Clock.Set(w.Agreement().EndsAt)
			request, agreement := w.RequestUnlock(models.Production), w.Agreement()
			together(4, func(i int) error {
				if i == 0 {
					_, err := desk.Approve(ctx, request.ID, agreement)
					return err
				}
				return w.Store.Sweep(ctx)
			})
			if production, _ := w.Team(w.Vic, w.Acme).
				Environment(models.Production); !production.Unlocked(w.Store.Now()) {
				t.Fatal("the sweep locked what had just been unlocked")
			}
			w.Database.Clock.Set(agreement.EndsAt)
		}
	})
}

func TestSweepRemovesOnlySessionsThatRanOut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		old, young := session("old", "", w.Store.Now()), session("young", w.Dev.UserID, w.Store.Now().Add(time.Minute))
		ok(t, w.Store.CreateSession(ctx, old))
		ok(t, w.Store.CreateSession(ctx, young))
		w.Database.Clock.Add(time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if left := w.Database.Count("SELECT count(*) FROM sessions"); left != 1 {
			t.Errorf("%d sessions are left; want 1", left)
		}
		_, err := w.Store.Session(ctx, young.Digest)
		ok(t, err)
	})
}

// TestSweepForgetsLinksAndMails: what is over stays for 30 days, for its link to
// say what became of it, and goes then.
func TestSweepForgetsLinksAndMails(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Store.RequestReset(ctx, w.Nina, "nobody@else.example"))
		w.Database.Clock.Add(29 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if links, mails := w.Database.Count("SELECT count(*) FROM links"),
			w.Database.Count("SELECT count(*) FROM mails"); links == 0 || mails == 0 {
			t.Errorf("within 30 days there are %d links and %d mails", links, mails)
		}
		w.Database.Clock.Add(2 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if links, mails := w.Database.Count("SELECT count(*) FROM links"),
			w.Database.Count("SELECT count(*) FROM mails"); links != 0 || mails != 0 {
			t.Errorf("after 30 days there are %d links and %d mails", links, mails)
		}
	})
}

package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestALockedEnvironmentStaysReadable: whether its agreement has ended or an engineer has locked it, what is there can
// be read and keys can be revoked, and nothing is made or changed.
func TestALockedEnvironmentStaysReadable(t *testing.T) {
	for name, lock := range map[string]func(t *testing.T, w *storetest.Fixture){
		"its agreement has ended": func(_ *testing.T, w *storetest.Fixture) {
			w.Database.Clock.Set(w.Agreement().EndsAt)
		},
		"an engineer has locked it": func(t *testing.T, w *storetest.Fixture) {
			ok(t, w.Desk().LockEnvironment(ctx, "acme", models.Production, "A leak."))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *storetest.Fixture) {
				w.Unlock(models.Production)
				secret := w.Key(models.Production, models.Secret)
				publishable := w.Key(models.Production, models.Publishable)
				lock(t, w)
				viewer, dev := w.Team(w.Vic, w.Acme), w.Team(w.Dev, w.Acme)
				unchanged(t, w.Database, func() {
					for _, read := range []func() error{
						func() error { _, err := viewer.Counts(ctx, models.Production); return err },
						func() error {
							_, err := viewer.Records(ctx, models.Production, models.Products, models.RecordsQuery{Bodies: true})
							return err
						},
						func() error {
							_, err := viewer.Interactions(ctx, models.Production, models.InteractionsQuery{})
							return err
						},
						func() error { _, err := viewer.Keys(ctx, models.Production); return err },
						func() error { _, err := viewer.PublishableKey(ctx, models.Production); return err },
						func() error {
							_, err := viewer.RequestsByHour(ctx, models.Production,
								store.UseQuery{From: w.Store.Now().Add(-time.Hour)})
							return err
						},
					} {
						ok(t, read())
					}
					const says = "Production is locked"
					_, err := dev.ViewKey(ctx, models.Production, secret.ID)
					refused(t, err, models.Locked, says)
					_, err = dev.IssueKey(ctx, models.Production, models.Secret, "")
					refused(t, err, models.Locked, says)
					_, err = dev.DeleteRecord(ctx, models.Production, models.Products, "x")
					refused(t, err, models.Locked, says)
					_, err = dev.UndoDeleteRecord(ctx, models.Production, models.Products, "x")
					refused(t, err, models.Locked, says)
					_, err = dev.DeleteAll(ctx, models.Production, models.Products, "production")
					refused(t, err, models.Locked, says)
					refused(t, dev.MayChangeData(models.Production), models.Locked, says)
					_, err = dev.RevokeKey(ctx, models.Production, secret.ID, after(time.Hour))
					refused(t, err, models.Invalid, "Revoke it now")
					_, err = viewer.RevokeKey(ctx, models.Production, secret.ID, atOnce)
					refused(t, err, models.Forbidden, "viewer")
				})
				done, err := dev.RevokeKey(ctx, models.Production, secret.ID, atOnce)
				ok(t, err)
				if done.New != nil {
					t.Error("a locked environment got a new key")
				}
				for _, grant := range grants(t, w.Store) {
					if grant.KeyID == secret.ID {
						t.Error("the gate would still let the revoked key in")
					}
				}
				_, err = dev.RevokeKey(ctx, models.Production, publishable.ID, atOnce)
				ok(t, err)
			})
		})
	}
}

// TestARenewalIsRequestedWhenItIsTime: from 30 days before the end on, unless another agreement follows.
func TestARenewalIsRequestedWhenItIsTime(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		ends := w.Agreement().EndsAt
		ask := func() error {
			_, err := w.Team(w.Dev, w.Acme).RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "As before."})
			return err
		}
		w.Database.Clock.Set(ends.Add(-models.EndingSoon - time.Microsecond))
		refused(t, ask(), models.Conflict, "is unlocked already")
		w.Database.Clock.Set(ends.Add(-models.EndingSoon))
		next, err := w.Desk().CreateAgreement(ctx, "acme", models.Terms{Reference: "MSA-next", FirstAt: ends,
			EndsAt: ends.AddDate(1, 0, 0), Covers: []models.EnvironmentKind{models.Production}}, "")
		ok(t, err)
		refused(t, ask(), models.Conflict, "is unlocked already")
		w.Database.Exec("DELETE FROM agreement_covers WHERE agreement_id = '" + next.ID + "'")
		ok(t, ask())
		production, err := w.Team(w.Vic, w.Acme).Environment(models.Production)
		ok(t, err)
		if !production.RequestPending {
			t.Error("the team's environment does not say that a request waits")
		}
		if got := w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'request.made' AND " +
			`detail LIKE '%"agreement":"MSA-2026-014"%'`); got != 1 {
			t.Errorf("%d notifications name the agreement that is to be renewed; want 1", got)
		}
	})
}

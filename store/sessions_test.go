package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func session(token, userID string, now time.Time) models.Session {
	return models.Session{
		Digest: models.TokenDigest(token), UserID: userID, Data: []byte("data"), Address: "192.0.2.7", UserAgent: "Test",
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func TestSessionLivesUntilItRunsOut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		row := session("token", w.Dev.UserID, w.Store.Now())
		ok(t, w.Store.CreateSession(ctx, row))
		ok(t, w.Store.SaveSession(ctx, row.Digest, []byte("more")))
		got, err := w.Store.Session(ctx, row.Digest)
		if err != nil || string(got.Data) != "more" || got.UserID != w.Dev.UserID {
			t.Errorf("Session = %+v, %v", got, err)
		}
		w.Database.Clock.Add(50 * time.Minute)
		ok(t, w.Store.SeeSession(ctx, row.Digest, w.Store.Now().Add(time.Hour)))
		w.Database.Clock.Add(50 * time.Minute)
		got, err = w.Store.Session(ctx, row.Digest)
		ok(t, err)
		sameTime(t, "LastSeenAt", &got.LastSeenAt, w.Store.Now().Add(-50*time.Minute))
		w.Database.Clock.Add(10 * time.Minute)
		_, err = w.Store.Session(ctx, row.Digest)
		refused(t, err, models.NotFound, "")
		_, err = w.Store.Session(ctx, models.TokenDigest("another"))
		refused(t, err, models.NotFound, "")
	})
}

func TestSavingNeverRevivesASession(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		var rounds sync.WaitGroup
		for worker := range 4 {
			rounds.Go(func() {
				for i := range 250 {
					row := session(fmt.Sprint(worker, "-", i), w.Dev.UserID, w.Store.Now())
					if err := w.Store.CreateSession(ctx, row); err != nil {
						t.Error(err)
					}
					together(3, func(call int) error {
						switch call {
						case 0:
							return w.Store.EndSession(ctx, row.Digest)
						case 1:
							return w.Store.SaveSession(ctx, row.Digest, []byte("late"))
						}
						return w.Store.SeeSession(ctx, row.Digest, w.Store.Now().Add(time.Hour))
					})
				}
			})
		}
		rounds.Wait()
		if left := w.Database.Count("SELECT count(*) FROM sessions"); left != 0 {
			t.Errorf("%d of 1000 ended sessions live on", left)
		}
		refused(t, w.Store.SaveSession(ctx, models.TokenDigest("0-0"), []byte("late")), models.NotFound, "")
	})
}

func TestSignInReplacesTheSessionBefore(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		before := session("before", "", w.Store.Now())
		ok(t, w.Store.CreateSession(ctx, before))
		fresh := session("fresh", w.Dev.UserID, w.Store.Now())
		ok(t, w.Store.SignIn(ctx, w.Dev, fresh, before.Digest, []byte("device")))
		_, err := w.Store.Session(ctx, before.Digest)
		refused(t, err, models.NotFound, "")
		if got, err := w.Store.Session(ctx, fresh.Digest); err != nil || got.UserID != w.Dev.UserID {
			t.Errorf("Session = %+v, %v; want Dev's", got, err)
		}
		ok(t, w.Store.SignOut(ctx, w.Dev, fresh.Digest))
		_, err = w.Store.Session(ctx, fresh.Digest)
		refused(t, err, models.NotFound, "")
	})
}

func TestDisabledAccountIsShutOut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		team, desk := w.Team(w.Ade, w.Acme), w.Desk()
		key := w.Key(models.Playground, models.Secret)
		_, err := w.Store.SessionUser(ctx, w.Ade.UserID)
		ok(t, err)
		w.Database.Exec("UPDATE users SET disabled_at = created_at")
		unchanged(t, w.Database, func() {
			_, err := w.Store.SessionUser(ctx, w.Ade.UserID)
			refused(t, err, models.NotFound, "")
			refused(t, w.Store.SignIn(ctx, w.Ade, session("token", w.Ade.UserID, w.Store.Now()), nil, []byte("device")), models.NotFound, "")
			_, err = w.Store.Team(ctx, w.Ade, "acme")
			refused(t, err, models.NotFound, "")
			_, err = w.Store.Desk(ctx, w.Sol)
			refused(t, err, models.NotFound, "")
			_, err = team.ViewKey(ctx, models.Playground, key.ID)
			refused(t, err, models.NotFound, "")
			_, err = desk.RevokeCompromised(ctx, key.ID, true, "")
			refused(t, err, models.NotFound, "")
		})
	})
}

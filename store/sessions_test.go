package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func session(token, userID string, now time.Time) models.Session {
	return models.Session{
		Digest: models.TokenDigest(token), UserID: userID, Data: []byte("data"), Address: "192.0.2.7",
		UserAgent: "Test",
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(time.Hour),
	}
}

func TestSessionLivesUntilItRunsOut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
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

// Signing out wins over whatever else the browser has under way: saving,
// being seen, and proving again who it is, which gives the session another id.
func TestSignedOutSessionIsGone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		var rounds sync.WaitGroup
		for worker := range 4 {
			rounds.Go(func() {
				for i := range 50 {
					row := session(fmt.Sprint(worker, "-", i), w.Dev.UserID, w.Store.Now())
					if err := w.Store.CreateSession(ctx, row); err != nil {
						t.Error(err)
					}
					renewed := models.TokenDigest(fmt.Sprint("renewed ", worker, "-", i))
					errs := together(5, func(call int) error {
						switch call {
						case 0:
							return w.Store.SignOut(ctx, w.Dev, row.Digest)
						case 1:
							return w.Store.RenewSession(ctx, row.Digest, renewed, w.Store.Now())
						case 2:
							return w.Store.SaveSession(ctx, renewed, []byte("late"))
						case 3:
							return w.Store.SaveSession(ctx, row.Digest, []byte("late"))
						}
						return w.Store.SeeSession(ctx, row.Digest, w.Store.Now().Add(time.Hour))
					})
					for call, err := range errs {
						if err != nil && (call == 0 || models.CodeOf(err) != models.NotFound) {
							t.Errorf("call %d: %v", call, err)
						}
					}
				}
			})
		}
		rounds.Wait()
		if left := w.Database.Count("SELECT count(*) FROM sessions"); left != 0 {
			t.Errorf("%d of 200 ended sessions live on", left)
		}
		refused(t, w.Store.SaveSession(ctx, models.TokenDigest("0-0"), []byte("late")), models.NotFound, "")
		refused(t, w.Store.RenewSession(ctx, models.TokenDigest("0-0"), models.TokenDigest("new"), w.Store.Now()),
			models.NotFound, "")
	})
}

func TestRenewedSessionHasAnotherID(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		row := session("before", w.Dev.UserID, w.Store.Now())
		row.ID = models.NewID()
		ok(t, w.Store.CreateSession(ctx, row))
		w.Database.Clock.Add(time.Minute)
		proved, digest := w.Store.Now(), models.TokenDigest("renewed")
		ok(t, w.Store.RenewSession(ctx, row.Digest, digest, proved))
		_, err := w.Store.Session(ctx, row.Digest)
		refused(t, err, models.NotFound, "")
		got, err := w.Store.Session(ctx, digest)
		ok(t, err)
		if got.UserID != w.Dev.UserID || got.ID != row.ID || string(got.Data) != "data" {
			t.Errorf("the renewed session is %+v; want %+v", got, row)
		}
		sameTime(t, "ProvedAt", got.ProvedAt, proved)
		sameTime(t, "ExpiresAt", &got.ExpiresAt, row.ExpiresAt)
		refused(t, w.Store.RenewSession(ctx, row.Digest, models.TokenDigest("again"), proved), models.NotFound, "")
	})
}

func TestMySessions(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		begin := func(token string, actor models.Actor) models.Session {
			w.Database.Clock.Add(time.Minute)
			row := session(token, actor.UserID, w.Store.Now())
			row.ID = models.NewID()
			ok(t, w.Store.CreateSession(ctx, row))
			return row
		}
		old, here, there := begin("old", w.Dev), begin("here", w.Dev), begin("there", w.Dev)
		vics := begin("vics", w.Vic)
		account := accountOf(t, w, w.Dev)
		listed := func() (ids []string) {
			list, err := account.Sessions(ctx)
			ok(t, err)
			for _, row := range list {
				ids = append(ids, row.ID)
			}
			return ids
		}
		if got, want := listed(), []string{there.ID, here.ID, old.ID}; !slices.Equal(got, want) {
			t.Errorf("sessions are %v; want %v", got, want)
		}
		ok(t, account.EndSession(ctx, old.ID))
		refused(t, account.EndSession(ctx, old.ID), models.NotFound, "")
		refused(t, account.EndSession(ctx, vics.ID), models.NotFound, "")
		ok(t, account.EndOtherSessions(ctx, here.Digest))
		if got := listed(); !slices.Equal(got, []string{here.ID}) {
			t.Errorf("after ending all others sessions are %v; want %s", got, here.ID)
		}
		another := begin("another", w.Dev)
		ok(t, account.ChangePassword(ctx, "hash", another.Digest))
		if got := listed(); !slices.Equal(got, []string{another.ID}) {
			t.Errorf("after the change of password sessions are %v; want %s", got, another.ID)
		}
		_, err := w.Store.Session(ctx, vics.Digest)
		ok(t, err)
		w.Database.Clock.Add(time.Hour)
		if got := listed(); len(got) != 0 {
			t.Errorf("sessions that ran out are listed: %v", got)
		}
	})
}

func TestNewDeviceIsMailedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		signIn := func(actor models.Actor, device string) error {
			return w.Store.SignIn(ctx, actor, models.User{}, session(models.NewID(), actor.UserID, w.Store.Now()), nil,
				[]byte(device))
		}
		mails := func() (to []string) {
			for _, mail := range sendAll(t, w) {
				if mail.Kind != models.NewDeviceMail || mail.Content.UserAgent != "Test" ||
					mail.Content.Address != w.Dev.Address {
					t.Errorf("the mail is %s: %+v", mail.Kind, mail.Content)
				}
				to = append(to, mail.Recipient)
			}
			return to
		}
		ok(t, signIn(w.Dev, "laptop"))
		ok(t, signIn(w.Dev, "laptop"))
		if to := mails(); len(to) != 0 {
			t.Errorf("the first browser of all was mailed to %v", to)
		}
		for _, err := range together(20, func(int) error { return signIn(w.Dev, "phone") }) {
			ok(t, err)
		}
		ok(t, signIn(w.Vic, "phone"))
		if to := mails(); !slices.Equal(to, []string{w.Dev.Email}) {
			t.Errorf("20 sign-ins with a new browser were mailed to %v; want Dev, once", to)
		}
	})
}

func TestSignInReplacesTheSessionBefore(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		before := session("before", "", w.Store.Now())
		ok(t, w.Store.CreateSession(ctx, before))
		fresh := session("fresh", w.Dev.UserID, w.Store.Now())
		ok(t, w.Store.SignIn(ctx, w.Dev, models.User{}, fresh, before.Digest, []byte("device")))
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
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, desk := w.Team(w.Ade, w.Acme), w.Desk()
		key := w.Key(models.Playground, models.Secret)
		_, err := w.Store.SessionUser(ctx, w.Ade.UserID)
		ok(t, err)
		w.Database.Exec("UPDATE users SET disabled_at = created_at")
		unchanged(t, w.Database, func() {
			_, err := w.Store.SessionUser(ctx, w.Ade.UserID)
			refused(t, err, models.NotFound, "")
			refused(t, w.Store.SignIn(ctx, w.Ade, models.User{}, session("token", w.Ade.UserID, w.Store.Now()), nil,
				[]byte("device")), models.NotFound, "")
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

// TestAResetBeatsASignIn: whoever was checked by the old password gets no session
// once there is a new one.
func TestAResetBeatsASignIn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.SetPasswords("old hash")
		checked, err := w.Store.UserByEmail(ctx, w.Dev.Email)
		ok(t, err)
		ok(t, accountOf(t, w, w.Dev).ChangePassword(ctx, "new hash", nil))
		begin := func() error {
			return w.Store.SignIn(ctx, w.Dev, checked, session(models.NewID(), w.Dev.UserID, w.Store.Now()), nil,
				[]byte("device"))
		}
		unchanged(t, w.Database, func() { refused(t, begin(), models.Conflict, "Sign in with the new one") })
		checked.PasswordHash = "new hash"
		ok(t, begin())
	})
}

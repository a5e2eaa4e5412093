package store_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func countOf(w *storetest.Fixture, event models.Event) int {
	return w.Database.Count("SELECT count(*) FROM notifications WHERE event = $1", string(event))
}

// TestTheFirstViewOfASecretIsTold: once for each person and key.
func TestTheFirstViewOfASecretIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		view := func(actor models.Actor, kind models.KeyKind, want int) {
			t.Helper()
			_, err := w.Team(actor, w.Acme).ViewKey(ctx, models.Playground, w.Key(models.Playground, kind).ID)
			ok(t, err)
			if n := countOf(w, models.SecretViewedEvent); n != want {
				t.Errorf("after %s viewed the %s key it was told %d times; want %d", actor.Name, kind, n, want)
			}
		}
		view(w.Dev, models.Publishable, 0)
		view(w.Dev, models.Secret, 1)
		view(w.Dev, models.Secret, 1)
		view(w.Ade, models.Secret, 2)
		_, err := w.Team(w.Ade, w.Acme).RevokeKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID, atOnce)
		ok(t, err)
		view(w.Dev, models.Secret, 3)
	})
}

// TestARetiringKeyThatIsUsedIsTold: a day and an hour before its end, once, with who uses it.
func TestARetiringKeyThatIsUsedIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, u.key.ID, after(7*24*time.Hour))
		ok(t, err)
		ends := w.Store.Now().Add(7 * 24 * time.Hour)
		use := func() {
			at := w.Store.Now()
			ok(t, w.Store.AddUse(ctx, models.Use{Keys: []models.KeyUse{{KeyID: u.key.ID, Accepted: 1, LastAt: &at,
				LastAddress: "192.0.2.44", LastUserAgent: "till/2.1"}}}))
		}
		sweep := func(before time.Duration, want int) {
			t.Helper()
			w.Database.Clock.Set(ends.Add(-before))
			for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
				ok(t, err)
			}
			if n := countOf(w, models.RetiringKeyUsedEvent); n != want {
				t.Errorf("%v before the end it was told %d times; want %d", before, n, want)
			}
		}
		use()
		sweep(25*time.Hour, 0)
		sweep(23*time.Hour, 0) // it was not used for days
		use()
		sweep(22*time.Hour, 1)
		sweep(20*time.Hour, 1)
		use()
		sweep(61*time.Minute, 1)
		sweep(time.Hour, 2)
		sweep(time.Minute, 2)
		settled := notificationDetail(t, w, models.RetiringKeyUsedEvent)
		for _, want := range []string{"192.0.2.44", "till/2.1", `"hours":1`, w.Dev.UserID} {
			if !strings.Contains(settled, want) {
				t.Errorf("the last says %s; want %s in it", settled, want)
			}
		}
	})
}

// TestAShortGracePeriodHasNoWarningAtItsBeginning: an hour's end was said when it began.
func TestAShortGracePeriodHasNoWarningAtItsBeginning(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, u.key.ID, after(time.Hour))
		ok(t, err)
		w.Database.Clock.Add(time.Minute)
		at := w.Store.Now()
		ok(t, w.Store.AddUse(ctx, models.Use{Keys: []models.KeyUse{{KeyID: u.key.ID, Accepted: 1, LastAt: &at}}}))
		ok(t, w.Store.Sweep(ctx))
		if n := countOf(w, models.RetiringKeyUsedEvent); n != 0 {
			t.Errorf("it was told %d times", n)
		}
	})
}

// notificationDetail is what the latest notification of the event says.
func notificationDetail(t *testing.T, w *storetest.Fixture, event models.Event) (detail string) {
	t.Helper()
	ok(t, w.Database.SQL().QueryRow("SELECT detail FROM notifications WHERE event = $1 ORDER BY id DESC LIMIT 1",
		string(event)).Scan(&detail))
	return detail
}

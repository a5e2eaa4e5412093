package store_test

import (
	"os"
	"os/exec"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever the tests run

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// elsewhere is a zone that is far from UTC, by hours and a half.
func elsewhere(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("America/St_Johns")
	ok(t, err)
	return zone
}

func TestTimesComeBackAsTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		db.Clock.Set(time.Date(2026, 3, 2, 23, 15, 0, 987654321, elsewhere(t)))
		w := storetest.NewFixture(t, db)
		now := time.Date(2026, 3, 3, 2, 45, 0, 987654000, time.UTC)
		if !reflect.DeepEqual(w.Store.Now(), now) {
			t.Fatalf("the store's clock shows %v; want %v", w.Store.Now(), now)
		}
		same := func(what string, got, want time.Time) {
			t.Helper()
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s came back as %v; want %v", what, got, want)
			}
		}
		w.Unlock(models.Production)
		key := w.Key(models.Production, models.Secret)
		same("a key's CreatedAt", key.CreatedAt, now)
		production, err := w.Team(w.Vic, w.Acme).Environment(models.Production)
		ok(t, err)
		same("StartsAt", production.Covers[0].StartsAt, now)
		same("EndsAt", *production.Covers[0].EndsAt, w.Agreement().EndsAt)
		grant := grants(t, w.Store)[key.ID]
		same("a grant's beginning", grant.Periods[0].From, now)
		same("a grant's end", grant.Periods[0].Until, w.Agreement().EndsAt)
		activity, err := w.Team(w.Vic, w.Acme).Activity(ctx, store.ActivityQuery{})
		ok(t, err)
		same("a line's At", activity.Rows[0].At, now)

		local := time.Date(2026, 3, 2, 23, 45, 0, 111222333, elsewhere(t))
		row := session("token", w.Dev.UserID, local)
		ok(t, w.Store.CreateSession(ctx, row))
		got, err := w.Store.Session(ctx, row.Digest)
		ok(t, err)
		same("a session's CreatedAt", got.CreatedAt, time.Date(2026, 3, 3, 3, 15, 0, 111222000, time.UTC))
		ok(t, w.Store.SeeSession(ctx, row.Digest, local.Add(time.Hour)))
		got, err = w.Store.Session(ctx, row.Digest)
		ok(t, err)
		same("a session's ExpiresAt", got.ExpiresAt, time.Date(2026, 3, 3, 4, 15, 0, 111222000, time.UTC))

		ok(t, w.Store.AddRecords(ctx, grant, interactionsOf(interaction("search", local))))
		list, err := w.Team(w.Vic, w.Acme).Interactions(ctx, models.Production, models.InteractionsQuery{})
		ok(t, err)
		same("OccurredAt", list.Rows[0].OccurredAt, time.Date(2026, 3, 3, 3, 15, 0, 111222000, time.UTC))
		same("ReceivedAt", list.Rows[0].ReceivedAt, now)
	})
}

// SQLite keeps times as text. Their order must be that of time whatever digits
// follow the second, and whatever zone they were given in.
func TestTimesAreOrdered(t *testing.T) {
	second := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	each(t, func(t *testing.T, w *storetest.Fixture) {
		moments := []time.Time{second.Add(-time.Microsecond), second, second.Add(time.Microsecond),
			second.Add(100 * time.Millisecond),
			second.Add(100001 * time.Microsecond), second.Add(500 * time.Millisecond),
			second.Add(999999 * time.Microsecond), second.Add(time.Second)}
		for i, expires := range moments {
			row := session("token", "", second)
			row.Digest[0], row.ExpiresAt = byte(i), expires.In(elsewhere(t))
			ok(t, w.Store.CreateSession(ctx, row))
			for _, now := range moments {
				w.Database.Clock.Set(now)
				_, err := w.Store.Session(ctx, row.Digest)
				if alive := err == nil; alive != now.Before(expires) {
					t.Errorf("at %v a session until %v is alive: %v", now, expires, alive)
				}
			}
		}
	})
}

// The same again in a process whose own zone is not UTC.
func TestTimesInAnotherZone(t *testing.T) {
	t.Parallel()
	if os.Getenv("TZ") != "" {
		return // this is that process
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestTimes|^TestAgreementLapses|^TestGracePeriod")
	cmd.Env = append(os.Environ(), "TZ=Pacific/Chatham")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func interaction(kind string, at time.Time) models.Interaction {
	return models.Interaction{Type: kind, UserID: "user-1", ProductIDs: "p-1", OccurredAt: at, Body: []byte(`{}`)}
}

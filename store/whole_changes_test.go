package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// broken lets statements on a table fail until the end: an operation is "INSERT", "UPDATE" or
// "DELETE".
func broken(w *storetest.Fixture, operation, table string) (mend func()) {
	if w.Database.Engine == storetest.SQLite {
		w.Database.Exec("CREATE TRIGGER broken BEFORE " + operation + " ON " + table +
			" BEGIN SELECT RAISE(ABORT, 'broken'); END")
		return func() { w.Database.Exec("DROP TRIGGER broken") }
	}
	w.Database.Exec("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS " +
		"$$ BEGIN RAISE EXCEPTION 'broken'; END $$")
	w.Database.Exec("CREATE TRIGGER broken BEFORE " + operation + " ON " + table +
		" FOR EACH ROW EXECUTE FUNCTION broken()")
	return func() {
		w.Database.Exec("DROP TRIGGER broken ON " + table)
		w.Database.Exec("DROP FUNCTION broken")
	}
}

// TestChangesOfManyRowsHappenWholeOrNotAtAll: wherever they stop, the activity list has no
// line about what was not done, and what has no line was not done.
func TestChangesOfManyRowsHappenWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		for _, token := range []string{"one", "two", "three"} {
			ok(t, w.Store.CreateSession(ctx, session(token, w.Olivia.UserID, w.Store.Now())))
		}
		secret := w.Key(models.Development, models.Secret)
		for what, change := range map[string]func() error{
			"the end of all other sessions": func() error {
				account, err := w.Store.Account(ctx, w.Olivia)
				ok(t, err)
				return account.EndOtherSessions(ctx, models.TokenDigest("one"))
			},
			"a new password": func() error {
				account, err := w.Store.Account(ctx, w.Olivia)
				ok(t, err)
				return account.ChangePassword(ctx, "hash", models.TokenDigest("one"))
			},
			"a compromised key and its successor": func() error {
				_, err := desk(t, w).RevokeCompromised(ctx, secret.ID, true, "Seen.")
				return err
			},
			"a deleted team": func() error { return w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books") },
		} {
			t.Run(what, func(t *testing.T) {
				mend := broken(w, "INSERT", "audit_events")
				defer mend()
				unchanged(t, w.Database, func() {
					if change() == nil {
						t.Error("it succeeded without a line")
					}
				})
			})
		}
		mend := broken(w, "UPDATE", "teams") // which is the last step but the line
		unchanged(t, w.Database, func() {
			if w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books") == nil {
				t.Error("the team is deleted without its row")
			}
		})
		mend()
	})
}

// TestAPurgeThatStopsSaysNothing: until all of the team is gone. The next sweep goes on.
func TestAPurgeThatStopsSaysNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		fillDataSet(t, w, w.Acme, models.Development, 7_000)
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books"))
		w.Database.Clock.Add(models.TeamKept + time.Second)
		lines := func() int {
			return w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'team.purged'")
		}
		mend := broken(w, "DELETE", "teams")
		if w.Store.Sweep(ctx) == nil {
			t.Error("the team is gone without its row")
		}
		if left := w.Database.Count("SELECT count(*) FROM interactions WHERE user_id = 'u'"); left != 0 || lines() != 0 {
			t.Errorf("%d interactions are left, and %d lines say that the team is gone; want none and none", left, lines())
		}
		mend()
		ok(t, w.Store.Sweep(ctx))
		if lines() != 1 {
			t.Errorf("%d lines say that the team is gone; want 1", lines())
		}
	})
}

func desk(t *testing.T, w *storetest.Fixture) *store.Desk {
	t.Helper()
	desk, err := w.Store.Desk(ctx, w.Sol)
	ok(t, err)
	return desk
}

package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// engineer makes another solutions engineer.
func engineer(t *testing.T, w *storetest.Fixture, email, name string) models.Actor {
	t.Helper()
	token, err := w.Store.CreateSetupLink(ctx, storetest.System, email)
	ok(t, err)
	user, err := w.Store.UseSetupLink(ctx, models.Actor{Address: "192.0.2.8"}, token, email, name, "")
	ok(t, err)
	return models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email, Engineer: true, Address: "192.0.2.8"}
}

func deskOf(t *testing.T, w *storetest.Fixture, actor models.Actor) *store.Desk {
	t.Helper()
	desk, err := w.Store.Desk(ctx, actor)
	ok(t, err)
	return desk
}

func TestApprovalIsUndone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		_, err := w.Desk().Approve(ctx, request.ID, w.Agreement())
		ok(t, err)
		key := w.Key(models.Production, models.Secret)
		w.Database.Clock.Add(models.UndoLife - time.Microsecond)
		kim := deskOf(t, w, engineer(t, w, "kim@dojo.example", "Kim Engineer"))
		unchanged(t, w.Database, func() {
			_, err := kim.Undo(ctx, request.ID)
			refused(t, err, models.Forbidden, "Sol Engineer made this decision")
		})
		undone, err := w.Desk().Undo(ctx, request.ID)
		ok(t, err)
		if undone.Request.State != models.Pending || undone.Request.Agreement != "" ||
			undone.Environment.Unlocked(w.Store.Now()) {
			t.Errorf("undone = %+v", undone)
		}
		if standing(t, w, key.ID) == models.Accepted {
			t.Error("the gate would let the key in")
		}
		if told := w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'request.decision_undone'"); told != 1 {
			t.Errorf("%d are told", told)
		}
		// It can be decided again, by anybody, and the same keys work again.
		_, err = kim.Approve(ctx, request.ID, w.Agreement())
		ok(t, err)
		if standing(t, w, key.ID) != models.Accepted {
			t.Error("the key does not work after the second approval")
		}
	})
}

func TestUndoComesTooLate(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		_, err := w.Desk().Approve(ctx, request.ID, w.Agreement())
		ok(t, err)
		_, err = w.Team(w.Ade, w.Acme).ViewKey(ctx, models.Production, w.Key(models.Production, models.Secret).ID)
		ok(t, err)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().Undo(ctx, request.ID)
			refused(t, err, models.Conflict, "Ade Admin viewed the secret key since, so the decision stands")
		})

		declined := w.RequestUnlock(models.Development)
		_, err = w.Desk().Decline(ctx, declined.ID, "No.")
		ok(t, err)
		w.Database.Clock.Add(time.Minute)
		again := w.RequestUnlock(models.Development)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().Undo(ctx, declined.ID)
			refused(t, err, models.Conflict, "already requested this")
		})
		ok(t, w.Team(w.Ade, w.Acme).WithdrawUnlock(ctx, models.Development, again.ID))
		w.Database.Clock.Add(models.UndoLife)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().Undo(ctx, declined.ID)
			refused(t, err, models.Conflict, "can be undone for 10 minutes")
			_, err = w.Desk().Undo(ctx, again.ID)
			refused(t, err, models.Conflict, "no decision to undo")
		})
	})
}

func TestDeclineIsUndone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		_, err := w.Desk().Decline(ctx, request.ID, "No.")
		ok(t, err)
		_, err = w.Desk().Undo(ctx, request.ID)
		ok(t, err)
		list, err := w.Team(w.Vic, w.Acme).UnlockRequests(ctx, models.Production)
		ok(t, err)
		if list[0].State != models.Pending || list[0].Answer != "" || list[0].DecidedAt != nil {
			t.Errorf("the team reads %+v", list[0])
		}
	})
}

// TestViewingAndUndoingAtOnce: either somebody has the key, and the decision stands, or nobody has.
func TestViewingAndUndoingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, desk := w.Team(w.Ade, w.Acme), w.Desk()
		for range 8 {
			request := w.RequestUnlock(models.Production)
			_, err := desk.Approve(ctx, request.ID, w.Agreement())
			ok(t, err)
			key := w.Key(models.Production, models.Secret).ID
			errs := together(2, func(i int) error {
				if i == 0 {
					_, err := desk.Undo(ctx, request.ID)
					return err
				}
				_, err := team.ViewKey(ctx, models.Production, key)
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("undone: %v, viewed: %v; want one of the two", errs[0], errs[1])
			}
			w.Database.Exec("UPDATE unlock_requests SET state = 'withdrawn', decided_at = created_at")
			w.Uncover(models.Production)
			w.Database.Clock.Add(time.Minute)
		}
	})
}

func TestEngineersDoNotApproveTheirOwnRequests(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Store.AddMember(ctx, storetest.System, "acme", w.Sol.UserID, models.Admin))
		request, err := w.Team(w.Sol, w.Acme).RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Mine."})
		ok(t, err)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().Approve(ctx, request.ID, w.Agreement())
			refused(t, err, models.Forbidden, "You made this request yourself")
			_, err = w.Desk().Decline(ctx, request.ID, "No.")
			refused(t, err, models.Forbidden, "You made this request yourself")
		})
		kim := deskOf(t, w, engineer(t, w, "kim@dojo.example", "Kim Engineer"))
		_, err = kim.Approve(ctx, request.ID, w.Agreement())
		ok(t, err)
	})
}

// TestFiftyEngineersDecide: one of them wins, with one line and one notification, and all
// others are told who and when.
func TestFiftyEngineersDecide(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		const engineers = 50
		var desks []*store.Desk
		for i := range engineers {
			desks = append(desks, deskOf(t, w, engineer(t, w, models.NewID()+"@dojo.example", "Engineer "+string('A'+rune(i)))))
		}
		request, agreement := w.RequestUnlock(models.Production), w.Agreement()
		errs := together(engineers, func(i int) error {
			if i%2 == 0 {
				_, err := desks[i].Decline(ctx, request.ID, "Not now.")
				return err
			}
			_, err := desks[i].Approve(ctx, request.ID, agreement)
			return err
		})
		winner := oneWins(t, errs, models.Conflict, "this request on 2 March 2026")
		name := "Engineer " + string('A'+rune(winner))
		for i, err := range errs {
			if i != winner {
				refused(t, err, models.Conflict, name+" already ")
			}
		}
		for what, query := range map[string]string{
			"lines": "SELECT count(*) FROM audit_events WHERE action IN ('unlock.approved', 'unlock.declined')",
			"notifications": "SELECT count(*) FROM notifications WHERE event IN ('request.approved', " +
				"'request.declined')",
		} {
			if count := w.Database.Count(query); count != 1 {
				t.Errorf("%d %s; want 1", count, what)
			}
		}
	})
}

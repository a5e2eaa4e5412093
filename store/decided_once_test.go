package store_test

import (
	"fmt"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// newEngineer makes the account of another solutions engineer.
func newEngineer(t *testing.T, w *storetest.Fixture, number int) models.Actor {
	t.Helper()
	email := fmt.Sprintf("engineer-%d@dojo.example", number)
	token, err := w.Store.CreateSetupLink(ctx, storetest.System, email)
	ok(t, err)
	user, err := w.Store.UseSetupLink(ctx, models.Actor{Address: "192.0.2.7"}, token, email,
		fmt.Sprint("Engineer ", number), "")
	ok(t, err)
	return models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email, Engineer: true}
}

// TestFiftyEngineersDecideOnce: one of them wins, the others are told who; there is one line about it,
// and one message to each who is to be told, but for whoever won.
func TestFiftyEngineersDecideOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		const many = 50
		engineers, desks := []models.Actor{w.Sol}, []*store.Desk{w.Desk()}
		for i := 1; i < many; i++ {
			engineers = append(engineers, newEngineer(t, w, i))
			desk, err := w.Store.Desk(ctx, engineers[i])
			ok(t, err)
			desks = append(desks, desk)
		}
		request := w.RequestUnlock(models.Production)
		settle(t, w)
		winner := oneWins(t, together(many, func(i int) (err error) {
			if i%2 == 0 {
				_, err = desks[i].Decline(ctx, request.ID, fmt.Sprint("Because of ", i))
			} else {
				_, err = desks[i].Approve(ctx, request.ID, w.Agreement())
			}
			return err
		}), models.Conflict, "already")
		event := models.RequestDeclinedEvent
		if winner%2 == 1 {
			event = models.RequestApprovedEvent
		}
		for _, err := range together(4, func(int) error { return w.Store.Tell(ctx) }) {
			ok(t, err)
		}
		if n := w.Database.Count("SELECT count(*) FROM audit_events WHERE action IN ($1, $2)",
			string(models.UnlockApproved), string(models.UnlockDeclined)); n != 1 {
			t.Errorf("%d lines tell of the decision", n)
		}
		if n := countOf(w, event); n != 1 || w.Database.Count("SELECT count(*) FROM notifications") != 1 {
			t.Errorf("%d notifications tell of the decision", n)
		}
		for i, engineer := range engineers {
			want := 1
			if i == winner {
				want = 0
			}
			if list := notices(t, w, engineer); len(list) != want {
				t.Errorf("%s is told %d times; want %d", engineer.Name, len(list), want)
			}
		}
		for _, member := range []models.Actor{w.Olivia, w.Ade, w.Dev} {
			if list := notices(t, w, member); len(list) != 1 || list[0].Event != event {
				t.Errorf("%s is told %+v; want of the decision", member.Name, list)
			}
		}
		if mails := toldMails(t, w); len(mails[w.Dev.Email]) != 1 {
			t.Errorf("whoever asked is mailed %d times", len(mails[w.Dev.Email]))
		}
	})
}

package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestEngineersAreRemindedOnce: after one day and after three, whichever processes look.
func TestEngineersAreRemindedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.RequestUnlock(models.Production)
		reminders := func() int {
			return w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'request.waiting'")
		}
		asked := w.Store.Now()
		for _, step := range []struct {
			age  time.Duration
			want int
		}{{24*time.Hour - time.Microsecond, 0}, {24 * time.Hour, 1}, {72*time.Hour - time.Microsecond, 1},
			{72 * time.Hour, 2}, {29 * 24 * time.Hour, 2}} {
			w.Database.Clock.Set(asked.Add(step.age))
			for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
				ok(t, err)
			}
			if got := reminders(); got != step.want {
				t.Errorf("after %v there were %d reminders; want %d", step.age, got, step.want)
			}
		}
	})
}

// TestAMissedReminderIsOne: the program was down for four days.
func TestAMissedReminderIsOne(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.RequestUnlock(models.Production)
		w.Database.Clock.Add(4 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		ok(t, w.Store.Sweep(ctx))
		if got := w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'request.waiting' AND " +
			`detail LIKE '%"days":3%'`); got != 1 {
			t.Errorf("%d reminders of 3 days; want 1", got)
		}
	})
}

func TestRequestsLapse(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		w.Database.Clock.Set(request.LapsesAt())
		_, err := w.Desk().Approve(ctx, request.ID, w.Agreement()) // before the sweep, too
		refused(t, err, models.Conflict, "This request lapsed on 1 April 2026")
		for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
			ok(t, err)
		}
		list, err := w.Team(w.Vic, w.Acme).UnlockRequests(ctx, models.Production)
		ok(t, err)
		if list[0].State != models.Lapsed || list[0].DecidedBy.Name != "Dojo" {
			t.Errorf("the team reads %+v", list[0])
		}
		for _, table := range []string{"audit_events WHERE action = 'unlock.lapsed'",
			"notifications WHERE event = 'request.lapsed'"} {
			if count := w.Database.Count("SELECT count(*) FROM " + table); count != 1 {
				t.Errorf("%d %s; want 1", count, table)
			}
		}
		refused(t, w.Team(w.Ade, w.Acme).WithdrawUnlock(ctx, models.Production, request.ID), models.Conflict,
			"This request lapsed on")
		w.RequestUnlock(models.Production)
	})
}

// TestAskingAgainEndsWhatLapsed: the sweep has not come to it yet.
func TestAskingAgainEndsWhatLapsed(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		old := w.RequestUnlock(models.Production)
		w.Database.Clock.Set(old.LapsesAt())
		w.RequestUnlock(models.Production)
		var by, name string
		ok(t, w.Database.SQL().QueryRow("SELECT actor_id, actor_name FROM audit_events WHERE action = 'unlock.lapsed'").
			Scan(&by, &name))
		if by != "" || name != "Dojo" {
			t.Errorf("%s (%s) ended it; want Dojo", name, by)
		}
	})
}

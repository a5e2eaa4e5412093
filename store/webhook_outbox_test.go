package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestADeliveryIsTriedForADay and is then dead, and can be sent again by hand as the same
// message.
func TestADeliveryIsTriedForADay(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		id, deliveryID := tested(t, w, w.Acme)
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		begun := w.Store.Now()
		for {
			due := claimDeliveries(t, w, store.DeliveryClaim{})
			due = append(due, claimDeliveries(t, w, store.DeliveryClaim{Failing: true})...)
			if len(due) != 1 || due[0].ID != deliveryID {
				t.Fatalf("due is %+v", due)
			}
			note(t, w, due[0], failure(w))
			got, err := webhooks.Delivery(ctx, id, deliveryID)
			ok(t, err)
			if got.DeadAt != nil {
				break
			}
			refused(t, webhooks.SendAgain(ctx, id, deliveryID), models.Conflict, "next try")
			if early := claimDeliveries(t, w, store.DeliveryClaim{Failing: true}); len(early) != 0 {
				t.Fatalf("it is tried again before its time: %+v", early)
			}
			w.Database.Clock.Set(got.NextTryAt)
		}
		if took := w.Store.Now().Sub(begun); took > 24*time.Hour || took < 20*time.Hour {
			t.Errorf("it was given up after %v", took)
		}
		w.Database.Clock.Add(time.Hour)
		if due := claimDeliveries(t, w, store.DeliveryClaim{Failing: true}); len(due) != 0 {
			t.Errorf("what is dead is tried: %+v", due)
		}
		ok(t, webhooks.SendAgain(ctx, id, deliveryID))
		again, err := webhooks.Delivery(ctx, id, deliveryID)
		ok(t, err)
		if !again.Pending() || again.TriedAt != nil || again.Status != 0 || again.Failure != "" {
			t.Errorf("before it is sent again, it says how it was answered: %+v", again)
		}
		due := claimDeliveries(t, w, store.DeliveryClaim{Failing: true})
		if len(due) != 1 || due[0].ID != deliveryID || due[0].Body != "{}" || due[0].Tries != 1 {
			t.Fatalf("sent again is %+v; want the same message", due)
		}
		note(t, w, due[0], models.WebhookAttempt{At: w.Store.Now(), Body: "{}", Status: 200, Took: time.Millisecond,
			Answer: "thanks"})
		got, err := webhooks.Delivery(ctx, id, deliveryID)
		ok(t, err)
		if got.DeliveredAt == nil || got.Answer != "thanks" || got.Status != 200 || got.Failure != "" ||
			got.Took != time.Millisecond {
			t.Errorf("noted is %+v", got)
		}
	})
}

// TestALateResultIsNotNoted: whoever claimed it since notes its own.
func TestALateResultIsNotNoted(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		tested(t, w, w.Acme)
		first := claimDeliveries(t, w, store.DeliveryClaim{})[0]
		w.Database.Clock.Add(2 * time.Minute)
		second := claimDeliveries(t, w, store.DeliveryClaim{})[0]
		unchanged(t, w.Database, func() { note(t, w, first, failure(w)) })
		note(t, w, second, models.WebhookAttempt{At: w.Store.Now(), Body: "{}", Status: 204})
		unchanged(t, w.Database, func() { note(t, w, second, failure(w)) })
	})
}

// TestAWebhookThatGoesOnFailingIsPaused after three days, its owners are told once, and it
// can be resumed.
func TestAWebhookThatGoesOnFailingIsPaused(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		id, _ := tested(t, w, w.Acme)
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		told := func() int {
			return w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'webhook.paused' AND team_id = $1 "+
				"AND subject_id = $2", w.Acme.ID, id)
		}
		note(t, w, claimDeliveries(t, w, store.DeliveryClaim{})[0], failure(w))
		for _, step := range []struct {
			later  time.Duration
			paused bool
		}{{models.WebhookPatience - time.Second, false}, {time.Second, true}} {
			w.Database.Clock.Add(step.later)
			_, err := webhooks.Test(ctx, id)
			ok(t, err)
			for _, due := range claimDeliveries(t, w, store.DeliveryClaim{Failing: true}) {
				note(t, w, due, failure(w))
			}
			got, err := webhooks.Get(ctx, id)
			ok(t, err)
			if (got.PausedAt != nil) != step.paused || told() != map[bool]int{true: 1}[step.paused] {
				t.Errorf("paused at %v, and told %d times; want %v", got.PausedAt, told(), step.paused)
			}
		}
		if pending := w.Database.Count("SELECT count(*) FROM webhook_deliveries WHERE dead_at IS NULL"); pending != 0 {
			t.Errorf("%d deliveries of the paused webhook wait", pending)
		}
		_, err := webhooks.Test(ctx, id)
		refused(t, err, models.Conflict, "Resume it")
		ok(t, webhooks.Resume(ctx, id))
		_, err = webhooks.Test(ctx, id)
		ok(t, err)
		note(t, w, claimDeliveries(t, w, store.DeliveryClaim{})[0], failure(w))
		got, err := webhooks.Get(ctx, id)
		ok(t, err)
		if got.PausedAt != nil {
			t.Error("the first failure after it was resumed paused it")
		}
	})
}

func TestAReceiverThatIsGonePausesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		id, _ := tested(t, w, w.Acme)
		gone := failure(w)
		gone.Status, gone.Gone = 410, true
		note(t, w, claimDeliveries(t, w, store.DeliveryClaim{})[0], gone)
		got, err := webhooksOf(t, w, w.Olivia, w.Acme).Get(ctx, id)
		ok(t, err)
		if got.PausedAt == nil || got.PausedBy.Capacity != models.AsSystem {
			t.Errorf("it is paused at %v by %+v", got.PausedAt, got.PausedBy)
		}
	})
}

// TestDeletedTeamsWebhooksAreStill, and go with the team.
func TestDeletedTeamsWebhooksAreStill(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		tested(t, w, w.Acme)
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, w.Acme.Name))
		if due := claimDeliveries(t, w, store.DeliveryClaim{}); len(due) != 0 {
			t.Errorf("a deleted team's webhook is sent %d deliveries", len(due))
		}
		w.Database.Clock.Add(models.TeamKept)
		ok(t, w.Store.Sweep(ctx))
		if left := w.Database.Count("SELECT (SELECT count(*) FROM webhooks) + " +
			"(SELECT count(*) FROM webhook_deliveries)"); left != 0 {
			t.Errorf("%d rows are left of them", left)
		}
	})
}

func TestOldDeliveriesAreRemoved(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		_, old := tested(t, w, w.Acme)
		w.Database.Clock.Add(29 * 24 * time.Hour)
		tested(t, w, w.Umami)
		w.Database.Clock.Add(24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if w.Database.Count("SELECT count(*) FROM webhook_deliveries WHERE id = $1", old) != 0 ||
			w.Database.Count("SELECT count(*) FROM webhook_deliveries") != 1 {
			t.Error("after 30 days the delivery is still there, or another one is not")
		}
	})
}

// TestDeliveriesArePaged newest first, both ways.
func TestDeliveriesArePaged(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		id, _ := tested(t, w, w.Acme)
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		for range models.PageSize {
			w.Database.Clock.Add(time.Second)
			_, err := webhooks.Test(ctx, id)
			ok(t, err)
		}
		first, err := webhooks.Deliveries(ctx, id, models.Cursor{})
		ok(t, err)
		second, err := webhooks.Deliveries(ctx, id, first.Next)
		ok(t, err)
		back, err := webhooks.Deliveries(ctx, id, second.Rows[0].Cursor().Backwards())
		ok(t, err)
		if len(first.Rows) != models.PageSize || !first.More || len(second.Rows) != 1 || second.More ||
			len(back.Rows) != models.PageSize || back.Rows[0].ID != first.Rows[0].ID {
			t.Errorf("parts have %d, %d and %d rows", len(first.Rows), len(second.Rows), len(back.Rows))
		}
	})
}

package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestAWebhookIsKeptSealed: neither its address nor its secrets can be read from the database.
func TestAWebhookIsKeptSealed(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		settings := someWebhook
		settings.URL = "https://hooks.example.com/services/T0/B0/unguessable"
		row, secret, err := webhooks.Create(ctx, settings)
		ok(t, err)
		rotated, err := webhooks.Rotate(ctx, row.ID)
		ok(t, err)
		if dump := w.Database.Dump(); strings.Contains(dump, "unguessable") || strings.Contains(dump, secret[6:]) ||
			strings.Contains(dump, rotated[6:]) {
			t.Error("the address or a secret is in the database as it is")
		}
		got, err := webhooks.Get(ctx, row.ID)
		ok(t, err)
		if got.URL != settings.URL || got.Host != "hooks.example.com" || !slices.Equal(got.Events, settings.Events) {
			t.Errorf("kept is %+v", got)
		}
		w.Database.Exec("UPDATE webhooks SET sealed = (SELECT sealed FROM keys WHERE sealed IS NOT NULL LIMIT 1)")
		if _, err := webhooks.Get(ctx, row.ID); err == nil {
			t.Error("what was sealed as a key opens as a webhook")
		}
	})
}

// TestTheDesksWebhooks are the engineers' alone, and no team's.
func TestTheDesksWebhooks(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		row, _, err := w.Desk().Webhooks().Create(ctx, someWebhook)
		ok(t, err)
		_, err = webhooksOf(t, w, w.Olivia, w.Acme).Get(ctx, row.ID)
		refused(t, err, models.NotFound, "")
		acmes, _, err := webhooksOf(t, w, w.Olivia, w.Acme).Create(ctx, someWebhook)
		ok(t, err)
		_, err = w.Desk().Webhooks().Get(ctx, acmes.ID)
		refused(t, err, models.NotFound, "")
		lines := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'webhook.created' AND team_id = '' " +
			"AND actor_capacity = 'engineer' AND subject_id = '" + row.ID + "'")
		if lines != 1 {
			t.Errorf("%d lines say that the desk has a webhook", lines)
		}
		webhooks := w.Desk().Webhooks()
		w.Database.Exec("UPDATE users SET engineer = false")
		refused(t, webhooks.Delete(ctx, row.ID), models.NotFound, "")
	})
}

func TestWebhooksAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		for range models.MaxWebhooks {
			_, _, err := webhooks.Create(ctx, someWebhook)
			ok(t, err)
		}
		_, _, err := webhooks.Create(ctx, someWebhook)
		refused(t, err, models.Conflict, "Delete one")
		unknown := someWebhook
		unknown.Events = []models.Event{"moon.landed"}
		_, _, err = webhooks.Create(ctx, unknown)
		refused(t, err, models.Invalid, "no such event")
	})
}

// tested has the team's webhook tried, and returns both ids.
func tested(t *testing.T, w *storetest.Fixture, team models.Team) (webhookID, deliveryID string) {
	t.Helper()
	webhooks := webhooksOf(t, w, owner(w, team), team)
	row, _, err := webhooks.Create(ctx, someWebhook)
	ok(t, err)
	deliveryID, err = webhooks.Test(ctx, row.ID)
	ok(t, err)
	return row.ID, deliveryID
}

func claimDeliveries(t *testing.T, w *storetest.Fixture, claim store.DeliveryClaim) []store.DueDelivery {
	t.Helper()
	if claim.Limit == 0 {
		claim.Limit, claim.Each = 100, 100
	}
	due, err := w.Store.ClaimDeliveries(ctx, claim)
	ok(t, err)
	return due
}

func failure(w *storetest.Fixture) models.WebhookAttempt {
	return models.WebhookAttempt{At: w.Store.Now(), Body: "{}", Status: 500, Failure: "The receiver answered with 500."}
}

func note(t *testing.T, w *storetest.Fixture, due store.DueDelivery, attempt models.WebhookAttempt) {
	t.Helper()
	ok(t, w.Store.DeliveriesTried(ctx, []store.TriedDelivery{{Delivery: due.WebhookDelivery, Attempt: attempt}}))
}

func TestDeliveriesAreClaimedByOne(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		id, _ := tested(t, w, w.Acme)
		webhooks := webhooksOf(t, w, w.Olivia, w.Acme)
		for range 39 {
			_, err := webhooks.Test(ctx, id)
			ok(t, err)
		}
		claims := make([][]store.DueDelivery, 8)
		for _, err := range together(8, func(i int) (err error) {
			claims[i], err = w.Store.ClaimDeliveries(ctx, store.DeliveryClaim{Limit: 7, Each: 7})
			return err
		}) {
			ok(t, err)
		}
		seen := map[string]bool{}
		for _, due := range append(claims, claimDeliveries(t, w, store.DeliveryClaim{})) {
			for _, delivery := range due {
				if seen[delivery.ID] || delivery.Tries != 1 || delivery.URL != someWebhook.URL || len(delivery.Secrets) != 1 {
					t.Errorf("claimed again, or wrongly: %+v", delivery)
				}
				seen[delivery.ID] = true
			}
		}
		if len(seen) != 40 {
			t.Errorf("%d of 40 were claimed", len(seen))
		}
		w.Database.Clock.Add(time.Minute - time.Microsecond)
		if due := claimDeliveries(t, w, store.DeliveryClaim{}); len(due) != 0 {
			t.Errorf("%d were claimed from under their sender", len(due))
		}
		w.Database.Clock.Add(time.Microsecond)
		if due := claimDeliveries(t, w, store.DeliveryClaim{}); len(due) != 40 || due[0].Tries != 2 {
			t.Errorf("%d of 40 were claimed again when their sender was gone", len(due))
		}
	})
}

// TestClaimsAreShared: one webhook does not take all places, and those that fail have theirs
// apart.
func TestClaimsAreShared(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		busy, _ := tested(t, w, w.Acme)
		for range 20 {
			_, err := webhooksOf(t, w, w.Olivia, w.Acme).Test(ctx, busy)
			ok(t, err)
		}
		w.Database.Clock.Add(time.Second)
		other, _ := tested(t, w, w.Umami)
		count := func(due []store.DueDelivery) map[string]int {
			counts := map[string]int{}
			for _, delivery := range due {
				counts[delivery.WebhookID]++
			}
			return counts
		}
		first := claimDeliveries(t, w, store.DeliveryClaim{Limit: 8, Each: 3, UnderWay: map[string]int{busy: 1}})
		if got := count(first); got[busy] != 2 || got[other] != 1 {
			t.Errorf("claimed are %v; want two of the busy webhook and the other's", got)
		}
		if got := count(claimDeliveries(t, w, store.DeliveryClaim{Limit: 8, Each: 3,
			UnderWay: map[string]int{busy: 3}})); len(got) != 0 {
			t.Errorf("a webhook with no place left has %v claimed", got)
		}
		note(t, w, first[0], failure(w))
		if got := count(claimDeliveries(t, w, store.DeliveryClaim{Limit: 8, Each: 3})); got[busy] != 0 {
			t.Errorf("of a webhook that fails, %d are claimed beside the others", got[busy])
		}
		failing := claimDeliveries(t, w, store.DeliveryClaim{Limit: 8, Each: 3, Failing: true})
		if got := count(failing); got[busy] != 3 {
			t.Errorf("of a webhook that fails, %v are claimed in its lane", got)
		}
		note(t, w, failing[0], models.WebhookAttempt{At: w.Store.Now(), Status: 204})
		if got := count(claimDeliveries(t, w, store.DeliveryClaim{Limit: 8, Each: 3})); got[busy] != 3 {
			t.Errorf("of a webhook that works again, %v are claimed", got)
		}
	})
}

package store_test

import (
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func webhookMethods() []methodCase {
	const manage = models.ManageWebhooks
	return []methodCase{
		inTeam("Webhooks", manage, func(t *store.TeamScope, _ string) error {
			_, err := t.Webhooks()
			return err
		}),
		atDesk("Webhooks", models.ManageDeskWebhooks, func(d *store.Desk, _, _ string) error {
			d.Webhooks()
			return nil
		}),
		ofWebhooks("List", func(w *store.Webhooks, _ string) error {
			_, err := w.List(ctx)
			return err
		}),
		ofWebhooks("Get", func(w *store.Webhooks, id string) error {
			_, err := w.Get(ctx, id)
			return err
		}).prepared(withWebhook),
		ofWebhooks("Deliveries", func(w *store.Webhooks, id string) error {
			_, err := w.Deliveries(ctx, id, models.Cursor{})
			return err
		}).prepared(withWebhook),
		ofWebhooks("Delivery", func(w *store.Webhooks, id string) error {
			_, err := w.Delivery(ctx, id, id)
			return err
		}).prepared(withWebhook),
		ofWebhooks("Create", func(w *store.Webhooks, _ string) error {
			_, _, err := w.Create(ctx, someWebhook)
			return err
		}).leaving(models.AsMember, withoutWebhooks, models.WebhookCreated),
		ofWebhooks("Change", func(w *store.Webhooks, id string) error {
			return w.Change(ctx, id, someWebhook)
		}).leaving(models.AsMember, withWebhook, models.WebhookChanged),
		ofWebhooks("Rotate", func(w *store.Webhooks, id string) error {
			_, err := w.Rotate(ctx, id)
			return err
		}).leaving(models.AsMember, withWebhook, models.WebhookRotated),
		ofWebhooks("Pause", func(w *store.Webhooks, id string) error {
			return w.Pause(ctx, id)
		}).leaving(models.AsMember, withWebhook, models.WebhookPaused),
		ofWebhooks("Resume", func(w *store.Webhooks, id string) error {
			return w.Resume(ctx, id)
		}).leaving(models.AsMember, pausedWebhook, models.WebhookResumed),
		ofWebhooks("Test", func(w *store.Webhooks, id string) error {
			_, err := w.Test(ctx, id)
			return err
		}).leaving(models.AsMember, withWebhook, models.WebhookTested),
		ofWebhooks("SendAgain", func(w *store.Webhooks, id string) error {
			return w.SendAgain(ctx, id, id)
		}).leaving(models.AsMember, withWebhook, models.WebhookSentAgain),
		ofWebhooks("Delete", func(w *store.Webhooks, id string) error {
			return w.Delete(ctx, id)
		}).leaving(models.AsMember, withWebhook, models.WebhookDeleted),
		open("Store.ClaimDeliveries", "the sender's, see TestDeliveriesAreClaimedByOne"),
		open("Store.DeliveriesTried", "the sender's, see TestADeliveryIsTriedForADay"),
		open("Store.OnDeliveries", "wiring"),
	}
}

func ofWebhooks(name string, call func(w *store.Webhooks, id string) error) methodCase {
	d := inTeam("", models.ManageWebhooks, func(t *store.TeamScope, id string) error {
		webhooks, err := t.Webhooks()
		if err != nil {
			return err
		}
		return call(webhooks, id)
	})
	d.name = "Webhooks." + name
	return d
}

var someWebhook = store.WebhookSettings{URL: "https://hooks.example.com/dojo", Host: "hooks.example.com",
	Format: models.StandardFormat, Events: []models.Event{models.KeyReplacedEvent, models.MemberInvitedEvent}}

func withoutWebhooks(_ *testing.T, w *storetest.Fixture, team models.Team) string {
	w.Database.Exec("DELETE FROM webhooks WHERE team_id = $1", team.ID)
	return ""
}

// withWebhook gives the team one webhook, with one dead delivery that has the webhook's id.
func withWebhook(t *testing.T, w *storetest.Fixture, team models.Team) string {
	t.Helper()
	withoutWebhooks(t, w, team)
	row, _, err := webhooksOf(t, w, owner(w, team), team).Create(ctx, someWebhook)
	ok(t, err)
	w.Database.Exec(`INSERT INTO webhook_deliveries (id, webhook_id, event, told, body, created_at, next_try_at, tries,
		took, status, answer, failure, dead_at) SELECT id, id, 'key.replaced', '{}', '', created_at, created_at, 11, 0, 500,
		'', 'The receiver answered with 500.', created_at FROM webhooks WHERE id = $1`, row.ID)
	return row.ID
}

func pausedWebhook(t *testing.T, w *storetest.Fixture, team models.Team) string {
	id := withWebhook(t, w, team)
	ok(t, webhooksOf(t, w, owner(w, team), team).Pause(ctx, id))
	return id
}

func webhooksOf(t *testing.T, w *storetest.Fixture, actor models.Actor, team models.Team) *store.Webhooks {
	t.Helper()
	webhooks, err := w.Team(actor, team).Webhooks()
	ok(t, err)
	return webhooks
}

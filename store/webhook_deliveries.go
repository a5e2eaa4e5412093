package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Deliveries returns what was sent to the webhook, or is to be, the newest first. Answers
// and bodies, which may be long, are left out.
func (w *Webhooks) Deliveries(ctx context.Context, id string, cursor models.Cursor) (
	list models.List[models.WebhookDelivery], err error) {
	err = w.store.read(ctx, func(db *gorm.DB) error {
		if err := w.find(db, id, &models.Webhook{}); err != nil {
			return err
		}
		query := db.Omit("answer", "body", "told").Where("webhook_id = ?", id).Limit(models.PageSize + 1)
		switch {
		case cursor.IsZero():
			query = query.Order("created_at DESC, id DESC")
		case cursor.Back:
			query = query.Where("(created_at, id) > (?, ?)", cursor.At, cursor.ID).Order("created_at, id")
		default:
			query = query.Where("(created_at, id) < (?, ?)", cursor.At, cursor.ID).Order("created_at DESC, id DESC")
		}
		var rows []models.WebhookDelivery
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		list = models.Cut(rows, models.PageSize, cursor)
		return nil
	})
	return list, err
}

// Delivery returns one delivery with what was sent and answered.
func (w *Webhooks) Delivery(ctx context.Context, id, deliveryID string) (row models.WebhookDelivery, err error) {
	err = w.store.read(ctx, func(db *gorm.DB) error {
		if err := w.find(db, id, &models.Webhook{}); err != nil {
			return err
		}
		return db.Where("id = ? AND webhook_id = ?", deliveryID, id).Take(&row).Error
	})
	return row, err
}

// Test has a message sent to the webhook that is about nothing, and returns its delivery's
// id.
func (w *Webhooks) Test(ctx context.Context, id string) (deliveryID string, err error) {
	err = w.changeOne(ctx, id, models.WebhookTested, func(c *change, row *models.Webhook) error {
		if row.PausedAt != nil {
			return errWebhookPaused()
		}
		var team models.Team
		if row.TeamID != "" {
			if err := c.Where("id = ?", row.TeamID).Take(&team).Error; err != nil {
				return err
			}
		}
		n := models.Notification{Event: models.WebhookTestEvent, At: c.now, TeamID: row.TeamID, SubjectID: row.ID,
			Actor: c.actor.Sign(w.as)}
		delivery := newDelivery(*row, n.Redacted(), team, c.now)
		deliveryID = delivery.ID
		c.delivers = true
		return c.create(&delivery)
	})
	return deliveryID, err
}

// SendAgain has a delivery sent anew that was delivered or given up. Its id stays, so that
// the receiver can tell that it is the same message.
func (w *Webhooks) SendAgain(ctx context.Context, id, deliveryID string) error {
	return w.changeOne(ctx, id, models.WebhookSentAgain, func(c *change, row *models.Webhook) error {
		if row.PausedAt != nil {
			return errWebhookPaused()
		}
		var delivery models.WebhookDelivery
		if err := c.lock().Omit("answer", "body").Where("id = ? AND webhook_id = ?", deliveryID, row.ID).
			Take(&delivery).Error; err != nil {
			return err
		}
		if delivery.Pending() {
			return models.Errorf(models.Conflict, "This is being sent, or is waiting for its next try.")
		}
		delivery.SendAgain(c.now)
		c.delivers = true
		return c.update(&delivery, "delivered_at", "dead_at", "tries", "next_try_at",
			"tried_at", "took", "status", "answer", "failure")
	})
}

func errWebhookPaused() error {
	return models.Errorf(models.Conflict, "The webhook is paused. Resume it first.")
}

func newDelivery(webhook models.Webhook, n models.Notification, team models.Team,
	now time.Time) models.WebhookDelivery {
	told := models.Told{Notification: n, Team: team.Name, TeamSlug: team.Slug, Desk: webhook.TeamID == ""}
	return models.WebhookDelivery{ID: models.NewID(), WebhookID: webhook.ID, Event: n.Event, Told: told, CreatedAt: now,
		NextTryAt: now}
}

// deliverToWebhooks makes out which webhooks are told of the notification: those of its team,
// which is not deleted, and the desk's.
func (c *change) deliverToWebhooks(n models.Notification, team models.Team) error {
	if n.TeamID != team.ID {
		return nil // it is deleted
	}
	var hooks []models.Webhook
	if err := c.Omit("sealed").Where("team_id IN ? AND paused_at IS NULL", []string{n.TeamID, ""}).
		Find(&hooks).Error; err != nil {
		return err
	}
	var rows []models.WebhookDelivery
	for _, hook := range hooks {
		if hook.Hears(n) {
			rows = append(rows, newDelivery(hook, n, team, c.now))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	c.delivers = true
	return c.create(&rows)
}

// OnDeliveries sets what is told, after something was written that webhooks are to be told,
// that it is worth a look. It must not block.
func (s *Store) OnDeliveries(told func()) { s.onDeliveries = told }

func (s *Store) tellOfDeliveries() {
	if s.onDeliveries != nil {
		s.onDeliveries()
	}
}

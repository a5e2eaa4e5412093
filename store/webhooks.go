package store

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/vault"
)

// Webhooks are those of a team or of the desk, as one actor may see and change them. Its
// methods reach nothing of another team, whatever ids they are given.
type Webhooks struct {
	store  *Store
	teamID string // empty: the desk's

	// change runs the steps if the actor may change the webhooks at this very moment.
	change func(ctx context.Context, steps func(c *change) error) error
	as     models.Capacity
}

// Webhooks opens the team's webhooks. It is Forbidden for members who may not manage them:
// an address may be a secret, as that of a chat's channel is.
func (t *TeamScope) Webhooks() (*Webhooks, error) {
	if !t.Role.May(models.ManageWebhooks) {
		return nil, forbidden(t.Role)
	}
	return &Webhooks{store: t.store, teamID: t.Team.ID, as: models.AsMember,
		change: func(ctx context.Context, steps func(c *change) error) error {
			return t.changeTeam(ctx, models.ManageWebhooks,
				func(c *change, _ models.Team, _ models.Role) error { return steps(c) })
		}}, nil
}

// Webhooks opens the desk's webhooks, which hear of all teams.
func (d *Desk) Webhooks() *Webhooks {
	return &Webhooks{store: d.store, as: models.AsEngineer,
		change: func(ctx context.Context, steps func(c *change) error) error {
			return d.change(ctx, models.ManageDeskWebhooks, steps)
		}}
}

// WebhookWithURL is a webhook with the address that is sealed in it.
type WebhookWithURL struct {
	models.Webhook
	URL string
}

// List returns the webhooks, the oldest first.
func (w *Webhooks) List(ctx context.Context) ([]WebhookWithURL, error) {
	var rows []models.Webhook
	err := w.store.read(ctx, func(db *gorm.DB) error {
		return db.Where("team_id = ?", w.teamID).Order("created_at, id").Limit(models.MaxWebhooks).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	list := make([]WebhookWithURL, len(rows))
	for i, row := range rows {
		secrets, err := w.store.openWebhook(row)
		if err != nil {
			return nil, err
		}
		list[i] = WebhookWithURL{row, secrets.URL}
	}
	return list, nil
}

// Get returns one webhook.
func (w *Webhooks) Get(ctx context.Context, id string) (WebhookWithURL, error) {
	var row models.Webhook
	err := w.store.read(ctx, func(db *gorm.DB) error { return w.find(db, id, &row) })
	if err != nil {
		return WebhookWithURL{}, err
	}
	secrets, err := w.store.openWebhook(row)
	return WebhookWithURL{row, secrets.URL}, err
}

func (w *Webhooks) find(db *gorm.DB, id string, row *models.Webhook) error {
	return db.Where("id = ? AND team_id = ?", id, w.teamID).Take(row).Error
}

// WebhookSettings are what somebody chooses for a webhook. The caller has checked the
// address: see models.WebhookTargets.
type WebhookSettings struct {
	URL, Host string
	Format    models.WebhookFormat
	Events    []models.Event
}

// Create makes a webhook and returns its secret, which is shown this once.
func (w *Webhooks) Create(ctx context.Context, settings WebhookSettings) (row models.Webhook, secret string,
	err error) {
	secrets := models.WebhookSecrets{URL: settings.URL, Secret: models.NewWebhookSecret()}
	err = w.change(ctx, func(c *change) error {
		if err := models.CheckWebhook(settings.Format, settings.Events); err != nil {
			return err
		}
		var count int64
		if err := c.Model(&models.Webhook{}).Where("team_id = ?", w.teamID).Count(&count).Error; err != nil {
			return err
		}
		if count >= models.MaxWebhooks {
			return models.Errorf(models.Conflict, "There are %d webhooks, and there cannot be more. Delete one first.",
				count)
		}
		row = models.Webhook{ID: models.NewID(), TeamID: w.teamID, Host: settings.Host, Format: settings.Format,
			Events: settings.Events, CreatedAt: c.now, CreatedBy: c.actor.Sign(w.as)}
		if err := c.sealWebhook(&row, secrets); err != nil {
			return err
		}
		if err := c.create(&row); err != nil {
			return err
		}
		return c.auditWebhook(models.WebhookCreated, row, w.as)
	})
	return row, secrets.Secret, err
}

// Change gives the webhook another address, format or events. What was not delivered so
// far goes to the new address.
func (w *Webhooks) Change(ctx context.Context, id string, settings WebhookSettings) error {
	return w.changeOne(ctx, id, models.WebhookChanged, func(c *change, row *models.Webhook) error {
		if err := models.CheckWebhook(settings.Format, settings.Events); err != nil {
			return err
		}
		secrets, err := c.store.openWebhook(*row)
		if err != nil {
			return err
		}
		secrets.URL = settings.URL
		row.Host, row.Format, row.Events = settings.Host, settings.Format, settings.Events
		if err := c.sealWebhook(row, secrets); err != nil {
			return err
		}
		return c.update(row, "host", "format", "events", "sealed")
	})
}

// Rotate gives the webhook a new secret, which is returned and shown this once. The one
// before signs beside it for a day.
func (w *Webhooks) Rotate(ctx context.Context, id string) (secret string, err error) {
	err = w.changeOne(ctx, id, models.WebhookRotated, func(c *change, row *models.Webhook) error {
		secrets, err := c.store.openWebhook(*row)
		if err != nil {
			return err
		}
		secrets = row.Rotate(secrets, c.now)
		secret = secrets.Secret
		if err := c.sealWebhook(row, secrets); err != nil {
			return err
		}
		return c.update(row, "sealed", "former_until")
	})
	return secret, err
}

// Pause stops deliveries. Those that were not delivered so far are given up, and can be
// sent again by hand.
func (w *Webhooks) Pause(ctx context.Context, id string) error {
	return w.changeOne(ctx, id, models.WebhookPaused, func(c *change, row *models.Webhook) error {
		if row.PausedAt != nil {
			return models.Errorf(models.Conflict, "The webhook is paused already.")
		}
		return c.pauseWebhook(row, w.as)
	})
}

// Resume lets deliveries go on with what happens from now on.
func (w *Webhooks) Resume(ctx context.Context, id string) error {
	return w.changeOne(ctx, id, models.WebhookResumed, func(c *change, row *models.Webhook) error {
		if row.PausedAt == nil {
			return models.Errorf(models.Conflict, "The webhook is not paused.")
		}
		row.PausedAt, row.PausedBy, row.FailingSince = nil, models.Signature{}, nil
		return c.update(row, "paused_at", "paused_by_id", "paused_by_name", "paused_by_capacity", "failing_since")
	})
}

// Delete removes the webhook and what was delivered to it.
func (w *Webhooks) Delete(ctx context.Context, id string) error {
	return w.changeOne(ctx, id, models.WebhookDeleted, func(c *change, row *models.Webhook) error {
		return c.Where("id = ?", row.ID).Delete(&models.Webhook{}).Error
	})
}

// changeOne changes one webhook, which it holds, and writes the line about it.
func (w *Webhooks) changeOne(ctx context.Context, id string, action models.AuditAction,
	steps func(c *change, row *models.Webhook) error) error {
	return w.change(ctx, func(c *change) error {
		var row models.Webhook
		if err := w.find(c.lock(), id, &row); err != nil {
			return err
		}
		if err := steps(c, &row); err != nil {
			return err
		}
		return c.auditWebhook(action, row, w.as)
	})
}

func (c *change) auditWebhook(action models.AuditAction, row models.Webhook, as models.Capacity) error {
	return c.audit(models.AuditEvent{Action: action, TeamID: row.TeamID, SubjectID: row.ID,
		Detail: models.AuditDetail{Subject: row.Host}}, as)
}

func (c *change) pauseWebhook(row *models.Webhook, as models.Capacity) error {
	row.PausedAt, row.PausedBy = &c.now, c.actor.Sign(as)
	if err := c.update(row, "paused_at", "paused_by_id", "paused_by_name", "paused_by_capacity"); err != nil {
		return err
	}
	return c.Model(&models.WebhookDelivery{}).
		Where("webhook_id = ? AND delivered_at IS NULL AND dead_at IS NULL", row.ID).
		Updates(map[string]any{"dead_at": c.now, "failure": "The webhook was paused before this was delivered."}).Error
}

// webhookContext keeps one webhook's secrets from opening as another's, or as a key.
func webhookContext(row models.Webhook) vault.KeyContext {
	return vault.KeyContext{TeamID: row.TeamID, KeyID: row.ID, Kind: "webhook"}
}

func (c *change) sealWebhook(row *models.Webhook, secrets models.WebhookSecrets) error {
	text, err := json.Marshal(secrets)
	if err != nil {
		return err
	}
	row.Sealed, err = c.store.vault.Seal(string(text), webhookContext(*row))
	return err
}

func (s *Store) openWebhook(row models.Webhook) (secrets models.WebhookSecrets, err error) {
	text, err := s.vault.Unseal(row.Sealed, webhookContext(row))
	if err != nil {
		return secrets, err
	}
	return secrets, json.Unmarshal([]byte(text), &secrets)
}

package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
)

// DueDelivery is a delivery that is to be sent now, and where and how.
type DueDelivery struct {
	models.WebhookDelivery
	TeamID  string // whose webhook it is; empty: the desk's
	URL     string
	Format  models.WebhookFormat
	Secrets []string // each signs
}

// DeliveryClaim says which deliveries a sender takes.
type DeliveryClaim struct {
	Limit int
	// Failing takes those of webhooks that have been failing, and otherwise those of
	// webhooks that have not: receivers that are slow to fail hold none of the others up.
	Failing bool
	// Each is how many are sent to one webhook at once, and UnderWay how many are by this
	// sender, by the webhook's id.
	Each     int
	UnderWay map[string]int
}

// deliveryLease is how long a sender that claimed a delivery has to send it. When the
// sender dies, the delivery is claimed again after it.
const deliveryLease = time.Minute

// deliveriesLooked is how many due deliveries a claim chooses from: more than it takes, so
// that those of one webhook do not hide the others'.
const deliveriesLooked = 500

// ClaimDeliveries takes deliveries that are due, for the caller to send. Each is claimed by
// one caller at a time.
func (s *Store) ClaimDeliveries(ctx context.Context, claim DeliveryClaim) ([]DueDelivery, error) {
	chosen, err := s.chooseDeliveries(ctx, claim)
	if err != nil || len(chosen) == 0 {
		return nil, err
	}
	var due []DueDelivery
	err = s.write(ctx, func(db *gorm.DB) error {
		var rows []models.WebhookDelivery
		query := db.Omit("answer").Where("id IN ? AND next_try_at <= ? AND delivered_at IS NULL AND dead_at IS NULL",
			chosen, s.Now()).Order("next_try_at, id")
		if s.engine.Dialect == database.Postgres {
			query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate,
				Options: clause.LockingOptionsSkipLocked})
		}
		if err := query.Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		claimed := make([]string, len(rows))
		for i := range rows {
			rows[i].Tries++
			claimed[i] = rows[i].ID
		}
		if err := db.Model(&models.WebhookDelivery{}).Where("id IN ?", claimed).Updates(map[string]any{
			"tries": gorm.Expr("tries + 1"), "next_try_at": s.Now().Add(deliveryLease)}).Error; err != nil {
			return err
		}
		due, err = s.dueDeliveries(db, rows)
		return err
	})
	return due, err
}

// chooseDeliveries returns the ids of deliveries that may be claimed, the longest due first.
func (s *Store) chooseDeliveries(ctx context.Context, claim DeliveryClaim) ([]string, error) {
	failing := map[bool]string{true: "IS NOT NULL", false: "IS NULL"}[claim.Failing]
	var busy []string
	for id, count := range claim.UnderWay {
		if count >= claim.Each {
			busy = append(busy, id)
		}
	}
	var rows []models.WebhookDelivery
	err := s.read(ctx, func(db *gorm.DB) error {
		query := db.Select("id", "webhook_id").
			Where("delivered_at IS NULL AND dead_at IS NULL AND next_try_at <= ?", s.Now()).
			Where("webhook_id IN (SELECT id FROM webhooks WHERE paused_at IS NULL AND failing_since " + failing +
				" AND (team_id = '' OR team_id IN (SELECT id FROM teams WHERE deleted_at IS NULL)))")
		if len(busy) > 0 {
			query = query.Where("webhook_id NOT IN ?", busy)
		}
		return query.Order("next_try_at").Limit(deliveriesLooked).Find(&rows).Error
	})
	var chosen []string
	taken := map[string]int{}
	for _, row := range rows {
		if len(chosen) < claim.Limit && claim.UnderWay[row.WebhookID]+taken[row.WebhookID] < claim.Each {
			taken[row.WebhookID]++
			chosen = append(chosen, row.ID)
		}
	}
	return chosen, err
}

// dueDeliveries adds to claimed deliveries where they go.
func (s *Store) dueDeliveries(db *gorm.DB, rows []models.WebhookDelivery) ([]DueDelivery, error) {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.WebhookID)
	}
	slices.Sort(ids)
	var hooks []models.Webhook
	if err := db.Where("id IN ?", slices.Compact(ids)).Find(&hooks).Error; err != nil {
		return nil, err
	}
	where := map[string]DueDelivery{}
	for _, hook := range hooks {
		secrets, err := s.openWebhook(hook)
		if err != nil {
			continue // its deliveries have no address, and fail by themselves
		}
		where[hook.ID] = DueDelivery{TeamID: hook.TeamID, URL: secrets.URL, Format: hook.Format,
			Secrets: hook.SecretsAt(secrets, s.Now())}
	}
	due := make([]DueDelivery, len(rows))
	for i, row := range rows {
		due[i] = where[row.WebhookID]
		due[i].WebhookDelivery = row
	}
	return due, nil
}

// TriedDelivery is a claimed delivery with how the try to send it ended.
type TriedDelivery struct {
	Delivery models.WebhookDelivery
	Attempt  models.WebhookAttempt
}

// DeliveriesTried notes how tries ended. A delivery that failed is tried again later, or
// given up; a webhook that goes on failing is paused, and its owners are told. Nothing is
// noted of a delivery that somebody else has claimed since.
func (s *Store) DeliveriesTried(ctx context.Context, tried []TriedDelivery) error {
	failed, delivered := map[string]bool{}, map[string]bool{}
	gone := map[string]bool{}
	err := s.write(ctx, func(db *gorm.DB) error {
		for _, one := range tried {
			row := one.Delivery
			row.Tried(one.Attempt)
			result := db.Model(&row).
				Where("tries = ? AND delivered_at IS NULL AND dead_at IS NULL", row.Tries).
				Select("body", "next_try_at", "tried_at", "took", "status", "answer", "failure", "delivered_at", "dead_at").
				Updates(&row)
			if result.Error != nil {
				return result.Error
			}
			switch {
			case result.RowsAffected == 0:
			case one.Attempt.Failure == "":
				delivered[row.WebhookID] = true
			default:
				failed[row.WebhookID] = true
				gone[row.WebhookID] = gone[row.WebhookID] || one.Attempt.Gone
			}
		}
		return s.noteFailing(db, failed, delivered)
	})
	if err != nil {
		return err
	}
	for id := range failed {
		if delivered[id] {
			continue
		}
		if err := s.change(ctx, dojo, func(c *change) error { return c.pauseFailing(id, gone[id]) }); err != nil {
			return err
		}
	}
	return nil
}

// noteFailing notes since when webhooks have been failing without a delivery in between.
func (s *Store) noteFailing(db *gorm.DB, failed, delivered map[string]bool) error {
	for id := range failed {
		if err := db.Model(&models.Webhook{}).Where("id = ? AND failing_since IS NULL", id).
			Update("failing_since", s.Now()).Error; err != nil {
			return err
		}
	}
	for id := range delivered {
		if err := db.Model(&models.Webhook{}).Where("id = ? AND failing_since IS NOT NULL", id).
			Update("failing_since", nil).Error; err != nil {
			return err
		}
	}
	return nil
}

// pauseFailing pauses a webhook that has failed for too long, or whose receiver wants no
// more of it.
func (c *change) pauseFailing(id string, gone bool) error {
	var row models.Webhook
	if err := c.lock().Where("id = ?", id).Find(&row).Error; err != nil {
		return err
	}
	if row.ID == "" || row.PausedAt != nil || row.FailingSince == nil ||
		!gone && c.now.Sub(*row.FailingSince) < models.WebhookPatience {
		return errUnchanged
	}
	if err := c.pauseWebhook(&row, models.AsSystem); err != nil {
		return err
	}
	if err := c.notify(models.Notification{Event: models.WebhookPausedEvent, TeamID: row.TeamID, SubjectID: row.ID,
		Actor:  models.Signature{Capacity: models.AsSystem},
		Detail: models.NotificationDetail{Subject: row.Host}}); err != nil {
		return err
	}
	return c.auditWebhook(models.WebhookPaused, row, models.AsSystem)
}

// deliveriesKept is how long deliveries can be looked up and sent again.
const deliveriesKept = 30 * 24 * time.Hour

// sweepDeliveries removes old deliveries, and forgets former secrets that sign no more.
func (s *Store) sweepDeliveries(ctx context.Context) error {
	return s.purgeRows(ctx, "webhook_deliveries", "created_at <= ?", s.Now().Add(-deliveriesKept))
}

package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// notifyOfRevocation tells that a key was revoked or replaced.
func (c *change) notifyOfRevocation(environment models.Environment, done Replacement, as models.Capacity) error {
	event := models.KeyRevokedEvent
	if done.New != nil {
		event = models.KeyReplacedEvent
	}
	n := notice(event, environment, done.Old.ID, as)
	n.Detail = models.NotificationDetail{KeyKind: done.Old.Kind, KeyEnding: done.Old.Ending, KeyName: done.Old.Name,
		Reason: done.Old.Reason, Note: done.Old.Note}
	if done.New != nil {
		n.Detail.NewKeyEnding, n.Detail.NewKeyName = done.New.Ending, done.New.Name
	}
	if done.Old.StateAt(c.now) == models.Retiring {
		n.Detail.RetiresAt = done.Old.RetiresAt
	}
	return c.notify(n)
}

// secretViewer is that somebody has viewed or copied a secret key.
type secretViewer struct {
	KeyID  string `gorm:"primaryKey"`
	UserID string `gorm:"primaryKey"`
	At     time.Time
}

// noteViewer tells that the actor has viewed or copied the secret key, the first time that they do.
func (c *change) noteViewer(environment models.Environment, key models.Key) error {
	if key.Kind != models.Secret {
		return nil
	}
	first := c.Clauses(clause.OnConflict{DoNothing: true}).
		Create(&secretViewer{KeyID: key.ID, UserID: c.actor.UserID, At: c.now})
	if first.Error != nil || first.RowsAffected == 0 {
		return first.Error
	}
	n := notice(models.SecretViewedEvent, environment, key.ID, models.AsMember)
	n.Detail.KeyKind, n.Detail.KeyEnding, n.Detail.KeyName = key.Kind, key.Ending, key.Name
	n.Detail.Address, n.Detail.Copied = c.actor.Address, key.LastCopied
	return c.notify(n)
}

// retiringWarnings are how long before its end it is said that a retiring key is still
// used. A grace period that is no longer than that has no such warning: its end was said when the
// key was replaced.
var retiringWarnings = []time.Duration{time.Hour, 24 * time.Hour}

// retiringUsedLately is how recent a use is that makes a retiring key one that is still used.
const retiringUsedLately = 24 * time.Hour

// sweepRetiring tells of keys that end soon and that programs still use, once at each of
// the warnings.
func (s *Store) sweepRetiring(ctx context.Context) error {
	now := s.Now()
	var ids []string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Key{}).Joins("JOIN key_uses ON key_uses.key_id = keys.id").
			Where("state = ? AND retires_at > ? AND retires_at <= ?", models.Retiring, now,
				now.Add(slices.Max(retiringWarnings))).
			Where("last_at > revoked_at AND last_at > ?", now.Add(-retiringUsedLately)).
			Pluck("keys.id", &ids).Error
	})
	for _, id := range ids {
		if err := s.announce(ctx, func(c *change) error { return c.warnOfRetiring(id) }); err != nil {
			return err
		}
	}
	return err
}

// warnOfRetiring writes the warning that is due, unless it was written before.
func (c *change) warnOfRetiring(keyID string) error {
	var key models.Key
	found := c.lock().Omit("Sealed").Where("id = ? AND state = ?", keyID, models.Retiring).Limit(1).Find(&key)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	due := dueWarning(&key, c.now)
	if due == 0 {
		return nil
	}
	var said []models.Notification
	if err := c.Where("subject_id = ? AND event = ?", key.ID, models.RetiringKeyUsedEvent).Find(&said).Error; err != nil {
		return err
	}
	hours := int(due / time.Hour)
	if slices.ContainsFunc(said, func(n models.Notification) bool { return n.Detail.Hours <= hours }) {
		return nil
	}
	var environment models.Environment
	if err := c.Where("id = ?", key.EnvironmentID).Take(&environment).Error; err != nil {
		return err
	}
	var use models.KeyUse
	if err := c.Where("key_id = ?", key.ID).Take(&use).Error; err != nil {
		return err
	}
	n := notice(models.RetiringKeyUsedEvent, environment, key.ID, models.AsSystem)
	n.Detail = models.NotificationDetail{
		KeyKind: key.Kind, KeyEnding: key.Ending, KeyName: key.Name, RetiresAt: key.RetiresAt, Hours: hours,
		Address: use.LastAddress, UserAgent: use.LastUserAgent, People: []string{key.RevokedBy.ID},
	}
	return c.notify(n)
}

// dueWarning is the latest of the warnings whose time has come; 0: none has.
func dueWarning(key *models.Key, now time.Time) time.Duration {
	for _, before := range retiringWarnings {
		if !now.Before(key.RetiresAt.Add(-before)) && key.RetiresAt.Sub(*key.RevokedAt) > before {
			return before
		}
	}
	return 0
}

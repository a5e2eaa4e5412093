package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/dataset"
)

// Sweep writes down what time alone has done: keys whose grace period is over
// are revoked, agreements have begun or ended, engineers are reminded of requests
// that wait, requests that nobody decided in time lapse, deleted teams that can no longer be restored are
// removed, uploads and deletions that stopped without a word get one, keys of earlier versions get their
// ending and teams their sort key, and chosen files, copies of deleted records, kept forms, sessions, links, mails,
// webhooks' deliveries, tasks, counts of tries and evidence of use that are over are removed. The gate needs none of
// it, since it reads the clock itself; people and the activity list do.
func (s *Store) Sweep(ctx context.Context) error {
	for _, sweep := range []func(context.Context) error{
		s.endOperations, s.sweepKeys, s.sweepAgreements, s.sweepDayCounts, s.sweepRetiring, s.sweepRequests, s.sweepTeams,
		s.sweepUse, s.sweepNotifications, s.sweepDeliveries, s.sweepFeed, s.sweepProcesses,
		s.fillKeyEndings, s.fillSortKeys,
	} {
		if err := sweep(ctx); err != nil {
			return err
		}
	}
	return s.write(ctx, func(db *gorm.DB) error {
		now := s.Now()
		if err := db.Where("expires_at <= ?", now).Delete(&models.Session{}).Error; err != nil {
			return err
		}
		if err := db.Where("expires_at <= ?", now.Add(-overKept)).Delete(&models.Link{}).Error; err != nil {
			return err
		}
		if err := db.Where("created_at <= ?", now.Add(-visitKept)).Delete(&spentVisit{}).Error; err != nil {
			return err
		}
		if err := sweepForms(db, now); err != nil {
			return err
		}
		if err := sweepFiles(db, now); err != nil {
			return err
		}
		if err := dataset.SweepCopies(db, now); err != nil {
			return err
		}
		if err := sweepTries(db, now); err != nil {
			return err
		}
		if err := db.Where("created_at <= ?", now.Add(-tasksKept)).Delete(&models.Task{}).Error; err != nil {
			return err
		}
		return db.Where("sent_at <= ?", now.Add(-overKept)).Delete(&models.Mail{}).Error
	})
}

// overKept is how long a link that was used or has lapsed, and a mail that was
// sent, stay: the link's page can say why it does not work any more.
const overKept = 30 * 24 * time.Hour

// dojo is the actor of what no person did: time did, or the program for itself.
var dojo = models.SystemActor("Dojo")

func (s *Store) sweepKeys(ctx context.Context) error {
	var due []models.Key
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Omit("Sealed").Where("state = ? AND retires_at <= ?", models.Retiring, s.Now()).Find(&due).Error
	})
	for _, key := range due {
		if err := s.change(ctx, dojo, func(c *change) error { return c.retire(key.ID) }); err != nil {
			return err
		}
	}
	return err
}

// retire writes down that a key's grace period is over, unless another process has.
func (c *change) retire(keyID string) error {
	var key models.Key
	if err := c.lock().Where("id = ?", keyID).Take(&key).Error; err != nil {
		return err
	}
	if key.State != models.Retiring || key.StateAt(c.now) != models.Revoked {
		return errUnchanged // somebody else was first
	}
	key.State = models.Revoked
	if err := c.update(&key, "state"); err != nil {
		return err
	}
	var environment models.Environment
	if err := c.Where("id = ?", key.EnvironmentID).Take(&environment).Error; err != nil {
		return err
	}
	c.keysNarrowed(environment.ID, key.ID)
	return c.audit(keyEvent(models.KeyRetired, environment, key), models.AsSystem)
}

package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// mostChanges is how many changes a process reads one by one. One that is further behind
// reads all grants.
const mostChanges = 1000

// changesKept is how long the feed tells of changes without a receipt. Receipts are kept.
const changesKept = 24 * time.Hour

// keysChanged notes that the environment's grants differ after the commit, and that
// nobody may do less.
func (c *change) keysChanged(environmentID string) { c.note(environmentID, "", false) }

// keysNarrowed notes that keys may do less after the commit: the one, or with an empty
// id all of the environment's. A receipt says when all processes act on it.
func (c *change) keysNarrowed(environmentID, keyID string) { c.note(environmentID, keyID, true) }

func (c *change) note(environmentID, keyID string, narrows bool) {
	for i := range c.touched {
		if t := &c.touched[i]; t.EnvironmentID == environmentID && t.KeyID == keyID {
			t.Narrows = t.Narrows || narrows
			return
		}
	}
	c.touched = append(c.touched, models.Change{EnvironmentID: environmentID, KeyID: keyID, Narrows: narrows})
}

// told notes the line of the activity list about what was noted before it.
func (c *change) told(auditID int64) {
	for i := range c.touched {
		if c.touched[i].AuditID == 0 {
			c.touched[i].AuditID = auditID
		}
	}
}

// environments are those whose grants may differ after the change.
func (c *change) environments() (ids []string) {
	for _, t := range c.touched {
		if !slices.Contains(ids, t.EnvironmentID) {
			ids = append(ids, t.EnvironmentID)
		}
	}
	return ids
}

// publish writes what the change has done to keys into the feed. It is the last step,
// since the feed is held from then on until the commit.
func (c *change) publish() error {
	for i := range c.touched {
		row := &c.touched[i]
		if err := c.Raw("UPDATE feed SET last = last + 1 RETURNING last").Scan(&row.Sequence).Error; err != nil {
			return err
		}
		if row.Sequence == 0 {
			return errors.New("the feed has no row, so no process would hear of this change")
		}
		err := c.Exec("INSERT INTO changes (sequence, committed_at, environment_id, key_id, audit_id, narrows) "+
			"VALUES (?, "+c.store.engine.Clock()+", ?, ?, ?, ?)",
			row.Sequence, row.EnvironmentID, row.KeyID, row.AuditID, row.Narrows).Error
		if err != nil {
			return err
		}
	}
	if len(c.touched) == 0 {
		return nil
	}
	return c.store.engine.Notify(c.DB, database.Changed)
}

// Changes returns where the feed ends, and which environments changed after a position.
// It is not complete when they are too many, too long ago, or of another history: then all
// grants are to be read.
func (s *Store) Changes(
	ctx context.Context, after models.FeedPosition,
) (end models.FeedPosition, environments []string, complete bool, err error) {
	var rows []struct {
		Last          int64
		History       string
		Sequence      *int64
		EnvironmentID string
		Age           float64
	}
	// One query, so that the end and the changes belong together, and receipts wait for one.
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT last, "+s.engine.History()+" AS history, sequence, "+
			"coalesce(environment_id, '') AS environment_id, coalesce("+s.engine.Age("committed_at")+", 0) AS age "+
			"FROM feed LEFT JOIN changes ON sequence > ? ORDER BY sequence LIMIT ?", after.Last, mostChanges+1).
			Scan(&rows).Error
	})
	if err != nil || len(rows) == 0 {
		return end, nil, false, err
	}
	end = models.FeedPosition{Last: rows[0].Last, History: rows[0].History}
	told, read := map[string]bool{}, int64(0)
	for _, row := range rows {
		if row.Sequence == nil {
			break // there is none
		}
		read++
		end.Age = max(end.Age, seconds(row.Age))
		if !told[row.EnvironmentID] {
			told[row.EnvironmentID] = true
			environments = append(environments, row.EnvironmentID)
		}
	}
	// Numbers have no gaps, so a missing one was removed for its age.
	complete = end.History == after.History && end.Last-after.Last == read && read <= mostChanges
	return end, environments, complete, nil
}

func (s *Store) feedEnd(db *gorm.DB) (end models.FeedPosition, err error) {
	err = db.Raw("SELECT last, " + s.engine.History() + " AS history FROM feed").Scan(&end).Error
	return end, err
}

// sweepFeed removes what the feed need not tell any more.
func (s *Store) sweepFeed(ctx context.Context) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Where("NOT narrows AND committed_at < ?", s.Now().Add(-changesKept)).Delete(&models.Change{}).Error
	})
}

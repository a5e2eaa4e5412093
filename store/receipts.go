package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// settle writes down which changes no process can act against any more: every process
// that is not out has applied them. It is a statement of its own, so that of two processes
// that confirm at the same time the later one sees both; and a single one, since receipts
// wait for it. It waits for no row, so that no two of them wait for each other: whoever has
// the row settles the change, or fails and leaves it to the next cycle of any process.
func (s *Store) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	db := s.engine.Writer.WithContext(ctx)
	var took []float64 // in seconds, since each was committed
	err := db.Raw("UPDATE changes SET settled_at = " + s.engine.Clock() + " WHERE sequence IN (" +
		"SELECT sequence FROM changes WHERE narrows AND settled_at IS NULL " +
		"AND sequence <= coalesce((SELECT min(applied) FROM processes WHERE out_at IS NULL), 9223372036854775807) " +
		"AND EXISTS (SELECT 1 FROM feed WHERE history = " + s.engine.History() + ")" + s.engine.SkipLocked() + ") " +
		"RETURNING " + s.engine.Age("committed_at")).Scan(&took).Error
	if err != nil || len(took) == 0 {
		return err
	}
	for _, age := range took {
		s.observer.Settled(seconds(age))
	}
	s.settled.tell()
	return s.engine.Notify(db, database.Settled)
}

// Receipt returns the receipt of the last change that narrowed what this key of the
// environment may do, and no other. It is NotFound when there was none, or the environment
// has no such key.
func (t *TeamScope) Receipt(
	ctx context.Context, kind models.EnvironmentKind, keyID string,
) (receipt models.Receipt, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return receipt, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		err := db.Where("id = ? AND environment_id = ?", keyID, environment.ID).Omit("Sealed").Take(&models.Key{}).Error
		if err != nil {
			return err
		}
		receipt, err = lastReceipt(db, "environment_id = ? AND key_id = ?", environment.ID, keyID)
		return err
	})
	return receipt, err
}

// Receipt returns the receipt of the last change that narrowed what a key of any team may
// do by itself. It is NotFound when there was none.
func (d *Desk) Receipt(ctx context.Context, keyID string) (receipt models.Receipt, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		receipt, err = lastReceipt(db, "key_id = ?", keyID)
		return err
	})
	return receipt, err
}

// EnvironmentReceipt returns the receipt of the last change that narrowed what keys of the
// environment may do. It is NotFound when there was none.
func (t *TeamScope) EnvironmentReceipt(
	ctx context.Context, kind models.EnvironmentKind,
) (receipt models.Receipt, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return receipt, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		receipt, err = lastReceipt(db, "environment_id = ?", environment.ID)
		return err
	})
	return receipt, err
}

// ReceiptOf returns the receipt with a sequence number. It is NotFound when the change was
// of another environment.
func (t *TeamScope) ReceiptOf(
	ctx context.Context, kind models.EnvironmentKind, sequence int64,
) (receipt models.Receipt, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return receipt, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		receipt, err = lastReceipt(db, "environment_id = ? AND sequence = ?", environment.ID, sequence)
		return err
	})
	return receipt, err
}

// Narrowed returns, of lines of the activity list, the changes of the team's keys that have a
// receipt, by the lines' ids.
func (t *TeamScope) Narrowed(ctx context.Context, lines []models.AuditEvent) (map[int64]models.Change, error) {
	var rows []models.Change
	ids := make([]int64, len(lines))
	for i, line := range lines {
		ids[i] = line.ID
	}
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		return db.Where("narrows AND audit_id IN ? AND environment_id IN (SELECT id FROM environments WHERE team_id = ?)",
			ids, t.Team.ID).Find(&rows).Error
	})
	changes := make(map[int64]models.Change, len(rows))
	for _, row := range rows {
		changes[row.AuditID] = row
	}
	return changes, err
}

// Receipts returns the receipts of an environment's keys by the keys' ids, each with its
// last change.
func (t *TeamScope) Receipts(
	ctx context.Context, kind models.EnvironmentKind,
) (receipts map[string]models.Receipt, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return nil, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		var changes []models.Change
		if err := db.Where("sequence IN (SELECT max(sequence) FROM changes WHERE environment_id = ? AND narrows "+
			"AND key_id <> '' GROUP BY key_id)", environment.ID).
			Order("sequence DESC").Limit(keyHistoryLimit).Find(&changes).Error; err != nil {
			return err
		}
		all, err := receiptsOf(db, changes)
		receipts = make(map[string]models.Receipt, len(all))
		for _, receipt := range all {
			receipts[receipt.KeyID] = receipt
		}
		return err
	})
	return receipts, err
}

func lastReceipt(db *gorm.DB, condition string, args ...any) (models.Receipt, error) {
	var change models.Change
	if err := db.Where("narrows").Where(condition, args...).Order("sequence DESC").Limit(1).
		Take(&change).Error; err != nil {
		return models.Receipt{}, err
	}
	receipts, err := receiptsOf(db, []models.Change{change})
	if err != nil {
		return models.Receipt{}, err
	}
	return receipts[0], nil
}

// receiptsOf makes the receipts of changes, in their order.
func receiptsOf(db *gorm.DB, changes []models.Change) ([]models.Receipt, error) {
	receipts, at := make([]models.Receipt, len(changes)), make(map[int64]*models.Receipt, len(changes))
	sequences, settled := make([]int64, len(changes)), true
	for i, change := range changes {
		receipts[i].Change, sequences[i], at[change.Sequence] = change, change.Sequence, &receipts[i]
		settled = settled && change.SettledAt != nil
	}
	var confirmations []models.Confirmation
	if err := db.Where("sequence IN ?", sequences).Order("confirmed_at, lease_ended_at, process_id").
		Find(&confirmations).Error; err != nil {
		return nil, err
	}
	for _, c := range confirmations {
		at[c.Sequence].Processes = append(at[c.Sequence].Processes, c)
	}
	if settled {
		return receipts, nil
	}
	var serving []models.Process
	err := db.Where("out_at IS NULL").Order("started_at, id").Find(&serving).Error
	for i := range receipts {
		for _, p := range serving {
			if receipts[i].SettledAt == nil && p.Applied < receipts[i].Sequence {
				receipts[i].Waiting = append(receipts[i].Waiting, p)
			}
		}
	}
	return receipts, err
}

// AwaitSettled waits, for as long as it is given, until every change of the environment's
// keys is settled, and reports whether that is so.
func (s *Store) AwaitSettled(ctx context.Context, environmentID string, most time.Duration) (bool, error) {
	over := time.NewTimer(most)
	defer over.Stop()
	for {
		told := s.settled.wait()
		settled, err := s.isSettled(ctx, environmentID)
		if settled || err != nil {
			return settled, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-over.C:
			return false, nil
		case <-told:
		case <-time.After(settledPoll):
			if err := s.settle(ctx); err != nil {
				return false, database.Translate(err)
			}
		}
	}
}

func (s *Store) isSettled(ctx context.Context, environmentID string) (bool, error) {
	var open int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Change{}).
			Where("environment_id = ? AND narrows AND settled_at IS NULL", environmentID).Count(&open).Error
	})
	return open == 0, err
}

// settledPoll is how often it is looked whether a change is settled when nobody tells.
const settledPoll = 100 * time.Millisecond

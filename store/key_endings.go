package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// filledPerChange is how many rows of an earlier version are completed in one transaction, and fillChanges in
// how many one sweep does it at most, so that nothing waits for an installation with a million of them.
const (
	filledPerChange = 200
	fillChanges     = 100
)

// fill completes rows, some at a time in the order of their ids, for as long as one sweep may. some returns the last
// id; empty: there are no more.
func fill(ctx context.Context, some func(ctx context.Context, after string) (last string, err error)) error {
	after := ""
	for range fillChanges {
		last, err := some(ctx, after)
		if err != nil || last == "" {
			return err
		}
		after = last
	}
	return nil
}

// fillKeyEndings gives the keys their ending that have none: those of earlier versions, and
// those that such a program makes beside this one. A key that does not open keeps none.
func (s *Store) fillKeyEndings(ctx context.Context) error { return fill(ctx, s.fillSomeEndings) }

// fillSomeEndings is fillKeyEndings for the next keys.
func (s *Store) fillSomeEndings(ctx context.Context, after string) (last string, err error) {
	var keys []models.Key
	query := func(db *gorm.DB) error {
		return db.Where("ending = '' AND id > ?", after).Order("id").Limit(filledPerChange).Find(&keys).Error
	}
	if err := s.read(ctx, query); err != nil || len(keys) == 0 {
		return "", err
	}
	err = s.write(ctx, func(db *gorm.DB) error {
		for i := range keys {
			text, err := s.unseal(keys[i])
			if err != nil {
				continue
			}
			// Another process may be doing the same, with the same outcome.
			if err := db.Exec("UPDATE keys SET ending = ? WHERE id = ? AND ending = ''", models.KeyEnding(text),
				keys[i].ID).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return keys[len(keys)-1].ID, err
}

// addKeyEndings completes lines of the activity list that are older than endings.
func addKeyEndings(db *gorm.DB, lines []models.AuditEvent) error {
	var ids []string
	for _, line := range lines {
		if d := line.Detail; d.KeyKind != "" && d.KeyEnding == "" {
			ids = append(ids, line.SubjectID)
		}
		if d := line.Detail; d.NewKeyID != "" && d.NewKeyEnding == "" {
			ids = append(ids, d.NewKeyID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var keys []models.Key
	if err := db.Select("id", "ending").Where("id IN ?", ids).Find(&keys).Error; err != nil {
		return err
	}
	endings := make(map[string]string, len(keys))
	for _, key := range keys {
		endings[key.ID] = key.Ending
	}
	for i := range lines {
		d := &lines[i].Detail
		if d.KeyKind != "" && d.KeyEnding == "" {
			d.KeyEnding = endings[lines[i].SubjectID]
		}
		if d.NewKeyID != "" && d.NewKeyEnding == "" {
			d.NewKeyEnding = endings[d.NewKeyID]
		}
	}
	return nil
}

package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Counts is the size of a data set.
type Counts struct{ Products, EndUsers, Interactions int64 }

// Counts returns the size of the environment's data set.
func (t *TeamScope) Counts(ctx context.Context, kind models.EnvironmentKind) (Counts, error) {
	var counts Counts
	err := t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Model(&dataSet{}).Where("id = ?", dataSetID).Take(&counts).Error
	})
	return counts, err
}

// readData is a query about the data set of an unlocked environment.
func (t *TeamScope) readData(ctx context.Context, kind models.EnvironmentKind, query func(db *gorm.DB, dataSetID string) error) error {
	environment, err := t.Environment(kind)
	if err != nil {
		return err
	}
	if !environment.Unlocked(t.store.Now()) {
		return locked(environment)
	}
	return t.read(ctx, models.ViewTeam, func(db *gorm.DB) error { return query(db, environment.DataSetID) })
}

// Cursor is a place in a list that goes by time, and by id within one moment.
// The zero Cursor is no place.
type Cursor struct {
	At time.Time
	ID string
}

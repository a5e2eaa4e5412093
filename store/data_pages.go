package store

import (
	"context"
	"slices"
	"strings"
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

// RecordsQuery narrows a list of products or end users, which shows the one
// changed last first.
type RecordsQuery struct {
	Search string // the beginning of the id, or part of the title or name
	Before Cursor // older records than this one
	After  Cursor // newer ones, the nearest
}

// Products returns products, the one changed last first, and whether there are
// more in the direction of reading.
func (t *TeamScope) Products(ctx context.Context, kind models.EnvironmentKind, query RecordsQuery) (rows []models.Product, more bool, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		rows, more, err = recordsPage[models.Product](db, dataSetID, "title", query)
		return err
	})
	return rows, more, err
}

// EndUsers returns end users, the one changed last first, and whether there are
// more in the direction of reading.
func (t *TeamScope) EndUsers(ctx context.Context, kind models.EnvironmentKind, query RecordsQuery) (rows []models.EndUser, more bool, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		rows, more, err = recordsPage[models.EndUser](db, dataSetID, "name", query)
		return err
	})
	return rows, more, err
}

// recordsPage reads a page of a table whose label is the given column, a
// constant of this file.
func recordsPage[T any](db *gorm.DB, dataSetID, label string, query RecordsQuery) (rows []T, more bool, err error) {
	list := db.Where("data_set_id = ?", dataSetID)
	if search := strings.TrimSpace(query.Search); search != "" {
		// The database lowers both sides: SQLite only knows the case of ASCII.
		list = list.Where(`(lower(id) LIKE lower(?) ESCAPE '\' OR lower(`+label+`) LIKE lower(?) ESCAPE '\')`,
			escapeLike(search)+"%", "%"+escapeLike(search)+"%")
	}
	switch {
	case query.After.ID != "":
		list = list.Where("(updated_at, id) > (?, ?)", query.After.At, query.After.ID).Order("updated_at, id")
	case query.Before.ID != "":
		list = list.Where("(updated_at, id) < (?, ?)", query.Before.At, query.Before.ID).Order("updated_at DESC, id DESC")
	default:
		list = list.Order("updated_at DESC, id DESC")
	}
	if err := list.Limit(pageSize + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > pageSize; more {
		rows = rows[:pageSize]
	}
	if query.After.ID != "" {
		slices.Reverse(rows)
	}
	return rows, more, nil
}

// InteractionsQuery narrows the list of interactions.
type InteractionsQuery struct {
	Type   string // all of one type; empty: any
	Search string // a user's id, an anonymous id, or part of a product's id
	Page
}

// Interactions returns interactions, the latest to arrive first, and whether
// there are more in the direction of reading.
func (t *TeamScope) Interactions(ctx context.Context, kind models.EnvironmentKind, query InteractionsQuery) (rows []models.Interaction, more bool, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		list := db.Where("data_set_id = ?", dataSetID)
		if query.Type != "" {
			list = list.Where("type = ?", query.Type)
		}
		if search := strings.TrimSpace(query.Search); search != "" {
			list = list.Where(`(user_id = ? OR anonymous_id = ? OR product_ids LIKE ? ESCAPE '\')`,
				search, search, "%"+escapeLike(search)+"%")
		}
		rows, more, err = pageByID[models.Interaction](list, query.Page)
		return err
	})
	return rows, more, err
}

// InteractionTypes returns the types that the environment's interactions have.
func (t *TeamScope) InteractionTypes(ctx context.Context, kind models.EnvironmentKind) (types []string, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Model(&models.Interaction{}).Where("data_set_id = ?", dataSetID).
			Distinct().Order("type").Pluck("type", &types).Error
	})
	return types, err
}

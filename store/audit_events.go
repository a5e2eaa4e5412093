package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// Page says which part of a list is wanted.
type Page struct {
	Before int64 // rows with a smaller id; 0: from the newest
	After  int64 // rows with a larger id, the nearest ones; 0: not limited
	Limit  int   // how many rows at most; 0: pageSize
}

// pageSize is how many rows a page shows.
const pageSize = 50

// ActivityQuery narrows the activity list.
type ActivityQuery struct {
	Environment models.EnvironmentKind // empty: the whole team
	Subject     string                 // the part of an action before the dot, such as "key"; empty: any
	ActorID     string                 // what this user did; empty: anybody
	Page
}

// Activity returns lines of the team's activity list, newest first, and whether
// there are older ones.
func (t *TeamScope) Activity(ctx context.Context, query ActivityQuery) (events []models.AuditEvent, more bool, err error) {
	var environment models.Environment
	if query.Environment != "" {
		if environment, err = t.Environment(query.Environment); err != nil {
			return nil, false, err
		}
	}
	err = t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		rows := db.Where("team_id = ?", t.Team.ID)
		if environment.ID != "" {
			rows = rows.Where("environment_id = ?", environment.ID)
		}
		if query.Subject != "" {
			rows = rows.Where(`action LIKE ? ESCAPE '\'`, escapeLike(query.Subject)+".%")
		}
		if query.ActorID != "" {
			rows = rows.Where("actor_id = ?", query.ActorID)
		}
		events, more, err = pageByID[models.AuditEvent](rows, query.Page)
		return err
	})
	return events, more, err
}

// ActivityActors returns who appears in the team's activity list, by name.
func (t *TeamScope) ActivityActors(ctx context.Context) ([]models.Signature, error) {
	var actors []models.Signature
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		return db.Model(&models.AuditEvent{}).Where("team_id = ? AND actor_id <> ''", t.Team.ID).
			Select("actor_id AS id, max(actor_name) AS name, max(actor_capacity) AS capacity").
			Group("actor_id").Order("name, id").Limit(100).Find(&actors).Error
	})
	return actors, err
}

// pageByID reads one page of rows by descending id, and whether more follow in
// the direction of reading.
func pageByID[T any](query *gorm.DB, page Page) (rows []T, more bool, err error) {
	limit := page.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	switch {
	case page.After > 0:
		query = query.Where("id > ?", page.After).Order("id")
	case page.Before > 0:
		query = query.Where("id < ?", page.Before).Order("id DESC")
	default:
		query = query.Order("id DESC")
	}
	if err := query.Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	if page.After > 0 {
		slices.Reverse(rows)
	}
	return rows, more, nil
}

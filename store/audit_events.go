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
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		events, more, err = activity(db, t.Team.ID, environment.ID, query.Page)
		return err
	})
	return events, more, err
}

func activity(db *gorm.DB, teamID, environmentID string, page Page) ([]models.AuditEvent, bool, error) {
	query := db.Where("team_id = ?", teamID)
	if environmentID != "" {
		query = query.Where("environment_id = ?", environmentID)
	}
	return pageByID[models.AuditEvent](query, page)
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

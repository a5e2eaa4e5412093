package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// RequestsQuery narrows the list of requests, which shows the latest first.
type RequestsQuery struct {
	Refused bool   // only those that the gate refused
	KeyID   string // of one key; empty: of all
	Before  Cursor // older ones than this
	After   Cursor // newer ones, the nearest
	Limit   int    // 0: a page
}

// maxRequests is how many requests one list shows at most.
const maxRequests = 200

// Requests returns requests that showed the environment's keys, the latest first,
// and whether there are more in the direction of reading.
func (t *TeamScope) Requests(ctx context.Context, kind models.EnvironmentKind, query RequestsQuery) (rows []models.Request, more bool, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		list := db.Where("environment_id = ?", environmentID)
		if query.Refused {
			list = list.Where("outcome NOT IN ?", letIn)
		}
		if query.KeyID != "" {
			list = list.Where("key_id = ?", query.KeyID)
		}
		rows, more, err = requestsPage(list, query)
		return err
	})
	return rows, more, err
}

// letIn are the outcomes of requests that the gate let in.
var letIn = []models.Outcome{models.Succeeded, models.Missed, models.Rejected, models.Failed}

func requestsPage(list *gorm.DB, query RequestsQuery) (rows []models.Request, more bool, err error) {
	switch {
	case query.After.ID != "":
		list = list.Where("(at, id) > (?, ?)", query.After.At, query.After.ID).Order("at, id")
	case query.Before.ID != "":
		list = list.Where("(at, id) < (?, ?)", query.Before.At, query.Before.ID).Order("at DESC, id DESC")
	default:
		list = list.Order("at DESC, id DESC")
	}
	limit := min(cmp.Or(query.Limit, pageSize), maxRequests)
	if err := list.Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	if query.After.ID != "" {
		slices.Reverse(rows)
	}
	for i := range rows {
		rows[i].Duration *= time.Microsecond // the column's unit
	}
	return rows, more, nil
}

// Request returns the request with the id, if it showed a key of the team or a key
// that is nobody's. Of the latter only what whoever has its answer knows anyway is
// told, since the id proves no more than that.
func (t *TeamScope) Request(ctx context.Context, id string) (models.Request, error) {
	var row models.Request
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		return db.Where("id = ? AND (environment_id = '' OR environment_id IN (SELECT id FROM environments WHERE team_id = ?))", id, t.Team.ID).
			Take(&row).Error
	})
	if err != nil {
		return models.Request{}, err
	}
	row.Duration *= time.Microsecond
	if row.EnvironmentID == "" {
		row = models.Request{ID: row.ID, At: row.At, Method: row.Method, Endpoint: row.Endpoint, Outcome: row.Outcome, Status: row.Status}
	}
	return row, nil
}

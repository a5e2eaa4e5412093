package store

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// RequestsQuery narrows the list of requests, which shows the latest first.
type RequestsQuery struct {
	UseQuery
	Cursor models.Cursor
	Limit  int // 0: models.PageSize
}

// maxRequests is how many requests one list shows at most.
const maxRequests = 500

// Requests returns requests that showed the environment's keys, the latest first.
func (t *TeamScope) Requests(
	ctx context.Context, kind models.EnvironmentKind, query RequestsQuery,
) (requests models.List[models.Request], err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		requests, err = requestsPage(query.kept(db, environmentID), query)
		return err
	})
	return requests, err
}

// letIn are the outcomes of requests that the gate let in.
var letIn = []models.Outcome{models.Succeeded, models.Missed, models.Rejected, models.Failed}

func requestsPage(list *gorm.DB, query RequestsQuery) (models.List[models.Request], error) {
	cursor := query.Cursor
	switch {
	case cursor.IsZero():
		list = list.Order("at DESC, id DESC")
	case cursor.Back:
		list = list.Where("(at, id) > (?, ?)", cursor.At, cursor.ID).Order("at, id")
	default:
		list = list.Where("(at, id) < (?, ?)", cursor.At, cursor.ID).Order("at DESC, id DESC")
	}
	limit := min(cmp.Or(query.Limit, models.PageSize), maxRequests)
	var rows []models.Request
	err := list.Limit(limit + 1).Find(&rows).Error
	for i := range rows {
		rows[i].Duration *= time.Microsecond // the column's unit
	}
	return models.Cut(rows, limit, cursor), err
}

// Request returns the request with the id, if it showed a key of the team or a key
// that no team has. Of the latter only what its sender knows anyway is told: who
// has the id has seen the answer, and that is all that the id proves.
func (t *TeamScope) Request(ctx context.Context, id string) (models.Request, error) {
	var row models.Request
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		return db.Where("id = ? AND (environment_id = '' OR environment_id IN (SELECT id FROM environments WHERE "+
			"team_id = ?))", id, t.Team.ID).
			Take(&row).Error
	})
	if err != nil {
		return models.Request{}, err
	}
	row.Duration *= time.Microsecond
	if row.EnvironmentID == "" {
		row = models.Request{ID: row.ID, At: row.At, Method: row.Method, Endpoint: row.Endpoint, Outcome: row.Outcome,
			Status: row.Status}
	}
	return row, nil
}

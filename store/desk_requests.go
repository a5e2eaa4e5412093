package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// DeskRequest is an unlock request with the team and the environment it is for.
type DeskRequest struct {
	Request     models.UnlockRequest
	Team        models.Team
	Environment models.Environment
	LastReply   *models.RequestReply // nil: nobody has written
}

// Cursor is where the request stands in a list: by when it was made as long as it waits, and by
// when it was decided afterwards.
func (r DeskRequest) Cursor() models.Cursor {
	cursor := models.Cursor{At: r.Request.CreatedAt, ID: r.Request.ID}
	if r.Request.DecidedAt != nil {
		cursor.At = *r.Request.DecidedAt
	}
	return cursor
}

// UnlockRequestsQuery narrows the desk's list of requests, and says which part of it to read.
type UnlockRequestsQuery struct {
	Decided     bool                   // those that were decided, the latest decision first; otherwise those that wait
	Newest      bool                   // of those that wait, the newest first; otherwise the longest waiting
	State       models.UnlockState     // of those that were decided; empty: any
	Environment models.EnvironmentKind // empty: any
	Search      string                 // in the team, its members, what is asked for, and the agreement's reference
	Cursor      models.Cursor
	Limit       int // how many at most; 0: models.PageSize
}

// Requests returns a part of the requests of all teams.
func (d *Desk) Requests(ctx context.Context, query UnlockRequestsQuery) (list models.List[DeskRequest], err error) {
	limit := query.Limit
	if limit <= 0 {
		limit = models.PageSize
	}
	err = d.store.read(ctx, func(db *gorm.DB) error {
		rows, order := db.Where("state = ?", models.Pending), keyset{[]string{"created_at", "id"}, query.Newest}
		if query.Decided {
			rows, order = db.Where("decided_at IS NOT NULL"), keyset{[]string{"decided_at", "id"}, true}
			if query.State != "" {
				rows = rows.Where("state = ?", query.State)
			}
		}
		if query.Environment != "" {
			rows = rows.Where("environment_id IN (SELECT id FROM environments WHERE kind = ?)", query.Environment)
		}
		if query.Search != "" {
			pattern := likePattern(query.Search)
			rows = rows.Where("("+finds(db, "use_case")+" OR "+finds(db, "agreement")+" OR team_id IN (?))",
				pattern, pattern, teamsFound(db, pattern))
		}
		var keys []any
		if !query.Cursor.IsZero() {
			keys = []any{query.Cursor.At, query.Cursor.ID}
		}
		var requests []models.UnlockRequest
		if err := order.from(rows, keys, query.Cursor.Back).Limit(limit + 1).Find(&requests).Error; err != nil {
			return err
		}
		found, err := deskRequests(db, requests)
		list = models.Cut(found, limit, query.Cursor)
		return err
	})
	return list, err
}

// likePattern finds the text anywhere, whatever the case of its letters.
func likePattern(search string) string {
	return "%" + database.EscapeLike(models.LowerASCII(search)) + "%"
}

// finds is the condition that the column has a pattern of likePattern. SQLite's LIKE takes ASCII
// letters of either case for the same by itself, in half the time.
func finds(db *gorm.DB, column string) string {
	if database.DialectOf(db) != database.SQLite {
		// The pattern likewise: the database knows more letters than ASCII's.
		return "lower(" + column + `) LIKE lower(?) ESCAPE '\'`
	}
	return column + ` LIKE ? ESCAPE '\'`
}

// teamsFound are the ids of teams that a search finds: by the team's names, and by its members'
// names and addresses.
func teamsFound(db *gorm.DB, pattern string) *gorm.DB {
	return db.Raw("SELECT id FROM teams WHERE "+finds(db, "name")+" OR "+finds(db, "slug")+
		" UNION SELECT team_id FROM members WHERE user_id IN "+
		"(SELECT id FROM users WHERE "+finds(db, "name")+" OR "+finds(db, "email")+")", pattern, pattern, pattern, pattern)
}

// PendingCount returns how many requests wait for a decision.
func (d *Desk) PendingCount(ctx context.Context) (int, error) {
	var count int64
	err := d.store.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.UnlockRequest{}).Where("state = ?", models.Pending).Count(&count).Error
	})
	return int(count), err
}

// deskRequests adds to requests what they are for, and what was written last.
func deskRequests(db *gorm.DB, requests []models.UnlockRequest) ([]DeskRequest, error) {
	var ids, teamIDs, environmentIDs []string
	for _, r := range requests {
		ids, teamIDs, environmentIDs = append(ids, r.ID), append(teamIDs, r.TeamID), append(environmentIDs, r.EnvironmentID)
	}
	var teams []models.Team
	if err := db.Where("id IN ?", teamIDs).Find(&teams).Error; err != nil {
		return nil, err
	}
	var environments []models.Environment
	if err := db.Where("id IN ?", environmentIDs).Find(&environments).Error; err != nil {
		return nil, err
	}
	if err := addCovers(db, environments); err != nil {
		return nil, err
	}
	var replies []models.RequestReply
	if err := db.Where("id IN (SELECT max(id) FROM request_replies WHERE request_id IN ? GROUP BY request_id)", ids).
		Find(&replies).Error; err != nil {
		return nil, err
	}
	list := make([]DeskRequest, len(requests))
	for i, r := range requests {
		team := slices.IndexFunc(teams, func(t models.Team) bool { return t.ID == r.TeamID })
		environment := slices.IndexFunc(environments,
			func(e models.Environment) bool { return e.ID == r.EnvironmentID })
		list[i] = DeskRequest{Request: r, Team: teams[team], Environment: environments[environment]}
		reply := slices.IndexFunc(replies, func(l models.RequestReply) bool { return l.RequestID == r.ID })
		if reply >= 0 {
			list[i].LastReply = &replies[reply]
		}
	}
	return list, nil
}

// Request returns one unlock request.
func (d *Desk) Request(ctx context.Context, id string) (DeskRequest, error) {
	var request DeskRequest
	err := d.store.read(ctx, func(db *gorm.DB) error {
		var row models.UnlockRequest
		if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
			return err
		}
		list, err := deskRequests(db, []models.UnlockRequest{row})
		if err == nil {
			request = list[0]
		}
		return err
	})
	return request, err
}

// midnight is the beginning of the day, in UTC.
func midnight(moment time.Time) time.Time { return moment.UTC().Truncate(24 * time.Hour) }

package store

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// ActivityQuery narrows the activity list.
type ActivityQuery struct {
	Environment models.EnvironmentKind // empty: the whole team
	Subject     string                 // the part of an action before the dot, such as "key"; empty: any
	ActorID     string                 // what this user did; empty: anybody
	Search      string                 // in who did it, from where, and what was written; empty: any
	From        time.Time              // done then or later; zero: any
	Until       time.Time              // done before; zero: any
	Cursor      models.Cursor
	Limit       int // how many lines at most, and no more than 500; 0: models.PageSize
}

// maxLines is how many lines of the activity list are read at most at once.
const maxLines = 500

// Activity returns lines of the team's activity list, newest first.
func (t *TeamScope) Activity(
	ctx context.Context, query ActivityQuery,
) (list models.List[models.AuditEvent], err error) {
	var environment models.Environment
	if query.Environment != "" {
		if environment, err = t.Environment(query.Environment); err != nil {
			return list, err
		}
	}
	err = t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		rows := db.Where("team_id = ?", t.Team.ID)
		if environment.ID != "" {
			rows = rows.Where("environment_id = ?", environment.ID)
		}
		if query.Subject != "" {
			rows = rows.Where(`action LIKE ? ESCAPE '\'`, database.EscapeLike(query.Subject)+".%")
		}
		if query.ActorID != "" {
			rows = rows.Where("actor_id = ?", query.ActorID)
		}
		if query.Search != "" {
			pattern := likePattern(query.Search)
			rows = rows.Where("("+finds(db, "actor_name")+" OR "+finds(db, "address")+" OR "+finds(db, "detail")+")",
				pattern, pattern, pattern)
		}
		if !query.From.IsZero() {
			rows = rows.Where("at >= ?", query.From)
		}
		if !query.Until.IsZero() {
			rows = rows.Where("at < ?", query.Until)
		}
		list, err = auditEvents(rows, query.Cursor, query.Limit)
		return err
	})
	return list, err
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

// auditEvents reads a part of the lines that the query finds, newest first.
func auditEvents(query *gorm.DB, cursor models.Cursor, limit int) (models.List[models.AuditEvent], error) {
	limit = min(cmp.Or(max(limit, 0), models.PageSize), maxLines)
	id, err := strconv.ParseInt(cursor.ID, 10, 64)
	switch {
	case err != nil || id <= 0: // what is no id is as good as absent
		query, cursor = query.Order("id DESC"), models.Cursor{}
	case cursor.Back:
		query = query.Where("id > ?", id).Order("id")
	default:
		query = query.Where("id < ?", id).Order("id DESC")
	}
	var rows []models.AuditEvent
	if err = query.Limit(limit + 1).Find(&rows).Error; err == nil {
		err = addKeyEndings(query.Session(&gorm.Session{NewDB: true}), rows)
	}
	return models.Cut(rows, limit, cursor), err
}

package store

import (
	"context"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"dojo/models"
)

// UseQuery says which of an environment's requests are asked about. The zero UseQuery is about
// all of them.
type UseQuery struct {
	From  time.Time // that came then or later; zero: any
	Until time.Time // that came before; zero: any

	KeyID    string           // that showed this key
	Outcomes []models.Outcome // that ended in one of these ways; none: in any

	// What the counts of hours do not tell, but the requests that are kept one by one do.
	MinStatus int // of the answer, inclusive, with MaxStatus; 0: any
	MaxStatus int
	Method    string // such as "GET"; empty: any
	Path      string // the beginning of it; empty: any
	Address   string // the beginning of the IP address; empty: any
}

// Counted reports whether the counts of hours can answer the query. Otherwise only the requests
// can that are kept one by one, which are not all.
func (q UseQuery) Counted() bool {
	return q.MinStatus == 0 && q.Method == "" && q.Path == "" && q.Address == ""
}

// narrowed leaves the rows that have the query's key, outcomes and moments; at is their column of those.
func (q UseQuery) narrowed(rows *gorm.DB, environmentID, at string) *gorm.DB {
	rows = rows.Where("environment_id = ?", environmentID)
	if !q.From.IsZero() {
		rows = rows.Where(at+" >= ?", q.From)
	}
	if !q.Until.IsZero() {
		rows = rows.Where(at+" < ?", q.Until)
	}
	if q.KeyID != "" {
		rows = rows.Where("key_id = ?", q.KeyID)
	}
	if len(q.Outcomes) > 0 {
		rows = rows.Where("outcome IN ?", q.Outcomes)
	}
	return rows
}

// counts are the counts of hours that the query is about, from the hour on in which it begins.
func (q UseQuery) counts(db *gorm.DB, environmentID string) *gorm.DB {
	q.From = q.From.Truncate(time.Hour)
	return q.narrowed(db.Table("request_counts"), environmentID, "hour")
}

// kept are the requests that are kept one by one and that the query is about.
func (q UseQuery) kept(db *gorm.DB, environmentID string) *gorm.DB {
	rows := q.narrowed(db.Table("requests"), environmentID, "at")
	if q.MinStatus > 0 {
		rows = rows.Where("status BETWEEN ? AND ?", q.MinStatus, q.MaxStatus)
	}
	if q.Method != "" {
		rows = rows.Where("method = ?", q.Method)
	}
	if q.Path != "" {
		rows = begins(rows, "path", q.Path)
	}
	if q.Address != "" {
		rows = begins(rows, "address", q.Address)
	}
	return rows
}

// begins leaves the rows in which the column begins with the text, capitals and all.
func begins(rows *gorm.DB, column, text string) *gorm.DB {
	return rows.Where("substr("+column+", 1, ?) = ?", utf8.RuneCountInString(text), text)
}

// UseMark changes whenever a page about an environment's use would: when a request that showed
// one of its keys was written down, and when somebody changed something in the team.
type UseMark struct {
	Requests int64 // that were written down since the environment was made
	Event    int64 // the id of the last line in the team's activity list
}

// UseMark returns the environment's mark. It costs little, however much use there was.
func (t *TeamScope) UseMark(ctx context.Context, kind models.EnvironmentKind) (mark UseMark, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		keys := db.Model(&models.Key{}).Select("id").Where("environment_id = ?", environmentID)
		err := db.Model(&models.KeyUse{}).Select("CAST(coalesce(sum(accepted + refused), 0) AS bigint)").
			Where("key_id IN (?)", keys).Scan(&mark.Requests).Error
		if err != nil {
			return err
		}
		return db.Model(&models.AuditEvent{}).Select("coalesce(max(id), 0)").Where("team_id = ?", t.Team.ID).
			Scan(&mark.Event).Error
	})
	return mark, err
}

// Kept says how many of the requests that a query is about are kept one by one.
type Kept struct {
	Requests int64 // that are kept
	Counted  int64 // that there were, as far as the counts of hours go back
}

// RequestsKept says how much the requests that are kept tell of the query's time, key and outcomes.
func (t *TeamScope) RequestsKept(
	ctx context.Context, kind models.EnvironmentKind, query UseQuery,
) (kept Kept, err error) {
	all := UseQuery{From: query.From, Until: query.Until, KeyID: query.KeyID, Outcomes: query.Outcomes}
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		if err := all.kept(db, environmentID).Count(&kept.Requests).Error; err != nil {
			return err
		}
		return all.counts(db, environmentID).Select("CAST(coalesce(sum(requests), 0) AS bigint)").Scan(&kept.Counted).Error
	})
	return kept, err
}

package store

import (
	"cmp"
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// CallersQuery narrows a list of callers.
type CallersQuery struct {
	UseQuery     // what they were seen with
	Limit    int // how many at most, those with the most requests
}

// Told reports whether what is known of callers answers the query: that is since when and until
// when each was seen, with which key and from where, and not with which outcomes.
func (q CallersQuery) Told() bool {
	q.Address = ""
	return q.Counted() && len(q.Outcomes) == 0 && q.Until.IsZero()
}

// callersPerKey is how many callers of a key are kept, those seen last.
const callersPerKey = 200

// programsPerKey is how many programs are kept that a key's exposures tell apart, those seen last.
const programsPerKey = 50

// maxCallers is how many callers one list has at most.
const maxCallers = 500

// KeyUses returns how each of the environment's keys that are listed has been used, by
// the key's id. A key that nobody has shown is not in it.
func (t *TeamScope) KeyUses(ctx context.Context, kind models.EnvironmentKind) (map[string]models.KeyUse, error) {
	uses := map[string]models.KeyUse{}
	err := t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		var rows []models.KeyUse
		err := db.Where("key_id IN (?)", listedKeys(db, environmentID).Select("id")).Find(&rows).Error
		for _, row := range rows {
			uses[row.KeyID] = row
		}
		return err
	})
	return uses, err
}

// Callers returns who shows the environment's keys, those with the most requests
// first. Where a query asks for more than is known of callers (see Told), they are those of the
// requests that are kept one by one, and only those count.
func (t *TeamScope) Callers(ctx context.Context, kind models.EnvironmentKind,
	query CallersQuery) (callers []models.Caller, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		if !query.Told() {
			callers, err = keptCallers(query.kept(db, environmentID), query.Limit)
			return err
		}
		return busiest(query.narrowed(db, environmentID, "last_seen_at"), query.Address, query.Limit).Find(&callers).Error
	})
	return callers, err
}

// keptCallers adds up requests by who sent them.
func keptCallers(kept *gorm.DB, limit int) ([]models.Caller, error) {
	var rows []struct {
		models.Caller
		First, Last string
	}
	const who = "key_id, address, user_agent, origin"
	text := database.DialectOf(kept).MomentText
	err := kept.Select(who+", environment_id, "+text("min(at)")+" AS first, "+text("max(at)")+" AS last, "+
		"sum(CASE WHEN outcome IN ? THEN 1 ELSE 0 END) AS accepted, sum(CASE WHEN outcome IN ? THEN 0 ELSE 1 END) AS refused",
		letIn, letIn).
		Group(who + ", environment_id").Order("count(*) DESC, max(at) DESC, " + who).Limit(callersLimit(limit)).
		Find(&rows).Error
	callers := make([]models.Caller, len(rows))
	for i, row := range rows {
		callers[i] = row.Caller
		if callers[i].FirstSeenAt, err = database.ParseMoment(row.First); err != nil {
			return nil, err
		}
		if callers[i].LastSeenAt, err = database.ParseMoment(row.Last); err != nil {
			return nil, err
		}
	}
	return callers, err
}

// busiest puts the callers with the most requests first, of those whose address begins so.
func busiest(callers *gorm.DB, address string, limit int) *gorm.DB {
	if address != "" {
		callers = begins(callers, "address", address)
	}
	return callers.Order("accepted + refused DESC, last_seen_at DESC, key_id, address, user_agent, origin").
		Limit(callersLimit(limit))
}

// callersLimit is how many callers a list has at most. 0 asks for a page.
func callersLimit(asked int) int { return min(cmp.Or(asked, models.PageSize), maxCallers) }

// KeyUse returns how a key of any team has been used, and by whom, so that it is
// known what its revocation breaks. It is NotFound when there is no such key.
func (d *Desk) KeyUse(ctx context.Context, keyID string) (use models.KeyUse, callers []models.Caller, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		if err := db.Select("id").Where("id = ?", keyID).Take(&models.Key{}).Error; err != nil {
			return err
		}
		err := db.Where("key_id = ?", keyID).Take(&use).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		use.KeyID = keyID
		return busiest(db.Where("key_id = ?", keyID), "", 0).Find(&callers).Error
	})
	return use, callers, err
}

package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// CallersQuery narrows a list of callers.
type CallersQuery struct {
	KeyID string    // of one key; empty: of all
	Since time.Time // seen since then
	Limit int       // how many at most, those with the most requests
}

// callersPerKey is how many callers of a key are kept, those seen last.
const callersPerKey = 200

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
// first.
func (t *TeamScope) Callers(ctx context.Context, kind models.EnvironmentKind,
	query CallersQuery) (callers []models.Caller, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		rows := db.Where("environment_id = ? AND last_seen_at >= ?", environmentID, query.Since)
		if query.KeyID != "" {
			rows = rows.Where("key_id = ?", query.KeyID)
		}
		return busiest(rows, query.Limit).Find(&callers).Error
	})
	return callers, err
}

// busiest puts the callers with the most requests first. A limit of 0 is a page.
func busiest(callers *gorm.DB, limit int) *gorm.DB {
	return callers.Order("accepted + refused DESC, last_seen_at DESC, key_id, address, user_agent, origin").
		Limit(min(cmp.Or(limit, models.PageSize), callersPerKey))
}

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
		return busiest(db.Where("key_id = ?", keyID), 0).Find(&callers).Error
	})
	return use, callers, err
}

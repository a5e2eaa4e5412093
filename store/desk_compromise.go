package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// FoundKey is a key that was pasted at the desk, with what it belongs to.
type FoundKey struct {
	Key         models.Key // without what is sealed in it
	Team        models.Team
	Environment models.Environment
}

// FindKeys finds the keys in a text that was pasted, and their teams. Each is on record in
// its team's activity list; the text itself is kept nowhere. It is NotFound when the text
// holds what could be a key and no team has or had it, and Invalid when it holds nothing of
// the kind.
func (d *Desk) FindKeys(ctx context.Context, text string) (found []FoundKey, err error) {
	if len(text) > models.MaxPasted {
		return nil, models.InvalidField("key", "This is too long to look through. Paste only the lines around the key.")
	}
	pasted := models.FindPastedKeys(text)
	digests := d.digests(pasted.All())
	err = d.change(ctx, models.RevokeAnyKey, func(c *change) error {
		var keys []models.Key
		for some := range slices.Chunk(digests, findAtOnce) {
			var these []models.Key
			if err := c.Omit("Sealed").Where("digest IN ?", some).Order("id").Find(&these).Error; err != nil {
				return err
			}
			keys = append(keys, these...)
		}
		for _, key := range keys {
			one := FoundKey{Key: key}
			if err := one.loadOwner(c.DB); err != nil {
				return err
			}
			if err := c.audit(keyEvent(models.KeyFound, one.Environment, one.Key), models.AsEngineer); err != nil {
				return err
			}
			found = append(found, one)
		}
		if len(found) == 0 {
			return nothingPasted(pasted)
		}
		return nil
	})
	return found, err
}

// findAtOnce is how many candidates one query looks up.
const findAtOnce = 500

func nothingPasted(pasted models.PastedKeys) error {
	if len(pasted.Whole) > 0 {
		return gorm.ErrRecordNotFound
	}
	return models.InvalidField("key", "That is not a key of this installation: "+
		"a key is 40 characters, the digits 0 to 9 and the letters a to f.")
}

func (d *Desk) digests(keys []string) [][]byte {
	digests := make([][]byte, len(keys))
	for i, key := range keys {
		digest := d.store.vault.Digest(key)
		digests[i] = digest[:]
	}
	return digests
}

// Key returns what FindKey found, by the key's id.
func (d *Desk) Key(ctx context.Context, keyID string) (FoundKey, error) {
	var found FoundKey
	err := d.store.read(ctx, func(db *gorm.DB) error {
		if err := db.Omit("Sealed").Where("id = ?", keyID).Take(&found.Key).Error; err != nil {
			return err
		}
		return found.loadOwner(db)
	})
	return found, err
}

// loadOwner reads the environment and the team that the key belongs to.
func (f *FoundKey) loadOwner(db *gorm.DB) error {
	environments := make([]models.Environment, 1)
	if err := db.Where("id = ?", f.Key.EnvironmentID).Take(&environments[0]).Error; err != nil {
		return err
	}
	if err := addCovers(db, environments); err != nil {
		return err
	}
	f.Environment = environments[0]
	return db.Where("id = ?", f.Key.TeamID).Take(&f.Team).Error
}

// RevokeCompromised revokes a key of any team at once. With replace, a new key
// takes the place of an active one; without, the environment has none of that
// kind until the team gets itself one. The note is what the team reads about
// it.
func (d *Desk) RevokeCompromised(ctx context.Context, keyID string, replace bool, note string) (Replacement, error) {
	var done Replacement
	err := d.change(ctx, models.RevokeAnyKey, func(c *change) error {
		var environment models.Environment
		if err := c.lock().Where("id = (SELECT environment_id FROM keys WHERE id = ?)", keyID).Take(&environment).
			Error; err != nil {
			return err
		}
		key, err := c.key(environment, keyID)
		if err != nil {
			return err
		}
		revocation := models.Revocation{Reason: models.Compromised, Note: note, NewName: key.Name}
		done, err = c.revoke(environment, key, revocation, replace && key.State == models.Active, models.AsEngineer)
		return err
	})
	return done, err
}

// KeyRequests returns how many requests with a key of any team were let in from
// the hour on in which since falls.
func (d *Desk) KeyRequests(ctx context.Context, keyID string, since time.Time) (requests int64, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		if err := db.Select("id").Where("id = ?", keyID).Take(&models.Key{}).Error; err != nil {
			return err
		}
		return db.Table("request_counts").Select("CAST(coalesce(sum(requests), 0) AS bigint)").
			Where("key_id = ? AND hour >= ? AND outcome IN ?", keyID, since.Truncate(time.Hour), letIn).
			Where("environment_id = (SELECT environment_id FROM keys WHERE id = ?)", keyID).
			Scan(&requests).Error
	})
	return requests, err
}

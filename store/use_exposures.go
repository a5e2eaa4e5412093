package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// openExposure is the condition of one that nobody has resolved since it was seen
// last. That of a revoked key is over.
const openExposure = "(settled_at IS NULL OR settled_at < last_seen_at) AND " +
	"key_id IN (SELECT id FROM keys WHERE environment_id = exposures.environment_id AND state <> 'revoked')"

// maxExposures is how many exposures are listed, those seen last.
const maxExposures = 200

// Exposures returns what shows that the environment's keys are where they should
// not be and is not resolved: the worst first, and of one kind that seen last.
func (t *TeamScope) Exposures(ctx context.Context, kind models.EnvironmentKind) (rows []models.Exposure, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		return db.Where("environment_id = ? AND "+openExposure, environmentID).
			Order("last_seen_at DESC, key_id, kind").Limit(maxExposures).Find(&rows).Error
	})
	slices.SortFunc(rows, func(a, b models.Exposure) int { return byHarm(&a, &b) })
	return rows, err
}

// byHarm orders exposures: the worst kind first, and then that seen last.
func byHarm(a, b *models.Exposure) int {
	kinds := models.ExposureKinds()
	return cmp.Or(
		cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
		b.LastSeenAt.Compare(a.LastSeenAt),
		cmp.Compare(a.KeyID, b.KeyID))
}

// ResolveExposure notes that the actor has resolved an exposure. Seen again, it is
// open again. It is NotFound when there is no open one.
func (t *TeamScope) ResolveExposure(ctx context.Context, kind models.EnvironmentKind, exposure models.ExposureKind,
	keyID string) error {
	return t.change(ctx, models.ManageData, kind, func(c *change, environment models.Environment) error {
		resolved := c.Model(&models.Exposure{}).
			Where("environment_id = ? AND kind = ? AND key_id = ? AND "+openExposure, environment.ID, exposure, keyID).
			Update("settled_at", c.now)
		if resolved.Error != nil {
			return resolved.Error
		}
		if resolved.RowsAffected == 0 {
			return models.ErrNotFound()
		}
		line := event(models.ExposureResolved, environment, keyID)
		line.Detail.Text = exposure.Text()
		return c.audit(line, models.AsMember)
	})
}

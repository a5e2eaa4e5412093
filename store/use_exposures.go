package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// openExposure is the condition of one that nobody has resolved since it was seen
// last, of a program that is not accepted. That of a revoked key is over.
const openExposure = "(settled_at IS NULL OR settled_at < last_seen_at) AND " + ofWorkingKey +
	" AND NOT EXISTS (SELECT 1 FROM accepted_programs a " +
	"WHERE a.environment_id = key_exposures.environment_id AND a.program = key_exposures.program)"

const ofWorkingKey = "key_id IN (SELECT id FROM keys WHERE keys.environment_id = key_exposures.environment_id " +
	"AND keys.state <> 'revoked')"

// maxExposures is how many exposures are listed, those seen last.
const maxExposures = 200

// Exposures returns what shows that the environment's keys are where they should
// not be and is not resolved: the worst first, and of one kind that seen last.
func (t *TeamScope) Exposures(ctx context.Context, kind models.EnvironmentKind) (rows []models.Exposure, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		return db.Where("environment_id = ? AND "+openExposure, environmentID).
			Order("last_seen_at DESC, key_id, kind, program").Limit(maxExposures).Find(&rows).Error
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
		cmp.Compare(a.KeyID, b.KeyID),
		cmp.Compare(a.Program, b.Program))
}

// ResolveExposure notes that the actor has resolved an exposure, that of the key and those of the same kind that
// are told of with it. Seen again, it is open again. It is NotFound when the key has no open one.
func (t *TeamScope) ResolveExposure(ctx context.Context, kind models.EnvironmentKind, exposure models.ExposureKind,
	keyID string) error {
	return t.change(ctx, models.ManageData, kind, func(c *change, environment models.Environment) error {
		const open = "environment_id = ? AND kind = ? AND " + openExposure
		err := c.Where(open+" AND key_id = ?", environment.ID, exposure, keyID).Take(&models.Exposure{}).Error
		if err != nil {
			return err
		}
		if err := c.Model(&models.Exposure{}).Where(open, environment.ID, exposure).Update("settled_at", c.now).
			Error; err != nil {
			return err
		}
		line := event(models.ExposureResolved, environment, keyID)
		line.Detail.Text = exposure.Text()
		return c.audit(line, models.AsMember)
	})
}

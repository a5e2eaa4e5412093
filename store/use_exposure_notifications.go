package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// exposurePause is how long a team is not told of exposures again.
const exposurePause = 24 * time.Hour

// untoldExposure is an exposure that its team has not been told of.
type untoldExposure struct {
	models.Exposure
	Environment models.EnvironmentKind
	KeyKind     models.KeyKind
	KeyEnding   string
	KeyName     string
	TeamID      string
	Team        string
	TeamSlug    string
}

// notifyOfExposures tells the teams whose keys were just seen where they should not be: of
// what is new since they were last told, the worst, and once a day at most.
func (s *Store) notifyOfExposures(db *gorm.DB, seen []models.Exposure) error {
	if len(seen) == 0 {
		return nil
	}
	c := &change{DB: db, store: s, actor: dojo, now: s.Now()}
	due, err := c.untoldExposures(seen)
	if err != nil {
		return err
	}
	for _, exposure := range due {
		if err := c.notifyOfExposure(exposure); err != nil {
			return err
		}
	}
	return nil
}

// untoldExposures returns the worst exposure of each team that is to be told.
func (c *change) untoldExposures(seen []models.Exposure) (due []untoldExposure, err error) {
	var environments []string
	for i := range seen {
		environments = append(environments, seen[i].EnvironmentID)
	}
	slices.Sort(environments)
	for some := range slices.Chunk(slices.Compact(environments), idsPerQuery) {
		var rows []untoldExposure
		err := c.Table("key_exposures").
			Select("key_exposures.*, environments.kind AS environment, keys.kind AS key_kind, keys.ending AS key_ending, "+
				"keys.name AS key_name, teams.id AS team_id, teams.name AS team, teams.slug AS team_slug").
			Joins("JOIN environments ON environments.id = key_exposures.environment_id").
			Joins("JOIN keys ON keys.id = key_exposures.key_id").
			Joins("JOIN teams ON teams.id = environments.team_id AND teams.deleted_at IS NULL").
			Where("key_exposures.environment_id IN ?", some).
			Where(openExposure).
			Where("(exposure_mailed_at IS NULL OR exposure_mailed_at <= ? AND "+
				"(first_seen_at > exposure_mailed_at OR settled_at > exposure_mailed_at))",
				c.now.Add(-exposurePause)).
			Find(&rows).Error
		if err != nil {
			return nil, err
		}
		due = append(due, rows...)
	}
	slices.SortFunc(due, func(a, b untoldExposure) int { return byHarm(&a.Exposure, &b.Exposure) })
	told := map[string]bool{}
	return slices.DeleteFunc(due, func(exposure untoldExposure) bool {
		again := told[exposure.TeamID]
		told[exposure.TeamID] = true
		return again
	}), nil
}

// notifyOfExposure tells of the exposure, and notes that the team was told, unless another
// process has.
func (c *change) notifyOfExposure(e untoldExposure) error {
	noted := c.Exec("UPDATE teams SET exposure_mailed_at = ? WHERE id = ? AND "+
		"(exposure_mailed_at IS NULL OR exposure_mailed_at <= ?)", c.now, e.TeamID, c.now.Add(-exposurePause))
	if noted.Error != nil || noted.RowsAffected == 0 {
		return noted.Error
	}
	return c.notify(models.Notification{
		Event: models.ExposureSeenEvent, TeamID: e.TeamID, EnvironmentID: e.EnvironmentID, Environment: e.Environment,
		SubjectID: e.KeyID, Actor: models.Signature{Capacity: models.AsSystem},
		Detail: models.NotificationDetail{KeyKind: e.KeyKind, KeyEnding: e.KeyEnding, KeyName: e.KeyName, Exposure: e.Kind,
			Address: e.Address, UserAgent: e.UserAgent, Origin: e.Origin},
	})
}

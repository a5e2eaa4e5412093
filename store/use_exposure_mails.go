package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// exposureMailPause is how long a team is not mailed of exposures again.
const exposureMailPause = 24 * time.Hour

// unmailed is an exposure that its team has not been mailed of.
type unmailed struct {
	models.Exposure
	Environment models.EnvironmentKind
	KeyKind     models.KeyKind
	TeamID      string
	Team        string
	TeamSlug    string
}

// mailExposures mails the admins and owners of the teams whose keys were just seen where
// they should not be: of what is new since they were last mailed, the worst, and
// once a day at most.
func (s *Store) mailExposures(db *gorm.DB, seen []models.Exposure) error {
	if len(seen) == 0 {
		return nil
	}
	c := &change{DB: db, store: s, actor: dojo, now: s.Now()}
	due, err := c.unmailed(seen)
	if err != nil {
		return err
	}
	for _, exposure := range due {
		if err := c.mailExposure(exposure); err != nil {
			return err
		}
	}
	return nil
}

// unmailed returns the worst exposure of each team that is to be mailed.
func (c *change) unmailed(seen []models.Exposure) (due []unmailed, err error) {
	var environments []string
	for i := range seen {
		environments = append(environments, seen[i].EnvironmentID)
	}
	slices.Sort(environments)
	for some := range slices.Chunk(slices.Compact(environments), idsPerQuery) {
		var rows []unmailed
		err := c.Table("exposures").
			Select("exposures.*, environments.kind AS environment, keys.kind AS key_kind, "+
				"teams.id AS team_id, teams.name AS team, teams.slug AS team_slug").
			Joins("JOIN environments ON environments.id = exposures.environment_id").
			Joins("JOIN keys ON keys.id = exposures.key_id AND keys.state <> ?", models.Revoked).
			Joins("JOIN teams ON teams.id = environments.team_id AND teams.deleted_at IS NULL").
			Where("exposures.environment_id IN ?", some).
			Where("(settled_at IS NULL OR settled_at < last_seen_at)").
			Where("(exposure_mailed_at IS NULL OR exposure_mailed_at <= ? AND "+
				"(first_seen_at > exposure_mailed_at OR settled_at > exposure_mailed_at))",
				c.now.Add(-exposureMailPause)).
			Find(&rows).Error
		if err != nil {
			return nil, err
		}
		due = append(due, rows...)
	}
	slices.SortFunc(due, func(a, b unmailed) int { return byHarm(&a.Exposure, &b.Exposure) })
	told := map[string]bool{}
	return slices.DeleteFunc(due, func(exposure unmailed) bool {
		again := told[exposure.TeamID]
		told[exposure.TeamID] = true
		return again
	}), nil
}

// mailExposure mails the team's admins and owners of the exposure, and notes that
// they were mailed, unless another process has.
func (c *change) mailExposure(e unmailed) error {
	noted := c.Exec("UPDATE teams SET exposure_mailed_at = ? WHERE id = ? AND "+
		"(exposure_mailed_at IS NULL OR exposure_mailed_at <= ?)", c.now, e.TeamID, c.now.Add(-exposureMailPause))
	if noted.Error != nil || noted.RowsAffected == 0 {
		return noted.Error
	}
	var recipients []string
	err := c.Model(&models.User{}).Where("disabled_at IS NULL").
		Where("id IN (SELECT user_id FROM members WHERE team_id = ? AND role IN ?)",
			e.TeamID, []models.Role{models.Admin, models.Owner}).
		Order("email").Pluck("email", &recipients).Error
	for _, to := range recipients {
		if err == nil {
			err = c.mail(models.ExposureMail, to, models.MailContent{
				Team: e.Team, TeamSlug: e.TeamSlug, Environment: e.Environment, KeyKind: e.KeyKind, Exposure: e.Kind,
				Address: e.Address, UserAgent: e.UserAgent, Origin: e.Origin,
			})
		}
	}
	return err
}

package store

import (
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// What the desk's lists ask of agreements.

// teamsInState leaves the teams of a query that are in the state at the moment.
func teamsInState(rows *gorm.DB, state TeamState, now time.Time) *gorm.DB {
	const unlocked = "(SELECT team_id FROM agreement_covers WHERE starts_at <= ? AND (ends_at IS NULL OR ends_at > ?) " +
		"AND locked_at IS NULL AND closed_at IS NULL)"
	if state == TeamDeleted {
		return rows.Where("deleted_at IS NOT NULL")
	}
	if state != AnyTeam {
		rows = rows.Where("deleted_at IS NULL")
	}
	switch state {
	case TeamWaiting:
		return rows.Where("id IN (SELECT team_id FROM unlock_requests WHERE state = ?)", models.Pending)
	case TeamUnlocked:
		return rows.Where("id IN "+unlocked, now, now)
	case TeamLocked:
		return rows.Where("id NOT IN "+unlocked, now, now)
	case TeamEnding:
		return rows.Where("id IN (SELECT team_id FROM agreement_covers WHERE closed_at IS NULL AND "+
			"ends_at > ? AND ends_at <= ?)", now, now.Add(models.EndingSoon))
	}
	return rows
}

// agreementsFound are the ids of teams with an agreement whose reference a search finds.
func agreementsFound(db *gorm.DB, pattern string) *gorm.DB {
	return db.Raw(`SELECT team_id FROM agreements WHERE lower(reference) LIKE ? ESCAPE '\'`, pattern)
}

// endingSoon are the environments whose agreement ends within models.EndingSoon, the soonest first.
func endingSoon(db *gorm.DB, now time.Time) ([]Ending, error) {
	var covers []models.Cover
	if err := db.Where("closed_at IS NULL AND ends_at > ? AND ends_at <= ?", now, now.Add(models.EndingSoon)).
		Order("ends_at, environment_id").Limit(morningRows).Find(&covers).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(covers))
	for i, cover := range covers {
		ids[i] = cover.EnvironmentID
	}
	var rows []models.Environment
	if err := db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := addCovers(db, rows); err != nil {
		return nil, err
	}
	at, err := places(db, rows, func(e models.Environment) string { return e.ID })
	list := make([]Ending, 0, len(covers))
	for _, cover := range covers {
		for _, row := range rows {
			for _, c := range row.Covers {
				if c.AgreementID == cover.AgreementID && row.ID == cover.EnvironmentID {
					list = append(list, Ending{at[row.ID].team, row.Kind, c.Agreement.Reference, *c.EndsAt})
				}
			}
		}
	}
	return list, err
}

package store

import (
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// What the desk's lists ask of agreements.

// teamsInState leaves the teams of a query that are in the state at the moment.
func teamsInState(rows *gorm.DB, state TeamState, now time.Time) *gorm.DB {
	const unlocked = "(SELECT team_id FROM environments WHERE kind <> 'playground' AND unlocked_at IS NOT NULL AND " +
		"agreement_ends_at > ?)"
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
		return rows.Where("id IN "+unlocked, now)
	case TeamLocked:
		return rows.Where("id NOT IN "+unlocked, now)
	case TeamEnding:
		return rows.Where("id IN (SELECT team_id FROM environments WHERE unlocked_at IS NOT NULL AND "+
			"agreement_ends_at > ? AND agreement_ends_at <= ?)", now, now.Add(models.EndingSoon))
	}
	return rows
}

// agreementsFound are the ids of teams with an agreement whose reference a search finds.
func agreementsFound(db *gorm.DB, pattern string) *gorm.DB {
	return db.Raw(`SELECT team_id FROM environments WHERE lower(agreement) LIKE ? ESCAPE '\'`, pattern)
}

// endingSoon are the environments whose agreement ends within models.EndingSoon, the soonest first.
func endingSoon(db *gorm.DB, now time.Time) ([]Ending, error) {
	var rows []models.Environment
	if err := db.Where("unlocked_at IS NOT NULL AND agreement_ends_at > ? AND agreement_ends_at <= ?", now,
		now.Add(models.EndingSoon)).Order("agreement_ends_at, id").Limit(morningRows).Find(&rows).Error; err != nil {
		return nil, err
	}
	at, err := places(db, rows, func(e models.Environment) string { return e.ID })
	list := make([]Ending, len(rows))
	for i, row := range rows {
		list[i] = Ending{at[row.ID].team, row.Kind, row.Agreement, *row.AgreementEndsAt}
	}
	return list, err
}

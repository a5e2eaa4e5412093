package store

import (
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// What the desk's lists ask of agreements.

// teamsInState leaves the teams of a query that are in the state at the moment.
func teamsInState(rows *gorm.DB, state TeamState, now time.Time) *gorm.DB {
	const unlocked = "(SELECT team_id FROM agreement_covers WHERE starts_at <= @now AND " +
		"(ends_at IS NULL OR ends_at > @now) AND locked_at IS NULL)"
	at := map[string]any{"now": now, "soon": now.Add(models.EndingSoon)}
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
		return rows.Where("id IN "+unlocked, at)
	case TeamLocked:
		return rows.Where("id NOT IN "+unlocked, at)
	case TeamEnding:
		return rows.Where("id IN (SELECT team_id FROM agreement_covers WHERE "+endsSoon+")", at)
	}
	return rows
}

// endsSoon is the condition of covers that are in force and end before long.
const endsSoon = "starts_at <= @now AND ends_at > @now AND ends_at <= @soon"

// agreementsFound are the ids of teams with an agreement whose reference a search finds.
func agreementsFound(db *gorm.DB, pattern string) *gorm.DB {
	return db.Raw(`SELECT team_id FROM agreements WHERE lower(reference) LIKE ? ESCAPE '\'`, pattern)
}

// endingSoon are the environments whose agreement ends within models.EndingSoon, the soonest first.
func endingSoon(db *gorm.DB, now time.Time) ([]Ending, error) {
	var covers []models.Cover
	err := db.Where(endsSoon, map[string]any{"now": now, "soon": now.Add(models.EndingSoon)}).
		Order("ends_at, environment_id").Limit(morningRows).Find(&covers).Error
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(covers))
	for i, cover := range covers {
		ids[i] = cover.AgreementID
	}
	var agreements []models.Agreement
	if err := db.Where("id IN ?", ids).Find(&agreements).Error; err != nil {
		return nil, err
	}
	references := make(map[string]string, len(agreements))
	for _, agreement := range agreements {
		references[agreement.ID] = agreement.Reference
	}
	at, err := places(db, covers, func(c models.Cover) string { return c.EnvironmentID })
	list := make([]Ending, len(covers))
	for i, cover := range covers {
		of := at[cover.EnvironmentID]
		list[i] = Ending{of.team, of.kind, references[cover.AgreementID], *cover.EndsAt}
	}
	return list, err
}

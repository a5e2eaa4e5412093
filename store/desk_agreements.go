package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// What the desk's lists ask of agreements.

// inForce is the condition of a cover that unlocks its environment at a moment, given twice.
const inForce = "closed_at IS NULL AND locked_at IS NULL AND starts_at <= ? AND (ends_at IS NULL OR ends_at > ?)"

// teamsInState leaves the teams of a query that are in the state at the moment.
func teamsInState(rows *gorm.DB, state TeamState, now time.Time) *gorm.DB {
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
		return rows.Where("id IN (SELECT team_id FROM agreement_covers WHERE "+inForce+")", now, now)
	case TeamLocked:
		return rows.Where("id NOT IN (SELECT team_id FROM agreement_covers WHERE "+inForce+")", now, now)
	case TeamEnding:
		return rows.Where("id IN (SELECT team_id FROM agreement_covers WHERE closed_at IS NULL AND ends_at > ? AND "+
			"ends_at <= ?)", now, now.Add(models.EndingSoon))
	}
	return rows
}

// agreementsFound are the ids of teams with an agreement whose reference a search finds.
func agreementsFound(db *gorm.DB, pattern string) *gorm.DB {
	return db.Raw("SELECT team_id FROM agreements WHERE "+finds(db, "reference"), pattern)
}

// lookedAfter leaves the teams with an agreement that has not ended and that the engineer looks after.
func lookedAfter(rows *gorm.DB, engineerID string, now time.Time) *gorm.DB {
	return rows.Where("id IN (SELECT team_id FROM agreements WHERE engineer_id = ? AND (ends_at IS NULL OR ends_at > ?))",
		engineerID, now)
}

// endingSoon are the covers that end within models.EndingSoon, the soonest first.
func endingSoon(db *gorm.DB, now time.Time) ([]Ending, error) {
	var covers []models.Cover
	if err := db.Where("closed_at IS NULL AND ends_at > ? AND ends_at <= ?", now, now.Add(models.EndingSoon)).
		Order("ends_at, environment_id").Limit(morningRows).Find(&covers).Error; err != nil {
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
	at, err := places(db, covers, func(c models.Cover) string { return c.EnvironmentID })
	list := make([]Ending, len(covers))
	for i, cover := range covers {
		of := slices.IndexFunc(agreements, func(a models.Agreement) bool { return a.ID == cover.AgreementID })
		place := at[cover.EnvironmentID]
		list[i] = Ending{place.team, place.kind, agreements[of], *cover.EndsAt}
	}
	return list, err
}

// limitsReached are the environments of which a large part of the day's limit is used, the most first.
func limitsReached(db *gorm.DB, now time.Time) ([]DeskLimit, error) {
	var counts []struct {
		EnvironmentID string
		Count         int64
		Told          int
	}
	if err := db.Table("day_counts").Where("day = ? AND told > 0", models.DayNumber(now)).
		Order("told DESC, environment_id").Limit(morningRows).Find(&counts).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(counts))
	for i, count := range counts {
		ids[i] = count.EnvironmentID
	}
	at, err := places(db, ids, func(id string) string { return id })
	list := make([]DeskLimit, 0, len(counts))
	for _, count := range counts {
		if place, found := at[count.EnvironmentID]; found {
			list = append(list, DeskLimit{place.team, place.kind, count.Count, count.Told})
		}
	}
	return list, err
}

// lookersNames are the names of who looks after the agreements of environments, by their ids.
func lookersNames(db *gorm.DB, byTeam map[string][]models.Environment) (map[string]string, error) {
	var ids []string
	for _, environments := range byTeam {
		for _, environment := range environments {
			for _, cover := range environment.Covers {
				if id := cover.Agreement.EngineerID; id != "" && !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	var users []models.User
	err := db.Select("id, name").Where("id IN ?", ids).Find(&users).Error
	names := make(map[string]string, len(users))
	for _, user := range users {
		names[user.ID] = user.Name
	}
	return names, err
}

// lookersAfter are the names of who looks after the agreements of environments that are in force
// or to come, each once.
func lookersAfter(environments []models.Environment, names map[string]string, now time.Time) (list []string) {
	for _, environment := range environments {
		for _, cover := range environment.Covers {
			name := names[cover.Agreement.EngineerID]
			if name != "" && !cover.Ended(now) && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

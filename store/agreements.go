package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// AgreementFile is everything that the desk shows of an agreement.
type AgreementFile struct {
	Agreement    models.Agreement
	Terms        models.Terms // what it says now
	Team         models.Team
	Environments []models.Environment // of the team, with their covers
	Versions     []models.AgreementVersion
	Notes        []models.AgreementNote // newest first
	Engineers    map[string]string      // names of all engineers by id, those who left too
	Today        map[string]int64       // how many requests environments with a limit made today, by their ids
	Alike        []models.Team          // other teams with an agreement of the same reference; 20 at most
}

// Agreement returns one agreement.
func (d *Desk) Agreement(ctx context.Context, id string) (AgreementFile, error) {
	var file AgreementFile
	err := d.store.read(ctx, func(db *gorm.DB) (err error) {
		if err := db.Where("id = ?", id).Take(&file.Agreement).Error; err != nil {
			return err
		}
		if file.Terms, err = termsOf(db, file.Agreement); err != nil {
			return err
		}
		if err := db.Where("id = ?", file.Agreement.TeamID).Take(&file.Team).Error; err != nil {
			return err
		}
		environments, err := environmentsOf(db, []string{file.Team.ID})
		if err != nil {
			return err
		}
		file.Environments = environments[file.Team.ID]
		if err := db.Where("agreement_id = ?", id).Order("version DESC").Limit(versionsShown).
			Find(&file.Versions).Error; err != nil {
			return err
		}
		if err := db.Where("agreement_id = ?", id).Order("at DESC, id").Limit(versionsShown).
			Find(&file.Notes).Error; err != nil {
			return err
		}
		if file.Engineers, err = engineerNames(db); err != nil {
			return err
		}
		if file.Today, err = dayCountsOf(db, file.Environments, d.store.Now()); err != nil {
			return err
		}
		file.Alike, err = alike(db, file.Agreement.Reference, file.Team.ID)
		return err
	})
	return file, err
}

// versionsShown is how many versions and notes of an agreement are listed.
const versionsShown = 100

// Alike returns other teams than the one with the slug that have an agreement of this
// reference; 20 at most. That is allowed, and people are told.
func (d *Desk) Alike(ctx context.Context, reference, teamSlug string) (teams []models.Team, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		var team models.Team
		if err := db.Where("slug = ?", teamSlug).Take(&team).Error; err != nil {
			return err
		}
		teams, err = alike(db, reference, team.ID)
		return err
	})
	return teams, err
}

func alike(db *gorm.DB, reference, teamID string) (teams []models.Team, err error) {
	err = db.Where("id IN (SELECT team_id FROM agreements WHERE reference = ? AND team_id <> ? AND kind = ?)",
		reference, teamID, models.Ordinary).Order("slug").Limit(20).Find(&teams).Error
	return teams, err
}

// Engineers returns the names of solutions engineers by their ids.
func (d *Desk) Engineers(ctx context.Context) (names map[string]string, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		names, err = namesOf(db.Where("engineer AND disabled_at IS NULL"))
		return err
	})
	return names, err
}

func engineerNames(db *gorm.DB) (map[string]string, error) {
	return namesOf(db.Where("engineer OR id IN (SELECT engineer_id FROM agreements)"))
}

func namesOf(rows *gorm.DB) (map[string]string, error) {
	var users []models.User
	err := rows.Select("id, name").Find(&users).Error
	names := make(map[string]string, len(users))
	for _, user := range users {
		names[user.ID] = user.Name
	}
	return names, err
}

// termsOf returns what an agreement says now.
func termsOf(db *gorm.DB, a models.Agreement) (models.Terms, error) {
	terms := models.Terms{Reference: a.Reference, Signatory: a.Signatory, EngineerID: a.EngineerID, FirstAt: a.FirstAt}
	if a.EndsAt != nil {
		terms.EndsAt = *a.EndsAt
	}
	var covered []struct {
		Kind              models.EnvironmentKind
		StartsAt          time.Time
		EndsAt            *time.Time
		PerSecond, PerDay int
	}
	err := db.Table("agreement_covers").
		Select("environments.kind, agreement_covers.starts_at, agreement_covers.ends_at, per_second, per_day").
		Joins("JOIN environments ON environments.id = agreement_covers.environment_id").
		Where("agreement_covers.agreement_id = ?", a.ID).Find(&covered).Error
	for _, c := range covered {
		// What it ceased to cover before its own end is history.
		if sameMoment(c.EndsAt, a.EndsAt) {
			terms.Covers = append(terms.Covers, c.Kind)
			terms.PerSecond, terms.PerDay = c.PerSecond, c.PerDay
		}
	}
	slices.Sort(terms.Covers)
	return terms, err
}

func sameMoment(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

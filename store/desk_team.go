package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/dataset"
)

// TeamFile is everything the desk shows of one team. Keys come without what is
// sealed in them.
type TeamFile struct {
	Team         models.Team
	Environments []models.Environment
	Keys         map[string][]models.Key // by environment id
	People       []Person
	Requests     []models.UnlockRequest // newest first
	Agreements   []models.Agreement     // that have not ended, newest first; 20 at most
	Activity     []models.AuditEvent    // newest first
	Interactions map[string]int         // how many, by environment id
	Invitations  []models.Invitation    // open ones, newest first
	Notes        []models.TeamNote      // of engineers for each other, newest first
	Today        map[string]int64       // requests let in since midnight, UTC, by environment id
	Week         map[string]int64       // likewise, of the last 7 days
	Counted      map[string]int64       // requests of today's limit, by the ids of environments that have one
}

// Team returns the file of one team.
func (d *Desk) Team(ctx context.Context, slug string) (TeamFile, error) {
	file := TeamFile{Keys: map[string][]models.Key{}, Interactions: map[string]int{}}
	err := d.store.read(ctx, func(db *gorm.DB) (err error) {
		if err := db.Where("slug = ?", slug).Take(&file.Team).Error; err != nil {
			return err
		}
		environments, err := environmentsOf(db, []string{file.Team.ID})
		if err != nil {
			return err
		}
		file.Environments = environments[file.Team.ID]
		for _, environment := range file.Environments {
			if file.Keys[environment.ID], err = keysOf(db, environment.ID); err != nil {
				return err
			}
			counts, err := dataset.Counts(db, environment.DataSetID)
			if err != nil {
				return err
			}
			file.Interactions[environment.ID] = int(counts.Interactions)
		}
		if err := db.Where("team_id = ? AND "+openInvitation, file.Team.ID).Order("created_at DESC, id").
			Find(&file.Invitations).Error; err != nil {
			return err
		}
		if file.Notes, err = notesOf(db, file.Team.ID); err != nil {
			return err
		}
		now := d.store.Now()
		if file.Today, err = requestsSince(db, environments, midnight(now)); err != nil {
			return err
		}
		if file.Week, err = requestsSince(db, environments, now.AddDate(0, 0, -7).Truncate(time.Hour)); err != nil {
			return err
		}
		if file.Counted, err = dayCountsOf(db, file.Environments, now); err != nil {
			return err
		}
		if file.People, err = people(db, file.Team.ID); err != nil {
			return err
		}
		if err := db.Where("team_id = ?", file.Team.ID).Order("created_at DESC, id DESC").Limit(20).
			Find(&file.Requests).Error; err != nil {
			return err
		}
		if err := db.Where("team_id = ? AND (ends_at IS NULL OR ends_at > ?)", file.Team.ID, d.store.Now()).
			Order("created_at DESC, id").Limit(20).Find(&file.Agreements).Error; err != nil {
			return err
		}
		var activity models.List[models.AuditEvent]
		activity, err = auditEvents(db.Where("team_id = ?", file.Team.ID), models.Cursor{}, 20)
		file.Activity = activity.Rows
		return err
	})
	return file, err
}

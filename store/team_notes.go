package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// maxNotes is how many notes of a team are shown, the latest.
const maxNotes = 100

// AddNote writes about a team for other solutions engineers. The team never reads it, so that its
// line is not in the team's activity list either.
func (d *Desk) AddNote(ctx context.Context, teamSlug, text string) error {
	return d.change(ctx, models.ViewDesk, func(c *change) error {
		var team models.Team
		if err := c.Where("slug = ?", teamSlug).Take(&team).Error; err != nil {
			return err
		}
		text, err := models.CheckNote(text)
		if err != nil {
			return err
		}
		note := models.TeamNote{TeamID: team.ID, At: c.now, By: c.actor.Sign(models.AsEngineer), Text: text}
		if err := c.create(&note); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.TeamNoted, SubjectID: team.ID,
			Detail: models.AuditDetail{Subject: team.Name}}, models.AsEngineer)
	})
}

// notesOf returns the latest notes about a team, the latest first.
func notesOf(db *gorm.DB, teamID string) (notes []models.TeamNote, err error) {
	err = db.Where("team_id = ?", teamID).Order("id DESC").Limit(maxNotes).Find(&notes).Error
	return notes, err
}

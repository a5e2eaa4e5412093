package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// View lets the actor look at a team's pages for models.ViewingLife as a viewer of the team would
// see them, for a reason that the team reads. It is Conflict when the team does not allow it, and
// for a member, who sees them anyhow.
func (d *Desk) View(ctx context.Context, teamSlug, reason string) (models.Team, error) {
	var team models.Team
	err := d.change(ctx, models.ViewAsTeam, func(c *change) error {
		if err := c.lock().Where("slug = ? AND deleted_at IS NULL AND NOT open_to_guests", teamSlug).Take(&team).
			Error; err != nil {
			return err
		}
		viewing, err := models.NewViewing(team, c.actor.Sign(models.AsEngineer), reason, c.now)
		if err != nil {
			return err
		}
		if team.RefusesViewing {
			return models.Errorf(models.Conflict, "The owners of %s do not let solutions engineers view its pages.",
				models.Isolated(team.Name))
		}
		_, err = memberOf(c.DB, team.ID, c.actor.UserID)
		switch {
		case err == nil:
			return models.Errorf(models.Conflict, "You are a member of %s: open its pages as one.", models.Isolated(team.Name))
		case !errors.Is(err, gorm.ErrRecordNotFound):
			return err
		}
		if err := c.endViewings("team_id = ? AND by_id = ?", team.ID, c.actor.UserID); err != nil {
			return err
		}
		if err := c.create(&viewing); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.ViewingBegun, TeamID: team.ID, SubjectID: viewing.ID,
			Detail: models.AuditDetail{Note: viewing.Reason, EndsAt: &viewing.EndsAt}}, models.AsEngineer)
	})
	return team, err
}

// Leave ends the actor's viewing of a team's pages, if it goes on still.
func (d *Desk) Leave(ctx context.Context, teamSlug string) error {
	return d.change(ctx, models.ViewAsTeam, func(c *change) error {
		var team models.Team
		if err := c.lock().Where("slug = ?", teamSlug).Take(&team).Error; err != nil {
			return err
		}
		viewing, err := viewingOf(c.lock(), team, c.actor, c.now)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errUnchanged
		}
		if err != nil {
			return err
		}
		if err := c.endViewings("id = ?", viewing.ID); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.ViewingEnded, TeamID: team.ID, SubjectID: viewing.ID},
			models.AsEngineer)
	})
}

// endViewings ends those that go on still and meet the condition.
func (c *change) endViewings(condition string, args ...any) error {
	return c.Model(&models.Viewing{}).Where("ends_at > ?", c.now).Where(condition, args...).Update("ends_at", c.now).Error
}

// viewingOf returns the actor's viewing of the team that goes on. It is NotFound when there is
// none, when the team does not allow it any more, and for whoever is no engineer any more.
func viewingOf(db *gorm.DB, team models.Team, actor models.Actor, now time.Time) (viewing models.Viewing,
	err error) {
	if actor.UserID == "" || team.RefusesViewing || team.DeletedAt != nil {
		return viewing, gorm.ErrRecordNotFound
	}
	err = db.Where("team_id = ? AND by_id = ? AND ends_at > ?", team.ID, actor.UserID, now).
		Where("by_id IN (SELECT id FROM users WHERE engineer AND disabled_at IS NULL)").
		Order("ends_at DESC").Take(&viewing).Error
	return viewing, err
}

// PageSeen writes into the team's activity list that the actor, who views the team's pages as a
// solutions engineer, opens one of them; again says that an open page refreshes itself, which is
// no news as long as it is the same page. The page must not be shown when it fails. Of members
// nothing is written.
func (t *TeamScope) PageSeen(ctx context.Context, page string, again bool) error {
	if t.Viewing == nil {
		return nil
	}
	if again && t.Viewing.LastPage == page {
		return nil
	}
	engineer := t.actor
	engineer.Viewing = "" // this line is all that a viewing writes
	return t.store.change(ctx, engineer, func(c *change) error {
		var team models.Team
		if err := c.lock().Where("id = ?", t.Team.ID).Take(&team).Error; err != nil {
			return err
		}
		viewing, err := viewingOf(c.lock(), team, c.actor, c.now)
		if err != nil {
			return err
		}
		viewing.LastPage = page
		if err := c.update(&viewing, "last_page"); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.PageViewed, TeamID: team.ID, SubjectID: viewing.ID,
			Detail: models.AuditDetail{Text: page}}, models.AsEngineer)
	})
}

// RefuseViewing says whether solutions engineers are kept from viewing the team's pages. Those who
// do at the moment see no more of them.
func (t *TeamScope) RefuseViewing(ctx context.Context, refuses bool) error {
	return t.changeTeam(ctx, models.ManageOwnership, func(c *change, team models.Team, _ models.Role) error {
		team.RefusesViewing = refuses
		if err := c.update(&team, "refuses_viewing"); err != nil {
			return err
		}
		text := "solutions engineers may view its pages"
		if refuses {
			text = "solutions engineers may not view its pages"
			if err := c.endViewings("team_id = ?", team.ID); err != nil {
				return err
			}
		}
		return c.auditTeam(models.TeamChanged, team, text)
	})
}

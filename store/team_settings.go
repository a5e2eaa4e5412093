package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// formerSlug is a name in addresses that a team had before.
type formerSlug struct {
	Slug      string `gorm:"primaryKey"`
	TeamID    string
	CreatedAt time.Time
}

// Rename gives the team another name, and another name in addresses. The old
// name in addresses keeps leading to the team.
func (t *TeamScope) Rename(ctx context.Context, name, slug string) (models.Team, error) {
	var renamed models.Team
	err := t.changeTeam(ctx, models.ManageTeam, func(c *change, team models.Team, _ models.Role) error {
		name, err := models.CheckTeamName(name)
		if err != nil {
			return err
		}
		if slug != team.Slug {
			if err := c.takeSlug(team, slug); err != nil {
				return err
			}
		}
		team.Name, team.SortKey, team.Slug = name, sortKey(name), slug
		renamed = team
		if err := c.update(&team, "name", "sort_key", "slug"); err != nil {
			return err
		}
		for _, environment := range t.Environments {
			c.keysChanged(environment.ID)
		}
		return c.auditTeam(models.TeamChanged, team, "name: "+models.Isolated(name)+", address: "+slug)
	})
	return renamed, err
}

// takeSlug lets the team take a new slug, or one that it had before.
func (c *change) takeSlug(team models.Team, slug string) error {
	var own formerSlug
	err := c.Where("slug = ? AND team_id = ?", slug, team.ID).Take(&own).Error
	switch {
	case err == nil:
		err = c.Where("slug = ?", slug).Delete(&formerSlug{}).Error
	case errors.Is(err, gorm.ErrRecordNotFound):
		err = c.freeSlug(slug)
	}
	if err != nil {
		return err
	}
	return c.create(&formerSlug{Slug: team.Slug, TeamID: team.ID, CreatedAt: c.now})
}

// SetProductionSecretRole says who may view Production's secret key: developers
// and above, or admins and above.
func (t *TeamScope) SetProductionSecretRole(ctx context.Context, role models.Role) error {
	if role != models.Developer && role != models.Admin {
		return models.InvalidField("production_secret_role", "Choose who may view the key.")
	}
	return t.changeTeam(ctx, models.ManageTeam, func(c *change, team models.Team, _ models.Role) error {
		team.ProductionSecretRole = role
		if err := c.update(&team, "production_secret_role"); err != nil {
			return err
		}
		return c.auditTeam(models.TeamChanged, team, "who may view Production's secret key: "+string(role)+" and above")
	})
}

// RequireSecondFactor says whether members need a second factor. Whoever has
// none is asked to add one before anything else.
func (t *TeamScope) RequireSecondFactor(ctx context.Context, required bool) error {
	return t.changeTeam(ctx, models.ManageOwnership, func(c *change, team models.Team, _ models.Role) error {
		team.SecondFactorRequired = required
		if err := c.update(&team, "second_factor_required"); err != nil {
			return err
		}
		text := "second factor: not required"
		if required {
			text = "second factor: required"
		}
		return c.auditTeam(models.TeamChanged, team, text)
	})
}

// Delete ends the team, whose name the owner typed to confirm: it is gone for
// its members, and its keys are revoked for ever. A solutions engineer can
// restore it for models.TeamKept.
func (t *TeamScope) Delete(ctx context.Context, typedName string) error {
	return t.changeTeam(ctx, models.ManageOwnership, func(c *change, team models.Team, _ models.Role) error {
		if typedName != team.Name {
			return models.InvalidField("confirm", "Type the team's name, %s, to confirm.", models.Isolated(team.Name))
		}
		if err := c.revokeAll(team); err != nil {
			return err
		}
		by := c.actor.Sign(models.AsMember)
		ended := map[string]any{"state": models.Withdrawn, "decided_at": c.now, "decided_by_id": by.ID,
			"decided_by_name": by.Name, "decided_by_capacity": by.Capacity}
		if err := c.Model(&models.UnlockRequest{}).Where("team_id = ? AND state = ?", team.ID, models.Pending).
			Updates(ended).Error; err != nil {
			return err
		}
		if err := c.Model(&models.Invitation{}).Where("team_id = ? AND "+openInvitation, team.ID).
			Update("withdrawn_at", c.now).Error; err != nil {
			return err
		}
		team.DeletedAt, team.DeletedBy = &c.now, by
		if err := c.update(&team, "deleted_at", "deleted_by_id", "deleted_by_name", "deleted_by_capacity"); err != nil {
			return err
		}
		return c.auditTeam(models.TeamDeleted, team, "")
	})
}

// revokeAll revokes every key of the team at once. It holds the environments, so
// that no key is issued meanwhile.
func (c *change) revokeAll(team models.Team) error {
	var environments []models.Environment
	if err := c.lock().Where("team_id = ?", team.ID).Order("id").Find(&environments).Error; err != nil {
		return err
	}
	for _, environment := range environments {
		if err := c.revokeAllIn(environment); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) revokeAllIn(environment models.Environment) error {
	var keys []models.Key
	if err := c.lock().Where("environment_id = ? AND state <> ?", environment.ID, models.Revoked).Order("id").
		Find(&keys).Error; err != nil {
		return err
	}
	for _, key := range keys {
		if key.StateAt(c.now) == models.Revoked {
			continue // its time is over; the sweep writes it down
		}
		revocation := models.Revocation{Reason: models.Other, Note: "The team was deleted."}
		if _, err := c.revoke(environment, key, revocation, false, models.AsMember); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) auditTeam(action models.AuditAction, team models.Team, text string) error {
	return c.audit(models.AuditEvent{Action: action, TeamID: team.ID,
		Detail: models.AuditDetail{Subject: team.Name, Text: text}}, models.AsMember)
}

// RestoreTeam brings a deleted team back. Its keys stay revoked: the team gets
// itself new ones.
func (d *Desk) RestoreTeam(ctx context.Context, slug string) (models.Team, error) {
	var team models.Team
	err := d.change(ctx, models.RestoreTeam, func(c *change) error {
		if err := c.lock().Where("slug = ?", slug).Take(&team).Error; err != nil {
			return err
		}
		if team.DeletedAt == nil {
			return models.Errorf(models.Conflict, "%s is not deleted.", models.Isolated(team.Name))
		}
		if !c.now.Before(team.DeletedAt.Add(models.TeamKept)) {
			return models.Errorf(models.Conflict, "%s was deleted more than 30 days ago and cannot be restored.",
				models.Isolated(team.Name))
		}
		team.DeletedAt, team.DeletedBy = nil, models.Signature{}
		if err := c.update(&team, "deleted_at", "deleted_by_id", "deleted_by_name", "deleted_by_capacity"); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.TeamRestored, TeamID: team.ID,
			Detail: models.AuditDetail{Subject: team.Name}}, models.AsEngineer)
	})
	return team, err
}

package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// ChangeRole gives a member another role. Owners are made and unmade by owners
// only, and the last one stays.
func (t *TeamScope) ChangeRole(ctx context.Context, userID string, role models.Role) error {
	if !role.Valid() {
		return models.InvalidField("role", "Choose a role.")
	}
	return t.changeTeam(ctx, models.ManageMembers, func(c *change, team models.Team, actorRole models.Role) error {
		member, name, err := c.member(team, userID)
		if err != nil {
			return err
		}
		if !actorRole.MayManage(member.Role) || !actorRole.MayManage(role) {
			return models.Errorf(models.Forbidden, "Only an owner may make or unmake an owner.")
		}
		if member.Role == role {
			return models.Errorf(models.Conflict, "%s has this role already.", models.Isolated(name))
		}
		if err := c.keepsOwner(team, member, role); err != nil {
			return err
		}
		if err := c.setRole(team, userID, role); err != nil {
			return err
		}
		return c.auditMember(models.MemberRoleChanged, team, userID, name, role)
	})
}

// RemoveMember takes a member out of the team.
func (t *TeamScope) RemoveMember(ctx context.Context, userID string) error {
	return t.changeTeam(ctx, models.ManageMembers, func(c *change, team models.Team, actorRole models.Role) error {
		member, name, err := c.member(team, userID)
		if err != nil {
			return err
		}
		if !actorRole.MayManage(member.Role) {
			return models.Errorf(models.Forbidden, "Only an owner may remove an owner.")
		}
		return c.removeMember(team, member, name, models.MemberRemoved)
	})
}

// Leave takes the actor out of the team.
func (t *TeamScope) Leave(ctx context.Context) error {
	return t.changeTeam(ctx, models.ViewPeople, func(c *change, team models.Team, _ models.Role) error {
		member, name, err := c.member(team, t.actor.UserID)
		if err != nil {
			return err
		}
		return c.removeMember(team, member, name, models.MemberLeft)
	})
}

// HandOver makes another member an owner, and the actor an admin.
func (t *TeamScope) HandOver(ctx context.Context, userID string) error {
	return t.changeTeam(ctx, models.ManageOwnership, func(c *change, team models.Team, _ models.Role) error {
		member, name, err := c.member(team, userID)
		if err != nil {
			return err
		}
		if userID == t.actor.UserID || member.Role == models.Owner {
			return models.Errorf(models.Conflict, "%s is an owner already.", models.Isolated(name))
		}
		if err := c.setRole(team, userID, models.Owner); err != nil {
			return err
		}
		if err := c.setRole(team, t.actor.UserID, models.Admin); err != nil {
			return err
		}
		return c.auditMember(models.OwnershipHanded, team, userID, name, models.Owner)
	})
}

// member finds a member of the team, with the person's name.
func (c *change) member(team models.Team, userID string) (member models.Member, name string, err error) {
	if err = c.lock().Where("team_id = ? AND user_id = ?", team.ID, userID).Take(&member).Error; err != nil {
		return member, "", err
	}
	var user models.User
	err = c.Where("id = ?", userID).Take(&user).Error
	return member, user.Name, err
}

// keepsOwner fails with Conflict when the member is the last owner and would
// not be one any more. The team's row is held (changeTeam), so that of two last
// owners who leave at once, one is counted after the other has gone.
func (c *change) keepsOwner(team models.Team, member models.Member, becomes models.Role) error {
	if member.Role != models.Owner || becomes == models.Owner {
		return nil
	}
	var owners int64
	if err := c.Model(&models.Member{}).Where("team_id = ? AND role = ?", team.ID, models.Owner).Count(&owners).
		Error; err != nil {
		return err
	}
	if owners < 2 {
		return models.Errorf(models.Conflict, "A team needs an owner. Hand the ownership over first.")
	}
	return nil
}

func (c *change) setRole(team models.Team, userID string, role models.Role) error {
	return c.Model(&models.Member{}).Where("team_id = ? AND user_id = ?", team.ID, userID).Update("role", role).Error
}

func (c *change) removeMember(team models.Team, member models.Member, name string, action models.AuditAction) error {
	if err := c.keepsOwner(team, member, models.Nobody); err != nil {
		return err
	}
	if err := c.Where("team_id = ? AND user_id = ?", team.ID, member.UserID).Delete(&models.Member{}).
		Error; err != nil {
		return err
	}
	return c.auditMember(action, team, member.UserID, name, member.Role)
}

func (c *change) auditMember(action models.AuditAction, team models.Team, userID, name string, role models.Role) error {
	if err := c.audit(models.AuditEvent{
		Action: action, TeamID: team.ID, SubjectID: userID, Detail: models.AuditDetail{Subject: name, Role: role},
	}, models.AsMember); err != nil {
		return err
	}
	event := models.MemberRoleChangedEvent
	if action == models.MemberRemoved || action == models.MemberLeft {
		event = models.MemberRemovedEvent
	}
	return c.notifyOfMember(event, team, userID, name, role, models.AsMember)
}

// notifyOfMember tells of who belongs to a team, and as what.
func (c *change) notifyOfMember(event models.Event, team models.Team, userID, name string, role models.Role,
	as models.Capacity) error {
	return c.notify(models.Notification{
		Event: event, TeamID: team.ID, SubjectID: userID, Actor: models.Signature{Capacity: as},
		Detail: models.NotificationDetail{People: []string{userID}, Subject: name, Role: role},
	})
}

// LacksSecondFactor reports whether the team asks its members for a second
// factor and the actor has none.
func (t *TeamScope) LacksSecondFactor(ctx context.Context) (bool, error) {
	if !t.Team.SecondFactorRequired || !t.Role.Valid() {
		return false, nil
	}
	var has bool
	err := t.store.read(ctx, func(db *gorm.DB) (err error) {
		has, err = hasSecondFactor(db, t.actor.UserID)
		return err
	})
	return !has, err
}

func hasSecondFactor(db *gorm.DB, userID string) (bool, error) {
	var count int64
	err := db.Model(&models.User{}).Where(
		"id = ? AND (totp_confirmed_at IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.user_id = "+
			"users.id))", userID,
	).Count(&count).Error
	return count > 0, err
}

// Person is a member of a team with the user's name and address.
type Person struct {
	UserID       string
	Name, Email  string
	Role         models.Role
	Since        time.Time
	SecondFactor bool
}

// Cursor is where the person stands in a list.
func (p Person) Cursor() models.Cursor { return models.Cursor{ID: p.UserID} }

func people(db *gorm.DB, teamID string) ([]Person, error) {
	var list []Person
	err := db.Table("members").
		Select("users.id AS user_id, users.name, users.email, members.role, members.created_at AS since, "+
			"(users.totp_confirmed_at IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.user_id = "+
			"users.id)) AS second_factor").
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.team_id = ?", teamID).Order("users.email").Find(&list).Error
	slices.SortStableFunc(list, func(a, b Person) int { return CompareNames(a.Name, b.Name) })
	return list, err
}

// People returns the team's members by name.
func (t *TeamScope) People(ctx context.Context) ([]Person, error) {
	var list []Person
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) (err error) {
		list, err = people(db, t.Team.ID)
		return err
	})
	return list, err
}

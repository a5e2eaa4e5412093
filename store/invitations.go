package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
)

// openInvitation is the condition of one that can still be accepted or renewed.
const openInvitation = "accepted_at IS NULL AND withdrawn_at IS NULL"

// Invitations returns the team's open invitations, newest first, lapsed ones
// among them.
func (t *TeamScope) Invitations(ctx context.Context) ([]models.Invitation, error) {
	var rows []models.Invitation
	err := t.read(ctx, models.ViewPeople, func(db *gorm.DB) error {
		return db.Where("team_id = ? AND "+openInvitation, t.Team.ID).Order("created_at DESC, id").Find(&rows).Error
	})
	return rows, err
}

// Invite mails an invitation to the address, which the caller has normalised, and returns
// its token: for whoever hands the link over where there is no mail server. An open
// invitation of the same address gets the new role and a new link.
func (t *TeamScope) Invite(ctx context.Context, email string, role models.Role) (token string, err error) {
	err = t.changeTeam(ctx, models.ManageMembers, func(c *change, team models.Team, actorRole models.Role) error {
		if !role.Valid() {
			return models.InvalidField("role", "Choose a role.")
		}
		if !actorRole.MayManage(role) {
			return models.Errorf(models.Forbidden, "Only an owner may invite an owner.")
		}
		if err := c.notMember(team, email); err != nil {
			return err
		}
		if err := c.mayReplaceInvitation(team, email, actorRole); err != nil {
			return err
		}
		token, err = c.invite(team, email, role, models.AsMember)
		return err
	})
	return token, err
}

func (c *change) notMember(team models.Team, email string) error {
	var count int64
	err := c.Model(&models.Member{}).
		Where("team_id = ? AND user_id = (SELECT id FROM users WHERE email = ?)", team.ID, email).Count(&count).Error
	if err == nil && count > 0 {
		err = models.InvalidField("email", "This person is a member already. Change the role in the list.")
	}
	return err
}

// mayReplaceInvitation fails with Forbidden when the address has an open
// invitation that the role may not change.
func (c *change) mayReplaceInvitation(team models.Team, email string, role models.Role) error {
	var open models.Invitation
	err := c.Where("team_id = ? AND email = ? AND "+openInvitation, team.ID, email).Take(&open).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err == nil && !role.MayManage(open.Role) {
		err = errOwnersInvitation()
	}
	return err
}

func errOwnersInvitation() error {
	return models.Errorf(models.Forbidden, "Only an owner may change the invitation of an owner.")
}

// invite makes or renews the invitation of the address, mails its link, and returns the link's token.
func (c *change) invite(team models.Team, email string, role models.Role, as models.Capacity) (string, error) {
	var invitation models.Invitation
	token, digest := models.NewToken()
	err := c.lock().Where("team_id = ? AND email = ? AND "+openInvitation, team.ID, email).Take(&invitation).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		if err := c.hasRoom(team); err != nil {
			return "", err
		}
		invitation = models.Invitation{ID: models.NewID(), TeamID: team.ID, Email: email, CreatedAt: c.now,
			CreatedBy: c.actor.Sign(as)}
		invitation.Renew(role, digest, c.now)
		err = c.create(&invitation)
	case err == nil:
		invitation.Renew(role, digest, c.now)
		err = c.update(&invitation, "role", "digest", "expires_at")
	}
	if err != nil {
		return "", err
	}
	if err := c.mail(models.InvitationMail, email,
		models.MailContent{Token: token, Team: team.Name, By: c.actor.Name, Role: role}); err != nil {
		return "", err
	}
	if err := c.audit(models.AuditEvent{
		Action: models.MemberInvited, TeamID: team.ID, SubjectID: invitation.ID,
		Detail: models.AuditDetail{Subject: email, Role: role},
	}, as); err != nil {
		return "", err
	}
	return token, c.notify(models.Notification{
		Event: models.MemberInvitedEvent, TeamID: team.ID, SubjectID: invitation.ID,
		Actor: models.Signature{Capacity: as}, Detail: models.NotificationDetail{Subject: email, Role: role},
	})
}

// maxPeople is how many members and open invitations a team has at most, since pages list
// all of them.
const maxPeople = 1000

// hasRoom fails with Conflict when nobody more can be invited to the team, which the
// change holds.
func (c *change) hasRoom(team models.Team) error {
	var members, invited int64
	if err := c.Model(&models.Member{}).Where("team_id = ?", team.ID).Count(&members).Error; err != nil {
		return err
	}
	err := c.Model(&models.Invitation{}).Where("team_id = ? AND "+openInvitation, team.ID).Count(&invited).Error
	if err == nil && members+invited >= maxPeople {
		err = models.Errorf(models.Conflict, "The team has %d members and open invitations, and cannot have more. "+
			"Withdraw invitations that nobody accepts, or remove members who have left.", members+invited)
	}
	return err
}

// ResendInvitation mails a new link for the invitation; the old one stops
// working.
func (t *TeamScope) ResendInvitation(ctx context.Context, id string) error {
	return t.changeInvitation(ctx, id, func(c *change, team models.Team, invitation models.Invitation) error {
		_, err := c.invite(team, invitation.Email, invitation.Role, models.AsMember)
		return err
	})
}

// InvitationLink makes a new link for the invitation, which nobody is mailed, and returns its
// token: for whoever hands it over where there is no mail server. The old link stops working.
func (t *TeamScope) InvitationLink(
	ctx context.Context, id string,
) (token string, invited models.Invitation, err error) {
	err = t.changeInvitation(ctx, id, func(c *change, team models.Team, invitation models.Invitation) (err error) {
		token, invited, err = c.showInvitation(team, invitation, models.AsMember)
		return err
	})
	return token, invited, err
}

// InvitationLink is TeamScope.InvitationLink for a solutions engineer, who hands over the link of a new team's owner.
func (d *Desk) InvitationLink(ctx context.Context, id string) (token string, invited models.Invitation, err error) {
	err = d.change(ctx, models.CreateTeam, func(c *change) error {
		var team models.Team
		if err := c.lock().Where("id = (SELECT team_id FROM invitations WHERE id = ?) AND deleted_at IS NULL", id).
			Take(&team).Error; err != nil {
			return err
		}
		invitation, err := c.openInvitation(team, id)
		if err != nil {
			return err
		}
		token, invited, err = c.showInvitation(team, invitation, models.AsEngineer)
		return err
	})
	return token, invited, err
}

func (c *change) showInvitation(team models.Team, invitation models.Invitation,
	as models.Capacity) (string, models.Invitation, error) {
	token, digest := models.NewToken()
	invitation.Renew(invitation.Role, digest, c.now)
	if err := c.update(&invitation, "digest", "expires_at"); err != nil {
		return "", invitation, err
	}
	return token, invitation, c.audit(models.AuditEvent{
		Action: models.InvitationShown, TeamID: team.ID, SubjectID: invitation.ID,
		Detail: models.AuditDetail{Subject: invitation.Email},
	}, as)
}

// WithdrawInvitation ends the invitation.
func (t *TeamScope) WithdrawInvitation(ctx context.Context, id string) error {
	return t.changeInvitation(ctx, id, func(c *change, team models.Team, invitation models.Invitation) error {
		invitation.WithdrawnAt = &c.now
		if err := c.update(&invitation, "withdrawn_at"); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{
			Action: models.InvitationEnded, TeamID: team.ID, SubjectID: id,
			Detail: models.AuditDetail{Subject: invitation.Email},
		}, models.AsMember)
	})
}

func (t *TeamScope) changeInvitation(ctx context.Context, id string,
	steps func(c *change, team models.Team, invitation models.Invitation) error) error {
	return t.changeTeam(ctx, models.ManageMembers, func(c *change, team models.Team, role models.Role) error {
		invitation, err := c.openInvitation(team, id)
		if err != nil {
			return err
		}
		if !role.MayManage(invitation.Role) {
			return errOwnersInvitation()
		}
		return steps(c, team, invitation)
	})
}

// openInvitation locks an invitation of the team. It is Conflict once it was accepted or
// withdrawn.
func (c *change) openInvitation(team models.Team, id string) (invitation models.Invitation, err error) {
	if err := c.lock().Where("id = ? AND team_id = ?", id, team.ID).Take(&invitation).Error; err != nil {
		return invitation, err
	}
	if invitation.AcceptedAt != nil || invitation.WithdrawnAt != nil {
		return invitation, invitation.Usable(c.now)
	}
	return invitation, nil
}

// Invited is an invitation as its receiver sees it.
type Invited struct {
	Invitation models.Invitation
	Team       models.Team
	HasAccount bool // there is an account with the invited address
}

// Invitation returns the invitation with the token. It is NotFound when there
// never was one or the team is gone, and Conflict when it cannot be accepted any
// more.
func (s *Store) Invitation(ctx context.Context, token string) (Invited, error) {
	var invited Invited
	err := s.read(ctx, func(db *gorm.DB) error {
		if err := db.Where("digest = ?", models.TokenDigest(token)).Take(&invited.Invitation).Error; err != nil {
			return err
		}
		if err := db.Where("id = ? AND deleted_at IS NULL", invited.Invitation.TeamID).Take(&invited.Team).
			Error; err != nil {
			return err
		}
		var count int64
		err := db.Model(&models.User{}).Where("email = ?", invited.Invitation.Email).Count(&count).Error
		invited.HasAccount = count > 0
		return err
	})
	if err == nil {
		err = invited.Invitation.Usable(s.Now())
	}
	return invited, err
}

// AcceptInvitation makes the actor a member. The link works once, and only for
// the account with the invited address.
func (s *Store) AcceptInvitation(ctx context.Context, actor models.Actor, token string) (models.Team, error) {
	var team models.Team
	err := s.change(ctx, actor, func(c *change) error {
		var user models.User
		if err := c.lock().Where("id = ? AND disabled_at IS NULL", actor.UserID).Take(&user).Error; err != nil {
			return err
		}
		invitation, err := c.takeInvitation(token, &team)
		if err != nil {
			return err
		}
		if invitation.Email != user.Email {
			return models.Errorf(models.Forbidden,
				"This invitation is for %s, and you are signed in as %s. Sign out and open the link again.",
				invitation.Email, user.Email)
		}
		return c.addMember(team, user.ID, invitation.Role, models.AsMember)
	})
	return team, err
}

// AcceptInvitationAs makes the account that the invitation is for, and the
// account's owner a member. The hash is empty for somebody who signs in
// elsewhere.
func (s *Store) AcceptInvitationAs(ctx context.Context, visitor models.Actor, token, name,
	passwordHash string) (user models.User, team models.Team, err error) {
	err = s.change(ctx, visitor, func(c *change) error {
		invitation, err := c.takeInvitation(token, &team)
		if err != nil {
			return err
		}
		user = models.User{ID: models.NewID(), Email: invitation.Email, Name: name, PasswordHash: passwordHash}
		if user, err = c.createOwnUser(user); err != nil {
			return err
		}
		return c.addMember(team, user.ID, invitation.Role, models.AsMember)
	})
	return user, team, err
}

// takeInvitation spends the invitation, and finds its team. It holds the team
// first, as changes of the team do.
func (c *change) takeInvitation(token string, team *models.Team) (models.Invitation, error) {
	var invitation models.Invitation
	digest := models.TokenDigest(token)
	if err := c.lock().Where("id = (SELECT team_id FROM invitations WHERE digest = ?) AND deleted_at IS NULL", digest).
		Take(team).Error; err != nil {
		return invitation, err
	}
	if err := c.lock().Where("digest = ?", digest).Take(&invitation).Error; err != nil {
		return invitation, err
	}
	if err := invitation.Usable(c.now); err != nil {
		return invitation, err
	}
	invitation.AcceptedAt = &c.now
	return invitation, c.update(&invitation, "accepted_at")
}

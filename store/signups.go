package store

import (
	"context"

	"dojo/models"
)

// RequestSignup mails the address a link that makes an account with a team. Who
// has an account is told so by mail instead; the answer is the same.
func (s *Store) RequestSignup(ctx context.Context, visitor models.Actor, email string) error {
	return s.change(ctx, visitor, func(c *change) error {
		_, known, err := c.userByEmail(email)
		if err != nil {
			return err
		}
		token, err := c.createLink(models.Link{Purpose: models.SignupLink, Email: email})
		if err != nil {
			return err
		}
		kind, content := models.SignupMail, models.MailContent{Token: token}
		if known {
			kind, content = models.KnownAddressMail, models.MailContent{}
		}
		if err := c.mail(kind, email, content); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.SignupRequested, Detail: models.AuditDetail{Subject: email}},
			models.AsMember)
	})
}

// NewAccount is what somebody chooses who signs up.
type NewAccount struct {
	Name, PasswordHash string
	TeamName, TeamSlug string
}

// UseSignupLink makes the account that the link is for, and a team that it owns:
// Playground open, the rest locked.
func (s *Store) UseSignupLink(ctx context.Context, visitor models.Actor, token string,
	account NewAccount) (user models.User, team models.Team, err error) {
	err = s.change(ctx, visitor, func(c *change) error {
		link, err := c.useLink(models.SignupLink, token)
		if err != nil {
			return err
		}
		user = models.User{ID: models.NewID(), Email: link.Email, Name: account.Name,
			PasswordHash: account.PasswordHash}
		if user, err = c.createOwnUser(user); err != nil {
			return err
		}
		if team, err = c.createTeam(account.TeamSlug, account.TeamName, models.AsMember); err != nil {
			return err
		}
		return c.addMember(team, user.ID, models.Owner, models.AsMember)
	})
	return user, team, err
}

package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
)

// CreateSetupLink makes a one-time link that lets its holder make, or get back
// into, a solutions engineer's account, and returns its token. With an empty
// email the holder chooses the address. Only Dojo itself may.
func (s *Store) CreateSetupLink(ctx context.Context, actor models.Actor, email string) (token string, err error) {
	if !actor.System {
		return "", models.ErrNotFound()
	}
	err = s.change(ctx, actor, func(c *change) (err error) {
		if token, err = c.createLink(models.Link{Purpose: models.SetupLink, Email: email}); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.EngineerInvited, Detail: models.AuditDetail{Subject: email}},
			models.AsSystem)
	})
	return token, err
}

// createLink makes a link for the purpose, whose life begins now.
func (c *change) createLink(link models.Link) (token string, err error) {
	token, link.Digest = models.NewToken()
	link.CreatedAt, link.ExpiresAt = c.now, c.now.Add(link.Purpose.Life())
	return token, c.create(&link)
}

// Link returns the link of the purpose with the token. It is NotFound when there
// never was one, and Conflict when it was used or has lapsed.
func (s *Store) Link(ctx context.Context, purpose models.LinkPurpose, token string) (models.Link, error) {
	var link models.Link
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("digest = ? AND purpose = ?", models.TokenDigest(token), purpose).Take(&link).Error
	})
	if err == nil {
		err = link.Usable(s.Now())
	}
	return link, err
}

// UseSetupLink makes the solutions engineer's account that the link is for, or
// gives an existing account that role and a new password. The link works once:
// of two who use it at the same time, one gets Conflict.
func (s *Store) UseSetupLink(ctx context.Context, actor models.Actor, token, email, name,
	passwordHash string) (models.User, error) {
	var user models.User
	err := s.change(ctx, actor, func(c *change) error {
		link, err := c.useLink(models.SetupLink, token)
		if err != nil {
			return err
		}
		if link.Email != "" {
			email = link.Email
		}
		user, err = c.makeEngineer(email, name, passwordHash, link.Email != "")
		return err
	})
	return user, err
}

// useLink spends the link: of two at the same time, one gets Conflict.
func (c *change) useLink(purpose models.LinkPurpose, token string) (models.Link, error) {
	var link models.Link
	if err := c.lock().Where("digest = ? AND purpose = ?", models.TokenDigest(token), purpose).Take(&link).
		Error; err != nil {
		return link, err
	}
	if err := link.Usable(c.now); err != nil {
		return link, err
	}
	return link, c.Model(&models.Link{}).Where("digest = ?", link.Digest).Update("used_at", c.now).Error
}

// makeEngineer is for an account that may exist. A link that names no address
// proves nothing about one, and so takes over no account. Whoever holds the
// link acts as the engineer they become.
func (c *change) makeEngineer(email, name, passwordHash string, addressProven bool) (models.User, error) {
	name, err := models.CheckName(name)
	if err != nil {
		return models.User{}, err
	}
	var user models.User
	err = c.lock().Where("email = ?", email).Take(&user).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		user = models.User{ID: models.NewID(), Email: email, Name: name, PasswordHash: passwordHash, Engineer: true}
		c.actor.UserID, c.actor.Name = user.ID, name
		user, err = c.createUser(user, models.AsEngineer)
	case err == nil && !addressProven:
		err = models.InvalidField("email",
			"There is an account with this address. Use dojo engineer add to give it this role.")
	case err == nil:
		c.actor.UserID, c.actor.Name = user.ID, name
		user, err = c.promote(user, name, passwordHash)
	}
	if err != nil {
		return user, err
	}
	return user, c.audit(models.AuditEvent{
		Action: models.EngineerAdded, SubjectID: user.ID, Detail: models.AuditDetail{Subject: user.Email},
	}, models.AsEngineer)
}

// promote makes the account a solutions engineer's and ends its sessions.
func (c *change) promote(user models.User, name, passwordHash string) (models.User, error) {
	user.Name, user.PasswordHash, user.Engineer, user.DisabledAt = name, passwordHash, true, nil
	if err := c.update(&user, "name", "password_hash", "engineer", "disabled_at"); err != nil {
		return user, err
	}
	return user, c.endSessions(user.ID, nil)
}

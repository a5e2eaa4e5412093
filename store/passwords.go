package store

import (
	"context"

	"dojo/models"
)

// RequestReset mails a link that sets a new password to the account with the
// address. An address without one leaves as many rows, which do nothing, so
// that neither the answer nor its time tells whether there is one.
func (s *Store) RequestReset(ctx context.Context, visitor models.Actor, email string) error {
	return s.change(ctx, visitor, func(c *change) error {
		user, known, err := c.userByEmail(email)
		if err != nil {
			return err
		}
		token, err := c.createLink(models.Link{Purpose: models.ResetLink, Email: email, UserID: user.ID})
		if err != nil {
			return err
		}
		if known && user.DisabledAt == nil {
			c.actor.UserID, c.actor.Name = user.ID, user.Name
			err = c.mail(models.ResetMail, email, models.MailContent{Token: token})
		} else {
			err = c.unsentMail(models.ResetMail, models.MailContent{Token: token})
		}
		if err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.ResetRequested, SubjectID: user.ID}, models.AsMember)
	})
}

// userByEmail finds an account, which may be disabled. An address without one
// brings somebody else's row to look away from: reading a row or none would tell
// the two apart by their time.
func (c *change) userByEmail(email string) (user models.User, known bool, err error) {
	err = c.Raw("SELECT * FROM (SELECT * FROM users WHERE email = ? UNION ALL SELECT * FROM (SELECT * FROM users "+
		"LIMIT 1) AS somebody) AS either "+
		"ORDER BY email = ? DESC LIMIT 1", email, email).Scan(&user).Error
	if err != nil || user.Email != email {
		return models.User{}, false, err
	}
	return user, true, nil
}

// UseResetLink sets the password of the account that the link is for, and ends
// the account's sessions. The link works once.
func (s *Store) UseResetLink(ctx context.Context, visitor models.Actor, token,
	passwordHash string) (models.User, error) {
	var user models.User
	err := s.change(ctx, visitor, func(c *change) error {
		// The account before the link, since the account's other links go with it.
		holder := "id = (SELECT user_id FROM links WHERE digest = ?) AND disabled_at IS NULL"
		if err := c.lock().Where(holder, models.TokenDigest(token)).Take(&user).Error; err != nil {
			return err
		}
		if _, err := c.useLink(models.ResetLink, token); err != nil {
			return err
		}
		c.actor.UserID, c.actor.Name = user.ID, user.Name
		return c.setPassword(&user, passwordHash, nil)
	})
	return user, err
}

// setPassword sets the password, ends all sessions but the given one, and spends
// all links that could set another.
func (c *change) setPassword(user *models.User, passwordHash string, keep []byte) error {
	user.PasswordHash = passwordHash
	if err := c.update(user, "password_hash"); err != nil {
		return err
	}
	if err := c.endSessions(user.ID, keep); err != nil {
		return err
	}
	spent := c.Model(&models.Link{}).Where("user_id = ? AND purpose = ? AND used_at IS NULL", user.ID,
		models.ResetLink).Update("used_at", c.now)
	if spent.Error != nil {
		return spent.Error
	}
	if err := c.mail(models.PasswordChangedMail, user.Email, models.MailContent{}); err != nil {
		return err
	}
	return c.auditUser(user.ID, "the password")
}

package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// IdentityUser returns the user of an account at an OpenID Connect provider. An
// account seen for the first time is linked to the user with its address, which
// the provider must have verified: whoever may claim any address there would get
// into any account here. It is NotFound when there is none.
func (s *Store) IdentityUser(ctx context.Context, visitor models.Actor, issuer, subject,
	verifiedEmail string) (models.User, error) {
	var user models.User
	err := s.change(ctx, visitor, func(c *change) error {
		err := c.Where("id = (SELECT user_id FROM identities WHERE issuer = ? AND subject = ?) AND disabled_at IS NULL",
			issuer, subject).Take(&user).Error
		if err == nil {
			return errUnchanged // the account was linked before
		}
		if models.CodeOf(database.Translate(err)) != models.NotFound {
			return err
		}
		if err := c.lock().Where("email = ? AND disabled_at IS NULL", verifiedEmail).Take(&user).Error; err != nil {
			return err
		}
		if err := c.create(&models.Identity{Issuer: issuer, Subject: subject, UserID: user.ID,
			CreatedAt: c.now}); err != nil {
			return err
		}
		c.actor.UserID, c.actor.Name = user.ID, user.Name
		return c.factorChanged(&user, "sign-in with "+models.Isolated(issuer)+" was linked")
	})
	return user, err
}

// HasIdentity reports whether the account at the provider is the user's.
func (s *Store) HasIdentity(ctx context.Context, userID, issuer, subject string) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Identity{}).Where("issuer = ? AND subject = ? AND user_id = ?", issuer, subject,
			userID).Count(&count).Error
	})
	return count > 0, err
}

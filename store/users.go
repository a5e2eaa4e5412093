package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// UserByEmail returns the user with the address, for signing in. It is NotFound
// when there is none; the caller must not let that show.
func (s *Store) UserByEmail(ctx context.Context, email string) (models.User, error) {
	var user models.User
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("email = ?", email).Take(&user).Error
	})
	return user, err
}

// HasEngineer reports whether there is a solutions engineer yet.
func (s *Store) HasEngineer(ctx context.Context) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.User{}).Where("engineer AND disabled_at IS NULL").Limit(1).Count(&count).Error
	})
	return count > 0, err
}

// CreateUser makes an account. The email is normalised and the password hashed
// by the caller. Only who may create teams may, since a team needs its owner.
func (s *Store) CreateUser(ctx context.Context, actor models.Actor, email, name,
	passwordHash string) (models.User, error) {
	var user models.User
	err := s.change(ctx, actor, func(c *change) (err error) {
		if err := c.engineer(models.CreateTeam); err != nil {
			return err
		}
		user, err = c.createUser(models.User{ID: models.NewID(), Email: email, Name: name, PasswordHash: passwordHash},
			models.AsEngineer)
		return err
	})
	return user, err
}

func (c *change) createUser(user models.User, as models.Capacity) (models.User, error) {
	var err error
	if user.Name, err = models.CheckName(user.Name); err != nil {
		return user, err
	}
	user.CreatedAt = c.now
	if err := c.create(&user); err != nil {
		return user, err
	}
	return user, c.audit(models.AuditEvent{
		Action: models.UserCreated, SubjectID: user.ID, Detail: models.AuditDetail{Subject: user.Email},
	}, as)
}

// createOwnUser makes the account of the visitor, who acts as its user from then
// on.
func (c *change) createOwnUser(user models.User) (models.User, error) {
	name, err := models.CheckName(user.Name)
	if err != nil {
		return user, err
	}
	c.actor.UserID, c.actor.Name = user.ID, name
	return c.createUser(user, models.AsMember)
}

// engineer fails with NotFound unless the actor is a solutions engineer at this
// moment, as the database has it.
func (c *change) engineer(action models.Action) error {
	if c.actor.System {
		return nil
	}
	var user models.User
	if err := c.lock().Where("id = ? AND disabled_at IS NULL", c.actor.UserID).Take(&user).Error; err != nil {
		return err
	}
	if !user.Role().May(action) {
		return models.ErrNotFound()
	}
	return nil
}

// auditUser writes the line of a change that somebody made to their own account.
func (c *change) auditUser(userID, what string) error {
	return c.audit(models.AuditEvent{Action: models.UserChanged, SubjectID: userID,
		Detail: models.AuditDetail{Text: what}}, models.AsMember)
}

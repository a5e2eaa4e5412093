package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// Account is what somebody may see and change of their own account.
type Account struct {
	User models.User

	store *Store
	actor models.Actor
}

// Account opens the actor's own account. It is NotFound when it is disabled.
func (s *Store) Account(ctx context.Context, actor models.Actor) (*Account, error) {
	user, err := s.SessionUser(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	return &Account{User: user, store: s, actor: actor}, nil
}

// change is a transaction on the account, whose row it holds.
func (a *Account) change(ctx context.Context, steps func(c *change, user *models.User) error) error {
	return a.store.change(ctx, a.actor, func(c *change) error {
		var user models.User
		if err := c.lock().Where("id = ? AND disabled_at IS NULL", a.actor.UserID).Take(&user).Error; err != nil {
			return err
		}
		return steps(c, &user)
	})
}

// Rename changes the name that others see. What was signed before keeps the
// name of its time.
func (a *Account) Rename(ctx context.Context, name string) error {
	return a.change(ctx, func(c *change, user *models.User) (err error) {
		if user.Name, err = models.CheckName(name); err != nil {
			return err
		}
		if err := c.update(user, "name"); err != nil {
			return err
		}
		return c.auditUser(user.ID, "the name: "+models.Isolated(user.Name))
	})
}

// ChangePassword sets another password and ends all sessions but the one with
// the digest. The caller has checked the old password.
func (a *Account) ChangePassword(ctx context.Context, passwordHash string, session []byte) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		return c.setPassword(user, passwordHash, session)
	})
}

// maxSessions is how many sessions are listed.
const maxSessions = 100

// Sessions returns the account's live sessions that were used last, the latest first.
func (a *Account) Sessions(ctx context.Context) ([]models.Session, error) {
	var rows []models.Session
	err := a.store.read(ctx, func(db *gorm.DB) error {
		return db.Where("user_id = ? AND expires_at > ?", a.actor.UserID, a.store.Now()).Order("last_seen_at DESC, id").
			Limit(maxSessions).Find(&rows).Error
	})
	return rows, err
}

// EndSession ends one of the account's sessions.
func (a *Account) EndSession(ctx context.Context, id string) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		ended := c.Where("user_id = ? AND id = ?", user.ID, id).Delete(&models.Session{})
		if ended.Error == nil && ended.RowsAffected == 0 {
			return models.ErrNotFound()
		}
		if ended.Error != nil {
			return ended.Error
		}
		return c.audit(models.AuditEvent{Action: models.SessionEnded, SubjectID: user.ID}, models.AsMember)
	})
}

// EndOtherSessions ends all of the account's sessions but the one with the
// digest.
func (a *Account) EndOtherSessions(ctx context.Context, session []byte) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		if err := c.endSessions(user.ID, session); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.SessionEnded, SubjectID: user.ID,
			Detail: models.AuditDetail{Text: "all others"}}, models.AsMember)
	})
}

package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Session returns the live session with the digest. It is NotFound when there
// is none, or when it has run out.
func (s *Store) Session(ctx context.Context, digest []byte) (models.Session, error) {
	var session models.Session
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("digest = ? AND expires_at > ?", digest, s.Now()).Take(&session).Error
	})
	return session, err
}

// SaveSession writes what a session keeps. It is NotFound when the session was
// ended meanwhile: saving never brings one back.
func (s *Store) SaveSession(ctx context.Context, digest, data []byte) error {
	return s.updateSession(ctx, digest, map[string]any{"data": data})
}

// SeeSession notes that the session was used just now, and until when it lives.
func (s *Store) SeeSession(ctx context.Context, digest []byte, expires time.Time) error {
	return s.updateSession(ctx, digest, map[string]any{"last_seen_at": s.Now(), "expires_at": expires})
}

func (s *Store) updateSession(ctx context.Context, digest []byte, columns map[string]any) error {
	return s.write(ctx, func(db *gorm.DB) error {
		result := db.Model(&models.Session{}).Where("digest = ?", digest).Updates(columns)
		if result.Error == nil && result.RowsAffected == 0 {
			return models.ErrNotFound()
		}
		return result.Error
	})
}

// RenewSession gives the session another digest, and notes that the person has
// just proved who they are. It is NotFound when the session was ended.
func (s *Store) RenewSession(ctx context.Context, before, digest []byte, proved time.Time) error {
	return s.updateSession(ctx, before, map[string]any{"digest": digest, "former_digest": before, "proved_at": proved})
}

// SignIn puts a fresh session in the place of the one from before sign-in, if
// there was one, which cannot be signed in from again, and notes it in the activity list. A browser that the user has
// not signed in with before is told to them by mail. It is NotFound when the
// account is disabled, and Conflict when its password is not the one any more
// that the user had when the caller checked who they are: of a sign-in and a
// reset at the same time, the reset wins.
func (s *Store) SignIn(ctx context.Context, actor models.Actor, checked models.User, session models.Session, before,
	device []byte) error {
	return s.change(ctx, actor, func(c *change) error {
		var user models.User
		if err := c.lock().Where("id = ? AND disabled_at IS NULL", session.UserID).Take(&user).Error; err != nil {
			return err
		}
		if user.PasswordHash != checked.PasswordHash {
			return models.Errorf(models.Conflict, "The password was changed just now. Sign in with the new one.")
		}
		if err := c.endVisit(before); err != nil {
			return err
		}
		if err := c.create(&session); err != nil {
			return err
		}
		if err := c.seeDevice(user, device, session.UserAgent); err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.SignedIn, SubjectID: user.ID}, models.AsMember)
	})
}

// endSessions ends the user's sessions but the one with the digest keep; nil
// keeps none.
func (c *change) endSessions(userID string, keep []byte) error {
	ending := c.Where("user_id = ?", userID)
	if keep != nil { // as NULL it would differ from nothing, and keep all
		ending = ending.Where("digest <> ?", keep)
	}
	return ending.Delete(&models.Session{}).Error
}

// SignOut ends a session and notes it in the activity list. A session that was
// renewed while its sign-out was on the way ends all the same.
func (s *Store) SignOut(ctx context.Context, actor models.Actor, digest []byte) error {
	return s.change(ctx, actor, func(c *change) error {
		if err := c.Where("(digest = ? OR former_digest = ?)", digest, digest).Delete(&models.Session{}).
			Error; err != nil {
			return err
		}
		return c.audit(models.AuditEvent{Action: models.SignedOut, SubjectID: actor.UserID}, models.AsMember)
	})
}

// SessionUser returns the user of a signed-in session, unless the account is
// disabled.
func (s *Store) SessionUser(ctx context.Context, userID string) (models.User, error) {
	var user models.User
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("id = ? AND disabled_at IS NULL", userID).Take(&user).Error
	})
	return user, err
}

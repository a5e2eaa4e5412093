package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/vault"
)

// What a browser keeps before sign-in is sealed and not in the database. There is a row
// only of what led to a sign-in, so that it does not lead to another.
type spentVisit struct {
	Digest    []byte `gorm:"primaryKey"`
	CreatedAt time.Time
}

// visitKept is how long a spent visit is remembered: longer than any copy of it lives.
const visitKept = time.Hour

var visitContext = vault.KeyContext{Kind: "visit"}

// SealVisit seals what a browser keeps before sign-in.
func (s *Store) SealVisit(visit []byte) (sealed []byte, err error) {
	return s.vault.Seal(string(visit), visitContext)
}

// OpenVisit opens what SealVisit has sealed, and nothing else.
func (s *Store) OpenVisit(sealed []byte) (visit []byte, err error) {
	text, err := s.vault.Unseal(sealed, visitContext)
	return []byte(text), err
}

// VisitSpent reports whether somebody has signed in from the visit with the digest.
func (s *Store) VisitSpent(ctx context.Context, digest []byte) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&spentVisit{}).Where("digest = ?", digest).Count(&count).Error
	})
	return count > 0, err
}

// endVisit ends what the browser had before it signs in: another session, or a visit,
// from which one signs in once. Of two at the same moment, one gets Conflict.
func (c *change) endVisit(digest []byte) error {
	if digest == nil {
		return nil
	}
	ended := c.Where("digest = ?", digest).Delete(&models.Session{})
	if ended.Error != nil || ended.RowsAffected > 0 {
		return ended.Error
	}
	return c.create(&spentVisit{Digest: digest, CreatedAt: c.now})
}

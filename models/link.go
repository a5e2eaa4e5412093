package models

import (
	"crypto/rand"
	"crypto/sha256"
	"time"
)

// Link is a one-time link. The address holds a random token; the row holds its
// SHA-256. Today's only purpose is to let a solutions engineer make their
// account.
type Link struct {
	Digest    []byte `gorm:"primaryKey"`
	Email     string // whom it is for; empty: whoever holds it
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// SetupLinkLife is how long a link for a solutions engineer's account works.
const SetupLinkLife = time.Hour

// NewToken returns a random token of at least 128 bits, and the digest that is
// stored of it.
func NewToken() (token string, digest []byte) {
	token = rand.Text()
	return token, TokenDigest(token)
}

// TokenDigest is what is stored of a token. A plain hash is enough, since the
// token is random and long.
func TokenDigest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Usable reports why the link cannot be used at the moment now, or nil.
func (l *Link) Usable(now time.Time) error {
	if l.UsedAt != nil {
		return Errorf(Conflict, "This link was already used. Ask for a new one.")
	}
	if !now.Before(l.ExpiresAt) {
		return Errorf(Conflict, "This link lapsed on %s. Ask for a new one.", l.ExpiresAt.UTC().Format("2 January 2006 at 15:04 UTC"))
	}
	return nil
}

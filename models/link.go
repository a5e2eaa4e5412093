package models

import (
	"crypto/rand"
	"crypto/sha256"
	"time"
)

// LinkPurpose is what a one-time link does.
type LinkPurpose string

// The purposes.
const (
	SetupLink  LinkPurpose = "setup"  // makes a solutions engineer's account
	ResetLink  LinkPurpose = "reset"  // sets a new password
	SignupLink LinkPurpose = "signup" // proves an address and makes an account with a team

	// InvitationLink leads into a team. It is kept with its Invitation, not as a Link.
	InvitationLink LinkPurpose = "invitation"
)

// LinkPurposes lists the purposes.
func LinkPurposes() []LinkPurpose {
	return []LinkPurpose{SetupLink, ResetLink, SignupLink, InvitationLink}
}

// Life is how long a link of the purpose works.
func (p LinkPurpose) Life() time.Duration {
	switch p {
	case ResetLink:
		return 30 * time.Minute
	case SignupLink:
		return 24 * time.Hour
	case InvitationLink:
		return InvitationLife
	}
	return time.Hour
}

// Link is a one-time link. The address holds a random token; the row holds its
// SHA-256.
type Link struct {
	Digest    []byte `gorm:"primaryKey"`
	Purpose   LinkPurpose
	Email     string // whom it is for; empty: whoever holds it
	UserID    string // ResetLink: whose password
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

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
		return Errorf(Conflict, "This link lapsed on %s. Ask for a new one.", l.ExpiresAt.UTC().Format(momentLayout))
	}
	return nil
}

package models

import "time"

// InvitationLife is how long an invitation can be accepted.
const InvitationLife = 7 * 24 * time.Hour

// Invitation is an address's way into a team, in a role. A team has at most one
// open invitation of an address.
type Invitation struct {
	ID          string
	TeamID      string
	Email       string // normalised; only an account with this address may accept
	Role        Role
	Digest      []byte // of the link's token, see TokenDigest
	CreatedAt   time.Time
	CreatedBy   Signature `gorm:"embedded;embeddedPrefix:created_by_"`
	ExpiresAt   time.Time
	AcceptedAt  *time.Time
	WithdrawnAt *time.Time
}

// Usable reports why the invitation cannot be accepted at the moment now, or
// nil.
func (i *Invitation) Usable(now time.Time) error {
	switch {
	case i.AcceptedAt != nil:
		return Errorf(Conflict, "This invitation was already accepted. Sign in to see the team.")
	case i.WithdrawnAt != nil:
		return Errorf(Conflict, "This invitation was withdrawn. Ask the team for a new one.")
	case !now.Before(i.ExpiresAt):
		return Errorf(Conflict, "This invitation lapsed on %s. Ask the team for a new one.",
			i.ExpiresAt.UTC().Format(momentLayout))
	}
	return nil
}

// Renew gives the invitation another role and a new link, whose life begins
// now. The old link stops working.
func (i *Invitation) Renew(role Role, digest []byte, now time.Time) {
	i.Role, i.Digest, i.ExpiresAt = role, digest, now.Add(InvitationLife)
}

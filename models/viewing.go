package models

import "time"

// ViewingLife is how long a solutions engineer can look at a team's pages before they have to
// say again why.
const ViewingLife = 30 * time.Minute

// Viewing is that a solutions engineer looks at a team's pages as a viewer of the team would see
// them, and changes nothing.
type Viewing struct {
	ID       string
	TeamID   string
	By       Signature `gorm:"embedded;embeddedPrefix:by_"`
	Reason   string    // which the team reads
	BeganAt  time.Time
	EndsAt   time.Time
	LastPage string // the page that was opened last
}

const maxViewingReason = 500

// NewViewing begins one, for a reason of 1 to 500 characters.
func NewViewing(team Team, by Signature, reason string, now time.Time) (Viewing, error) {
	reason, err := checkText("viewing_reason", "Say why you look. The team reads it.", reason, maxViewingReason)
	return Viewing{ID: NewID(), TeamID: team.ID, By: by, Reason: reason, BeganAt: now, EndsAt: now.Add(ViewingLife)}, err
}

// ErrViewing is the answer to whoever looks at a team's pages in this way and would change
// something.
func ErrViewing() *Error {
	return Errorf(Forbidden, "You are viewing this team as the team sees it. Nothing can be changed this way.")
}

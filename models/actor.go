package models

import "time"

// Actor is who acts, and from where. Every change in the store takes one, so
// it is known of each who made it.
type Actor struct {
	UserID    string
	Name      string
	Email     string
	Engineer  bool   // as of the request's start; the store reads it again before a change
	System    bool   // Dojo itself: the clock, the demo, the command line
	Viewing   string // the viewing by which a team's pages are looked at: every change is refused
	Address   string // the client's IP address
	RequestID string
}

// SystemActor is Dojo acting by itself, for the reason that name gives, such as
// "Dojo" or "Command line".
func SystemActor(name string) Actor { return Actor{Name: name, System: true} }

// Capacity says in which capacity somebody acted.
type Capacity string

// The capacities.
const (
	AsMember   Capacity = "member"
	AsEngineer Capacity = "engineer"
	AsSystem   Capacity = "system"
)

// Signature is who did something, as it stood at that moment. It is kept with
// what was done, so that a later change of name does not rewrite history. The
// zero Signature is nobody.
type Signature struct {
	ID       string // the user's id; empty for the system
	Name     string
	Capacity Capacity
}

// Sign returns the actor's signature in the given capacity.
func (a Actor) Sign(as Capacity) Signature {
	if a.System {
		as = AsSystem
	}
	return Signature{ID: a.UserID, Name: a.Name, Capacity: as}
}

// Session is a signed-in browser. The cookie holds a random id; the row holds
// its SHA-256, so that a copy of the database opens no session.
type Session struct {
	Digest       []byte `gorm:"primaryKey"`
	FormerDigest []byte // before it was last renewed; nil: never renewed. It opens nothing.
	ID           string // names it on the person's own list; opens nothing
	UserID       string // empty before sign-in
	Data         []byte // what gorilla/sessions keeps, encoded by package session
	Address      string
	UserAgent    string
	CreatedAt    time.Time
	LastSeenAt   time.Time
	ExpiresAt    time.Time
	ProvedAt     *time.Time // when the person last proved who they are; nil before sign-in
}

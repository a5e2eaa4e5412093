package models

import (
	"errors"
	"time"
)

// Change is an entry of the feed: what the keys of an environment may do differs since.
type Change struct {
	Sequence      int64 `gorm:"primaryKey"` // in the order of commits, without gaps
	CommittedAt   time.Time
	EnvironmentID string
	KeyID         string // the key that it is about; empty: all of the environment's
	AuditID       int64  // its line in the activity list; 0: none
	Narrows       bool   // somebody may do less than before, so that a receipt is kept
	SettledAt     *time.Time
}

// FeedPosition is where the feed ends.
type FeedPosition struct {
	Last    int64  // the last change's number
	History string // differs after a replica took over or a backup was restored: changes may be lost

	// Age is how long ago the first of the changes that were read with it was committed, by
	// the database's clock; 0: there were none, or too many.
	Age time.Duration `gorm:"-"`
}

// ErrOut is what a process gets that wants to renew its lease and was marked as out, or has
// no row any more.
var ErrOut = errors.New("the lease has ended and was not renewed in time")

// ErrNoLease is why a change is refused whose process cannot show that it has a lease.
var ErrNoLease = errors.New("this process has no lease")

// Receipt proves that what an earlier state of the keys allowed is refused everywhere:
// every process has said that the change is in force in it, or cannot let anybody in any
// more because its lease has ended.
type Receipt struct {
	Change
	Processes []Confirmation
	Waiting   []Process // those that may still act on what was before; none once it is settled
}

// Confirmation is what a receipt says of one process: one of its moments is set.
type Confirmation struct {
	Sequence     int64  `gorm:"primaryKey"`
	ProcessID    string `gorm:"primaryKey"`
	Version      string
	ConfirmedAt  *time.Time
	LeaseEndedAt *time.Time
}

// Settled reports whether no process acts on the state before the change any more.
func (r Receipt) Settled() bool { return r.SettledAt != nil }

// AtTheLatest is when the last lease of those that have not confirmed ends, as things
// stand. It is zero when nobody is waited for.
func (r Receipt) AtTheLatest() time.Time {
	var latest time.Time
	for _, p := range r.Waiting {
		if ends := p.LeaseEnds().Add(LeaseMargin(p.Lease())); ends.After(latest) {
			latest = ends
		}
	}
	return latest
}

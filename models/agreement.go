package models

import "time"

// AgreementKind says how an agreement came about.
type AgreementKind string

// The kinds.
const (
	Ordinary AgreementKind = "ordinary" // made by a solutions engineer
	Trial    AgreementKind = "trial"    // taken by a team itself, once, for its Development
)

// Agreement is the contract that environments of one team are unlocked under. What it
// covers, and with which limits, is in its covers.
type Agreement struct {
	ID         string
	TeamID     string
	Reference  string // such as a contract's number; other agreements may have the same
	Signatory  string // who signed it at the customer; may be empty
	EngineerID string // the solutions engineer who looks after it; may be empty
	FirstAt    time.Time
	EndsAt     *time.Time // the first moment after its last day; nil: open-ended
	Kind       AgreementKind
	Version    int // counts up with each change
	CreatedAt  time.Time
	CreatedBy  Signature `gorm:"embedded;embeddedPrefix:created_by_"`
}

// Ended reports whether the agreement's last day is over.
func (a *Agreement) Ended(now time.Time) bool { return a.EndsAt != nil && !now.Before(*a.EndsAt) }

// Cover is that an agreement covers an environment: from one moment to another the
// environment is unlocked under it. The covers of one environment do not overlap; the
// database refuses those that would.
type Cover struct {
	AgreementID   string `gorm:"primaryKey"`
	EnvironmentID string `gorm:"primaryKey"`
	TeamID        string
	StartsAt      time.Time
	EndsAt        *time.Time // nil: open-ended
	PerSecond     int        // requests a second that the environment may make; 0: the installation's default
	PerDay        int        // requests a day, in UTC; 0: no limit

	LockedAt   *time.Time // locked by an engineer meanwhile; nil: it is not
	LockedBy   Signature  `gorm:"embedded;embeddedPrefix:locked_by_"`
	LockReason string     // which the team reads

	// What time alone has done is written down once.
	OpenedAt *time.Time // that it has begun
	ClosedAt *time.Time // that it has ended; setting the clock back does not open it again
	Warned   int        // the fewest days before its end of which anybody was told; 0: nobody was

	Agreement Agreement `gorm:"-"` // filled in by whoever reads covers for people
}

// TableName names the table.
func (Cover) TableName() string { return "agreement_covers" }

// Begun reports whether the cover's first moment has come.
func (c *Cover) Begun(now time.Time) bool { return !now.Before(c.StartsAt) }

// Ended reports whether the cover is over.
func (c *Cover) Ended(now time.Time) bool {
	return c.ClosedAt != nil || c.EndsAt != nil && !now.Before(*c.EndsAt)
}

// InForce reports whether the environment is covered at the moment, be it locked or not.
func (c *Cover) InForce(now time.Time) bool { return c.Begun(now) && !c.Ended(now) }

// Lock refuses the environment's keys from now on, for a reason of 1 to 1,000
// characters that the team reads. It is Conflict when the environment is locked already.
func (c *Cover) Lock(by Signature, reason string, now time.Time) error {
	reason, err := checkText("reason", "Say why. The team reads it.", reason, maxAnswer)
	if err != nil {
		return err
	}
	if c.LockedAt != nil {
		return Errorf(Conflict, "%s already locked it on %s.", Isolated(c.LockedBy.Name),
			c.LockedAt.UTC().Format(momentLayout))
	}
	c.LockedAt, c.LockedBy, c.LockReason = &now, by, reason
	return nil
}

// Unlock accepts the environment's keys again. It is Conflict when it is not locked.
func (c *Cover) Unlock() error {
	if c.LockedAt == nil {
		return Errorf(Conflict, "It is not locked.")
	}
	c.LockedAt, c.LockedBy, c.LockReason = nil, Signature{}, ""
	return nil
}

// AgreementVersion is how an agreement was changed.
type AgreementVersion struct {
	AgreementID string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey"`
	At          time.Time
	By          Signature `gorm:"embedded;embeddedPrefix:by_"`
	Before      *Terms    `gorm:"serializer:json"` // nil: this is the first version
	After       Terms     `gorm:"serializer:json"`
	Note        string    // why; may be empty
}

// AgreementNote is what an engineer noted about an agreement for other engineers. The
// team never sees it.
type AgreementNote struct {
	ID          string
	AgreementID string
	At          time.Time
	By          Signature `gorm:"embedded;embeddedPrefix:by_"`
	Text        string
}

// LastDay is the agreement's last day, for showing.
func LastDay(endsAt time.Time) time.Time { return endsAt.Add(-time.Nanosecond) }

// DayOf is the first moment of the day in UTC.
func DayOf(at time.Time) time.Time {
	year, month, day := at.UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// DayNumber is the number of days from 1970 to the moment, in UTC.
func DayNumber(at time.Time) int64 { return DayOf(at).Unix() / 86400 }

// AgreementWarnings are how many days before a cover ends people are told.
func AgreementWarnings() []int { return []int{30, 7, 1} }

// WarningDue is the fewest days of AgreementWarnings that are left at most until the moment
// the cover ends; 0 when there are more, or the cover is open-ended.
func (c *Cover) WarningDue(now time.Time) int {
	due := 0
	for _, days := range AgreementWarnings() {
		if c.EndsAt != nil && !c.EndsAt.After(now.AddDate(0, 0, days)) {
			due = days
		}
	}
	return due
}

// DaysLeft is how many days there are until the cover ends, of which the last may have begun. It
// has an end.
func (c *Cover) DaysLeft(now time.Time) int {
	const day = 24 * time.Hour
	return int((c.EndsAt.Sub(now) + day - 1) / day)
}

// Overlaps reports whether two covers of one environment contain a moment in common.
func (c *Cover) Overlaps(other *Cover) bool {
	before := func(at time.Time, end *time.Time) bool { return end == nil || at.Before(*end) }
	return before(c.StartsAt, other.EndsAt) && before(other.StartsAt, c.EndsAt) &&
		before(c.StartsAt, c.EndsAt) && before(other.StartsAt, other.EndsAt)
}

// renewedFor is how many years a renewal lasts.
const renewedFor = 1

// Renewed returns when the agreement ends once it is renewed: a year after its last day,
// or after today if that is over. It is Conflict for one that is open-ended or a trial.
func (a *Agreement) Renewed(now time.Time) (time.Time, error) {
	switch {
	case a.Kind == Trial:
		return time.Time{}, Errorf(Conflict, "A trial is not renewed. Make an agreement instead.")
	case a.EndsAt == nil:
		return time.Time{}, Errorf(Conflict, "This agreement is open-ended. There is nothing to renew.")
	}
	from := *a.EndsAt
	if !now.Before(from) {
		from = DayOf(now).AddDate(0, 0, 1)
	}
	until := from.AddDate(renewedFor, 0, 0)
	if until.After(now.AddDate(maxAgreementYears, 0, 1)) {
		return time.Time{}, Errorf(Conflict, "It would end more than %d years from now.", maxAgreementYears)
	}
	return until, nil
}

// LimitUsed is of how many per cent of a day's limit people are told when so many requests
// were made: 100, 90, 75, or 0 for none of these.
func LimitUsed(requests int64, perDay int) int {
	for _, part := range []int{100, 90, 75} {
		if requests*100 >= int64(perDay)*int64(part) {
			return part
		}
	}
	return 0
}

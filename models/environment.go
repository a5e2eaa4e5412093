package models

import "time"

// EnvironmentKind is which of a team's three environments it is. It is also the
// environment's name in addresses.
type EnvironmentKind string

// The three environments that every team has.
const (
	Playground  EnvironmentKind = "playground"
	Development EnvironmentKind = "development"
	Production  EnvironmentKind = "production"
)

// EnvironmentKinds lists the environments in the order they are shown.
func EnvironmentKinds() []EnvironmentKind {
	return []EnvironmentKind{Playground, Development, Production}
}

// Valid reports whether k is one of the three.
func (k EnvironmentKind) Valid() bool {
	return k == Playground || k == Development || k == Production
}

// Name is the environment's name as people read it.
func (k EnvironmentKind) Name() string {
	switch k {
	case Playground:
		return "Playground"
	case Development:
		return "Development"
	case Production:
		return "Production"
	}
	return string(k)
}

// ReadOnly reports whether the API refuses writes to it.
func (k EnvironmentKind) ReadOnly() bool { return k == Playground }

// PlaygroundDataSet is the id of the one sample data set that the Playgrounds
// of all teams show.
const PlaygroundDataSet = "playground"

// Environment is one of a team's three environments.
//
// Development and Production are unlocked while an agreement covers them and no engineer
// has locked them; at all other times they are locked. Playground is always unlocked.
type Environment struct {
	ID        string
	TeamID    string
	Kind      EnvironmentKind
	DataSetID string // where its records are; shared by all Playgrounds

	AllowedOrigins        string // origins whose pages may use the publishable key, separated by spaces; empty: any
	RefusesBrowserSecrets bool   // the secret key is refused where a browser sends it

	CreatedAt time.Time

	Covers []Cover `gorm:"-"` // of all times, by their start; whoever reads environments adds them

	RequestPending bool `gorm:"-"` // a request to unlock it waits; for showing, where a team's environments are read
}

// Cover returns the cover that is in force at the moment, locked or not; nil when there
// is none.
func (e *Environment) Cover(now time.Time) *Cover {
	for i := range e.Covers {
		if e.Covers[i].InForce(now) {
			return &e.Covers[i]
		}
	}
	return nil
}

// Unlocked reports whether the environment's keys are good at the moment now.
func (e *Environment) Unlocked(now time.Time) bool {
	if e.Kind == Playground {
		return true
	}
	cover := e.Cover(now)
	return cover != nil && cover.LockedAt == nil
}

// Lapsed returns the cover that ended last; nil when none has.
func (e *Environment) Lapsed(now time.Time) *Cover {
	var last *Cover
	for i := range e.Covers {
		if c := &e.Covers[i]; c.Ended(now) && (last == nil || c.StartsAt.After(last.StartsAt)) {
			last = c
		}
	}
	return last
}

// Next returns the cover that begins next; nil when none will.
func (e *Environment) Next(now time.Time) *Cover {
	var next *Cover
	for i := range e.Covers {
		if c := &e.Covers[i]; !c.Begun(now) && !c.Ended(now) && (next == nil || c.StartsAt.Before(next.StartsAt)) {
			next = c
		}
	}
	return next
}

// Following returns the cover that begins when the given one ends; nil when none does.
func (e *Environment) Following(cover *Cover) *Cover {
	for i := range e.Covers {
		other := &e.Covers[i]
		if cover.EndsAt != nil && other.StartsAt.Equal(*cover.EndsAt) && other.AgreementID != cover.AgreementID {
			return other
		}
	}
	return nil
}

// Ending returns the cover at whose end the environment is locked: the one in force, if it ends and no other one
// follows; nil when there is none.
func (e *Environment) Ending(now time.Time) *Cover {
	cover := e.Cover(now)
	if cover == nil || cover.EndsAt == nil || e.Following(cover) != nil {
		return nil
	}
	return cover
}

// EndsSoon reports whether the environment is locked within EndingSoon.
func (e *Environment) EndsSoon(now time.Time) bool {
	cover := e.Ending(now)
	return cover != nil && cover.EndsAt.Sub(now) <= EndingSoon
}

// Readable reports whether the environment is unlocked or has been. Once it has, its keys, its data and how it was
// used can be looked at for good, also while it is locked again.
func (e *Environment) Readable(now time.Time) bool {
	if e.Kind == Playground {
		return true
	}
	for i := range e.Covers {
		if c := &e.Covers[i]; c.Begun(now) || c.OpenedAt != nil {
			return true
		}
	}
	return false
}

// LockedSince is since when the environment is locked again; zero while it is unlocked, and where it never was.
func (e *Environment) LockedSince(now time.Time) time.Time {
	if e.Unlocked(now) {
		return time.Time{}
	}
	if cover := e.Cover(now); cover != nil {
		return *cover.LockedAt
	}
	if lapsed := e.Lapsed(now); lapsed != nil {
		return *lapsed.EndsAt
	}
	return time.Time{}
}

// Requestable reports whether the environment's team can ask for an unlock or a renewal: while it is locked,
// while it is unlocked by a trial, and when its agreement ends soon.
func (e *Environment) Requestable(now time.Time) bool {
	cover := e.Cover(now)
	return !e.Unlocked(now) || cover != nil && cover.Agreement.Kind == Trial || e.EndsSoon(now)
}

// EndingSoon is how long before an agreement's end the desk lists it.
const EndingSoon = 30 * 24 * time.Hour

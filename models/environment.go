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
// Development and Production are locked until a solutions engineer unlocks them
// under an agreement, and lock again by themselves when that agreement ends.
type Environment struct {
	ID        string
	TeamID    string
	Kind      EnvironmentKind
	DataSetID string // where its records are; shared by all Playgrounds

	UnlockedAt      *time.Time // nil: never unlocked, or locked again; always set for Playground
	UnlockedBy      Signature  `gorm:"embedded;embeddedPrefix:unlocked_by_"`
	Agreement       string     // the reference of the agreement it is unlocked under
	AgreementEndsAt *time.Time // the first moment after the agreement's last day; nil for Playground

	AllowedOrigins        string // origins whose pages may use the publishable key, separated by spaces; empty: any
	RefusesBrowserSecrets bool   // the secret key is refused where a browser sends it

	CreatedAt time.Time
}

// Unlocked reports whether the environment's keys are good at the moment now.
func (e *Environment) Unlocked(now time.Time) bool {
	if e.UnlockedAt == nil {
		return false
	}
	return e.AgreementEndsAt == nil || now.Before(*e.AgreementEndsAt)
}

// AgreementLapsed reports whether the environment is locked because its
// agreement has ended.
func (e *Environment) AgreementLapsed(now time.Time) bool {
	return e.AgreementEndsAt != nil && !now.Before(*e.AgreementEndsAt)
}

// Lock closes the environment when its agreement has ended. What it was
// unlocked under stays on record.
func (e *Environment) Lock() { e.UnlockedAt = nil }

// Unlock opens the environment under an agreement. The caller has checked the
// agreement with NewAgreement.
func (e *Environment) Unlock(by Signature, agreement Agreement, now time.Time) {
	e.UnlockedAt = &now
	e.UnlockedBy = by
	e.SetAgreement(agreement)
}

// SetAgreement puts the environment under another agreement, or the same one
// with another end.
func (e *Environment) SetAgreement(agreement Agreement) {
	ends := agreement.EndsAt
	e.Agreement, e.AgreementEndsAt = agreement.Reference, &ends
}

// Agreement is the contract an environment is unlocked under.
type Agreement struct {
	Reference string
	EndsAt    time.Time // the first moment after its last day, in UTC
}

const (
	maxReference      = 120
	maxAgreementYears = 10
	dateLayout        = "2006-01-02"
)

// NewAgreement checks an agreement's reference and its last day, written
// YYYY-MM-DD. The last day counts in full, in UTC. Today is the earliest.
func NewAgreement(reference, lastDay string, now time.Time) (Agreement, error) {
	reference, err := checkLine("agreement", "Enter the reference of the agreement, such as its number.",
		reference, maxReference)
	if err != nil {
		return Agreement{}, err
	}
	if lastDay == "" {
		return Agreement{}, InvalidField("ends", "Choose the agreement's last day.")
	}
	day, err := time.Parse(dateLayout, lastDay)
	if err != nil {
		return Agreement{}, InvalidField("ends", "That is not a date. Write it as YYYY-MM-DD, such as %s.",
			now.AddDate(1, 0, 0).Format(dateLayout))
	}
	ends := day.AddDate(0, 0, 1)
	switch {
	case !ends.After(now):
		return Agreement{}, InvalidField("ends",
			"That day is in the past. The agreement must last until today or later.")
	case ends.After(now.AddDate(maxAgreementYears, 0, 1)):
		return Agreement{}, InvalidField("ends", "That is more than %d years away. Check the year.", maxAgreementYears)
	}
	return Agreement{Reference: reference, EndsAt: ends}, nil
}

// LastDay is the agreement's last day, for showing.
func LastDay(endsAt time.Time) time.Time { return endsAt.Add(-time.Nanosecond) }

// EndingSoon is how long before an agreement's end the desk lists it.
const EndingSoon = 30 * 24 * time.Hour

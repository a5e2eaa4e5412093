package models

import "time"

// UnlockState is where an unlock request stands.
type UnlockState string

// The states. Pending is the only one that can change.
const (
	Pending   UnlockState = "pending"
	Approved  UnlockState = "approved"
	Declined  UnlockState = "declined"
	Withdrawn UnlockState = "withdrawn"
)

// UnlockStates lists the states.
func UnlockStates() []UnlockState { return []UnlockState{Pending, Approved, Declined, Withdrawn} }

// UnlockRequest is a team's wish to have an environment unlocked. An
// environment has at most one that is pending.
type UnlockRequest struct {
	ID            string
	TeamID        string
	EnvironmentID string
	State         UnlockState
	UseCase       string // what the team will use the environment for
	CreatedAt     time.Time
	CreatedBy     Signature `gorm:"embedded;embeddedPrefix:created_by_"`

	DecidedAt *time.Time // when it was approved, declined or withdrawn
	DecidedBy Signature  `gorm:"embedded;embeddedPrefix:decided_by_"`
	Agreement string     // approved: the agreement's reference
	EndsAt    *time.Time // approved: the first moment after the agreement's last day; nil: open-ended
	Answer    string     // declined: the reason, which the team reads
}

const (
	MaxUseCase = 2000 // the most characters of a use case
	maxAnswer  = 1000
)

// CheckUseCase checks what a team wrote about its use: 1 to 2,000 characters.
func CheckUseCase(text string) (string, error) {
	return checkText("use_case", "Say what you will use it for. A sentence or two is enough.", text, MaxUseCase)
}

// Approve unlocks under an agreement.
func (r *UnlockRequest) Approve(by Signature, terms Terms, now time.Time) error {
	if err := r.decide(Approved, by, now); err != nil {
		return err
	}
	r.Agreement = terms.Reference
	if !terms.EndsAt.IsZero() {
		r.EndsAt = &terms.EndsAt
	}
	return nil
}

// Decline refuses, with a reason of 1 to 1,000 characters that the team reads.
func (r *UnlockRequest) Decline(by Signature, reason string, now time.Time) error {
	reason, err := checkText("reason", "Say why, so that the team knows what to do next.", reason, maxAnswer)
	if err != nil {
		return err
	}
	if err := r.decide(Declined, by, now); err != nil {
		return err
	}
	r.Answer = reason
	return nil
}

// Withdraw takes the request back.
func (r *UnlockRequest) Withdraw(by Signature, now time.Time) error {
	return r.decide(Withdrawn, by, now)
}

// decide moves a pending request on. The first decision wins; whoever comes
// second gets a Conflict that says who did what, and when.
func (r *UnlockRequest) decide(to UnlockState, by Signature, now time.Time) error {
	if r.State != Pending {
		return Errorf(Conflict, "%s %s this request on %s.", Isolated(r.DecidedBy.Name), decisionVerb[r.State],
			r.DecidedAt.UTC().Format(momentLayout))
	}
	r.State, r.DecidedAt, r.DecidedBy = to, &now, by
	return nil
}

var decisionVerb = map[UnlockState]string{
	Approved: "already approved", Declined: "already declined", Withdrawn: "withdrew",
}

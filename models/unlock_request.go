package models

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// UnlockState is where an unlock request stands.
type UnlockState string

// The states. Only a pending request is decided; a decision that is undone makes it pending
// again.
const (
	Pending   UnlockState = "pending"
	Approved  UnlockState = "approved"
	Declined  UnlockState = "declined"
	Withdrawn UnlockState = "withdrawn"
	Lapsed    UnlockState = "lapsed" // nobody decided it in time
)

// UnlockStates lists the states.
func UnlockStates() []UnlockState {
	return []UnlockState{Pending, Approved, Declined, Withdrawn, Lapsed}
}

// UnlockRequest is a team's wish to have an environment unlocked. An
// environment has at most one that is pending.
type UnlockRequest struct {
	ID            string
	TeamID        string
	EnvironmentID string
	State         UnlockState
	UseCase       string     // what the team will use the environment for
	StartsOn      *time.Time // the first day that the team asks for, in UTC; nil: at once
	DailyRequests int64      // how many requests a day the team expects; 0: not said
	Reminders     int        // how often the solutions engineers were reminded
	CreatedAt     time.Time
	CreatedBy     Signature `gorm:"embedded;embeddedPrefix:created_by_"`

	DecidedAt *time.Time // when it was approved, declined or withdrawn, or lapsed
	DecidedBy Signature  `gorm:"embedded;embeddedPrefix:decided_by_"`
	Agreement string     // approved: the agreement's reference
	EndsAt    *time.Time // approved: the first moment after the agreement's last day; nil: open-ended
	Answer    string     // declined: the reason, which the team reads
}

const (
	MaxUseCase = 2000 // the most characters of a use case
	maxAnswer  = 1000

	maxDailyRequests = 1_000_000_000
	maxStartDays     = 366

	// UndoLife is how long after a decision whoever made it can take it back.
	UndoLife = 10 * time.Minute
	// RequestLife is how long a request waits for a decision.
	RequestLife = 30 * 24 * time.Hour
)

// RequestReminders are the ages of a request at which the solutions engineers are reminded of
// it.
func RequestReminders() []time.Duration { return []time.Duration{24 * time.Hour, 3 * 24 * time.Hour} }

// UnlockWish is what a team says when it asks for an unlock, as it was typed.
type UnlockWish struct {
	UseCase       string
	StartsOn      string // YYYY-MM-DD; empty: at once
	DailyRequests string // a whole number; empty: not said
}

// NewUnlockRequest checks what a team says: what for, in 1 to 2,000 characters; a first day
// from today to a year from now, unless it is empty; and 1 to 1,000,000,000 requests a day,
// unless that is empty. All that is wrong is in the one Invalid error.
func NewUnlockRequest(wish UnlockWish, now time.Time) (UnlockRequest, error) {
	request := UnlockRequest{State: Pending, CreatedAt: now}
	wrong := map[string]string{}
	var err error
	if request.UseCase, err = checkText("use_case", "Say what you will use it for. A sentence or two is enough.",
		wish.UseCase, MaxUseCase); err != nil {
		wrong["use_case"] = err.(*Error).Message
	}
	if request.StartsOn, err = startDay(strings.TrimSpace(wish.StartsOn), now); err != nil {
		wrong["starts"] = err.(*Error).Message
	}
	if request.DailyRequests, err = dailyRequests(wish.DailyRequests); err != nil {
		wrong["daily_requests"] = err.(*Error).Message
	}
	if len(wrong) > 0 {
		return request, &Error{Code: Invalid, Message: wrong[slices.Min(slices.Collect(maps.Keys(wrong)))], Fields: wrong}
	}
	return request, nil
}

func startDay(text string, now time.Time) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	day, err := time.Parse(dateLayout, text)
	switch {
	case err != nil:
		return nil, InvalidField("starts", "That is not a date. Write it as YYYY-MM-DD, such as %s.",
			now.AddDate(0, 0, 7).Format(dateLayout))
	case !day.AddDate(0, 0, 1).After(now):
		return nil, InvalidField("starts", "That day is in the past. Choose today or a later day, or leave it empty.")
	case day.After(now.AddDate(0, 0, maxStartDays)):
		return nil, InvalidField("starts", "That is more than a year away. Ask again when it is nearer.")
	}
	return &day, nil
}

// dailyRequests reads a whole number, with or without separators between thousands.
func dailyRequests(text string) (int64, error) {
	digits := strings.NewReplacer(" ", "", ",", "", "\u00a0", "").Replace(text)
	if digits == "" {
		return 0, nil
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil && !isRange(digits):
		return 0, InvalidField("daily_requests", "Write a whole number, such as 50000.")
	case err != nil || number > maxDailyRequests:
		return 0, InvalidField("daily_requests", "That is more than 1,000,000,000 a day. Check the number.")
	case number < 1:
		return 0, InvalidField("daily_requests", "Write a number above 0, or leave it empty.")
	}
	return number, nil
}

// isRange reports whether the text is a number that is only too large.
func isRange(digits string) bool { return digits != "" && strings.Trim(digits, "0123456789") == "" }

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

// Lapse ends a request that nobody decided in time. It is Conflict for any other.
func (r *UnlockRequest) Lapse(by Signature, now time.Time) error {
	if r.State != Pending || now.Before(r.LapsesAt()) {
		return Errorf(Conflict, "This request does not lapse yet.")
	}
	r.State, r.DecidedAt, r.DecidedBy = Lapsed, &now, by
	return nil
}

// LapsesAt is when the request ends by itself unless it is decided.
func (r *UnlockRequest) LapsesAt() time.Time { return r.CreatedAt.Add(RequestLife) }

// RemindersDue is how many reminders a pending request of this age has had, if none was missed.
func (r *UnlockRequest) RemindersDue(now time.Time) int {
	due := 0
	for _, age := range RequestReminders() {
		if r.State == Pending && !now.Before(r.CreatedAt.Add(age)) {
			due++
		}
	}
	return due
}

// decide moves a pending request on. The first decision wins; whoever comes
// second gets a Conflict that says who did what, and when. Nobody decides as an engineer
// what they asked for themselves as a member.
func (r *UnlockRequest) decide(to UnlockState, by Signature, now time.Time) error {
	switch {
	case r.State == Lapsed:
		return Errorf(Conflict, "This request lapsed on %s: nobody had decided it within 30 days.",
			r.DecidedAt.UTC().Format(momentLayout))
	case r.State != Pending:
		return Errorf(Conflict, "%s %s this request on %s.", Isolated(r.DecidedBy.Name), decisionVerb[r.State],
			r.DecidedAt.UTC().Format(momentLayout))
	case !now.Before(r.LapsesAt()):
		return Errorf(Conflict, "This request lapsed on %s: nobody had decided it within 30 days.",
			r.LapsesAt().UTC().Format(momentLayout))
	case to != Withdrawn && r.MadeBy(by.ID):
		return Errorf(Forbidden, "You made this request yourself. Another solutions engineer has to decide it.")
	}
	r.State, r.DecidedAt, r.DecidedBy = to, &now, by
	return nil
}

var decisionVerb = map[UnlockState]string{
	Approved: "already approved", Declined: "already declined", Withdrawn: "withdrew",
}

// MadeBy reports whether the user with the id made the request.
func (r *UnlockRequest) MadeBy(userID string) bool { return userID != "" && r.CreatedBy.ID == userID }

// UndoneUntil is until when the user can take back how the request was decided: an engineer's own
// decision, for UndoLife. It is zero when they cannot.
func (r *UnlockRequest) UndoneUntil(userID string) time.Time {
	if r.State != Approved && r.State != Declined || userID == "" || r.DecidedBy.ID != userID {
		return time.Time{}
	}
	return r.DecidedAt.Add(UndoLife)
}

// ResumableUntil is until when a withdrawn request can wait again; zero when it cannot.
func (r *UnlockRequest) ResumableUntil() time.Time {
	if r.State != Withdrawn {
		return time.Time{}
	}
	if until := r.DecidedAt.Add(UndoLife); until.Before(r.LapsesAt()) {
		return until
	}
	return r.LapsesAt()
}

// UndoWithdraw has a withdrawn request wait again, for as long as a decision can be undone.
func (r *UnlockRequest) UndoWithdraw(now time.Time) error {
	switch {
	case r.State != Withdrawn:
		return Errorf(Conflict, "This request is not withdrawn.")
	case !now.Before(r.DecidedAt.Add(UndoLife)):
		return Errorf(Conflict, "It could be taken back for 10 minutes, which were over on %s. Ask again.",
			r.DecidedAt.Add(UndoLife).UTC().Format(momentLayout))
	case !now.Before(r.LapsesAt()):
		return Errorf(Conflict, "This request would have lapsed meanwhile. Ask again.")
	}
	r.State, r.DecidedAt, r.DecidedBy = Pending, nil, Signature{}
	return nil
}

// Undo takes a decision back: the request waits again. It is Forbidden for anybody but whoever
// decided, and Conflict when there is nothing to take back, or the time for it is over.
func (r *UnlockRequest) Undo(by Signature, now time.Time) error {
	until := r.UndoneUntil(by.ID)
	switch {
	case r.State != Approved && r.State != Declined:
		return Errorf(Conflict, "There is no decision to undo.")
	case until.IsZero():
		return Errorf(Forbidden, "%s made this decision, and nobody else can undo it.", Isolated(r.DecidedBy.Name))
	case !now.Before(until):
		return Errorf(Conflict, "A decision can be undone for 10 minutes, which were over on %s.",
			until.UTC().Format(momentLayout))
	}
	r.State, r.DecidedAt, r.DecidedBy = Pending, nil, Signature{}
	r.Agreement, r.EndsAt, r.Answer = "", nil, ""
	return nil
}

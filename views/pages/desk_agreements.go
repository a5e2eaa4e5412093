package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/words"
)

// DeskAgreements is /desk/agreements.
type DeskAgreements struct {
	Base
	Bar   ListBar
	Rows  []DeskAgreementRow
	Pager Pager
}

// DeskAgreementRow is an agreement in the list.
type DeskAgreementRow struct {
	ID        string
	Reference string
	TeamSlug  string
	TeamName  string
	Signatory string
	Engineer  string
	Trial     bool
	First     time.Time
	Ends      time.Time // the first moment after the last day; zero: open-ended
	Covers    []models.EnvironmentKind
	Locked    int // how many of them are locked by an engineer
}

// state says where the agreement stands, with the tone of its badge.
func (r DeskAgreementRow) state(now time.Time) (tone, icon, text string) {
	switch {
	case !r.Ends.IsZero() && !now.Before(r.Ends):
		return "", "clock", "Ended"
	case now.Before(r.First):
		return "wait", "hourglass", "Coming"
	case r.Locked > 0:
		return "bad", "lock", "Locked"
	case len(r.Covers) == 0:
		return "", "circle", "Covers nothing"
	case !r.Ends.IsZero() && r.Ends.Sub(now) < models.EndingSoon:
		return "wait", "clock", "Ends soon"
	}
	return "good", "lock-open", "In force"
}

// DeskAgreement is /desk/agreements/{agreement}. Its forms: POST …/renew, …/end, and …/notes
// with note; and POST /desk/teams/{team}/{environment}/lock with reason, and …/unlock.
type DeskAgreement struct {
	Base
	DeskAgreementRow
	CreatedAt    time.Time
	CreatedBy    string
	PerSecond    int
	PerDay       int
	Environments []AgreementEnvironment
	// RenewedUntil is when it ends once it is renewed; zero: it cannot be.
	RenewedUntil time.Time
	CanEnd       bool
	// Alike names other teams with an agreement of the same reference.
	Alike    []string
	Versions []AgreementVersion
	Notes    []Reply
	// Note keeps what was typed; NoteError says what is wrong with it.
	Note      string
	NoteError string
}

// AgreementEnvironment is an environment that an agreement covers.
type AgreementEnvironment struct {
	Slug       string
	Name       string
	Starts     time.Time
	Ends       time.Time // zero: open-ended
	LockedAt   time.Time // zero: no engineer has locked it
	LockedBy   string
	LockReason string
	InForce    bool
	Use        DayUse
	// Reason keeps what was typed to lock it; ReasonError says what is wrong with it.
	Reason      string
	ReasonError string
}

// lasts says from when to when the environment is unlocked under the agreement.
func (e AgreementEnvironment) lasts(now time.Time) string {
	switch {
	case now.Before(e.Starts) && e.Ends.IsZero():
		return "Unlocks on " + words.Day(e.Starts) + ", 00:00 UTC. Open-ended."
	case now.Before(e.Starts):
		return "Unlocks on " + words.Day(e.Starts) + ", 00:00 UTC, until " + words.Until(e.Ends) + "."
	case e.Ends.IsZero():
		return "Since " + words.Day(e.Starts) + ", open-ended."
	case now.Before(e.Ends):
		return "Since " + words.Day(e.Starts) + ", until " + words.Until(e.Ends) + "."
	}
	return "From " + words.Day(e.Starts) + " until " + words.Until(e.Ends) + "."
}

// AgreementVersion is how an agreement was changed.
type AgreementVersion struct {
	At    time.Time
	By    string
	Says  []string // what it said from then on
	Note  string
	First bool
}

// AgreementForm is /desk/agreements/new and /desk/agreements/{agreement}/change: a form whose
// Preview says what it would do, and then offers Save.
type AgreementForm struct {
	Base
	TeamSlug string
	TeamName string
	// ID is the agreement that is changed; empty for a new one.
	ID      string
	Version int
	// The fields, as typed, and what is wrong with them by their names.
	Reference, Signatory, EngineerID, FirstDay, LastDay, PerDay, PerSecond, Note string
	Development, Production                                                      bool
	Wrong                                                                        map[string]string
	Engineers                                                                    []Option
	// Begun keeps the first day as it is.
	Begun bool
	// Previewed shows what it would do, in Effects, and offers Save; Seen is what Save sends
	// along, to be sure that it does what was shown.
	Previewed bool
	Effects   []string
	Seen      string
	// Stale says that it would do something else than was shown before.
	Stale bool
	// Alike names other teams with an agreement of the same reference.
	Alike []string
}

// action is where the form is sent to be saved.
func (p AgreementForm) action() string {
	if p.ID == "" {
		return "/desk/agreements"
	}
	return "/desk/agreements/" + p.ID + "/change"
}

// back is where the form was opened.
func (p AgreementForm) back() string {
	if p.ID == "" {
		return "/desk/teams/" + p.TeamSlug
	}
	return "/desk/agreements/" + p.ID
}

func (p AgreementForm) coversDescribed() templ.Attributes {
	if p.Wrong["covers"] == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": "covers-error"}
}

func (p AgreementForm) title() string {
	if p.ID == "" {
		return "New agreement"
	}
	return "Change the agreement"
}

func (p AgreementForm) firstHint() string {
	if p.Begun {
		return "It has begun, so this stays."
	}
	return "Empty: today. On a later day the unlock waits for it."
}

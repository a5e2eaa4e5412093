package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// Locked is every page of an environment that never was unlocked, and /t/{team}/{environment}/unlock, on which a
// team that has a trial asks for an agreement, and others for a renewal. Its forms: Start trial, POST
// /t/{team}/{environment}/trial with the offer; Request unlock, GET
// the page with request=1 (Asking); Send request, POST
// /t/{team}/{environment}/unlock-requests with use_case, starts and daily_requests; Withdraw, POST
// …/unlock-requests/{id}/withdraw.
type Locked struct {
	Base
	// Apart is set for /t/{team}/{environment}/unlock, while the environment's own pages are readable.
	Apart bool
	// Ending is the agreement that unlocks the environment now and ends soon; nil otherwise.
	Ending *Agreement
	// Lapsed is the agreement that ended and locked the environment; nil when
	// it has never been unlocked.
	Lapsed *Agreement
	// LockReason is why an engineer locked it; empty when none did.
	LockReason string
	// Begins is when an agreement unlocks it by itself; zero when none will.
	Begins time.Time
	// Offer is the trial that the team may take, as its form sends it back; empty when there is none.
	// OfferPerDay is its limit of a day, and TrialEnds the last moment that it would have if it were
	// taken now.
	Offer       string
	OfferPerDay int
	TrialEnds   time.Time
	// Trial is the one that unlocks the environment now; nil when it is locked.
	Trial *Agreement
	// CanRequest lets the person request and withdraw.
	CanRequest bool
	// Managers names those who can, for someone who cannot.
	Managers []string
	// Asking shows the form.
	Asking bool
	// UseCase, Starts and DailyRequests keep what was typed; the errors say what is wrong with it.
	UseCase            string
	UseCaseError       string
	Starts             string
	StartsError        string
	DailyRequests      string
	DailyRequestsError string
	// UseCaseMax is the most characters of a use case.
	UseCaseMax int
	// Pending is the request that waits; nil when there is none.
	Pending *UnlockRequest
	// LastReply is the last one to the pending request; nil when there is none.
	LastReply *Reply
	// Earlier are the decided and withdrawn requests, newest first; when the
	// newest was declined, the page shows it above the button.
	Earlier []UnlockRequest
}

// UnlockRequest is a request to unlock an environment.
type UnlockRequest struct {
	ID      string
	State   models.UnlockState
	UseCase string
	// StartsOn is the first day that the team asks for; zero: at once.
	StartsOn time.Time
	// DailyRequests is how many requests a day the team expects; zero: not said.
	DailyRequests int64
	AskedAt       time.Time
	AskedBy       string
	// LapsesAt is when a pending request ends by itself.
	LapsesAt time.Time
	// DecidedAt and DecidedBy tell who approved, declined or withdrew it; zero while it waits.
	DecidedAt time.Time
	DecidedBy string
	// Reason is why it was declined.
	Reason string
	// Agreement is what it was approved under.
	Agreement *Agreement
}

// polling keeps a waiting page up to date; a page on which somebody types is left alone.
func (p Locked) polling() templ.Attributes {
	if p.Pending == nil {
		return nil
	}
	return live("unlock", p.address(), "4s")
}

// address is the page's own.
func (p Locked) address() string {
	if p.Apart {
		return p.Here(layout.Overview) + "/unlock"
	}
	return p.Here(p.Section)
}

// renewed is the agreement that a request asks to renew; nil when it asks for a new one.
func (p Locked) renewed() *Agreement {
	switch {
	case p.Ending != nil:
		return p.Ending
	case p.Trial == nil && p.LockReason == "" && p.Lapsed != nil && !p.Lapsed.Trial:
		return p.Lapsed
	}
	return nil
}

// renewal says what is asked for with a renewal.
func (p Locked) renewal() string {
	verb := " ended on "
	if p.Ending != nil {
		verb = " ends on "
	}
	is := p.renewed()
	return "You ask to renew agreement " + models.Isolated(is.Reference) + ", which" + verb + words.Moment(is.Ends) +
		". The same keys go on working once it is renewed."
}

// request is what the button asks for.
func (p Locked) request() string {
	if p.renewed() != nil {
		return "Request renewal"
	}
	return "Request unlock"
}

func (p Locked) title() string {
	if p.Trial != nil {
		return "Unlock " + p.Environment.Name + " under an agreement"
	}
	if p.Ending != nil {
		return "Renew the agreement of " + p.Environment.Name
	}
	return p.Environment.Name + " is locked"
}

// rejected reports that the form came back.
func (p Locked) rejected() bool {
	return p.UseCaseError != "" || p.StartsError != "" || p.DailyRequestsError != ""
}

// hasLapsed reports that nobody decided the newest request in time, and none followed.
func (p Locked) hasLapsed() bool {
	return p.Pending == nil && len(p.Earlier) > 0 && p.Earlier[0].State == models.Lapsed
}

// wasDeclined reports that the newest request was declined and none followed.
func (p Locked) wasDeclined() bool {
	return p.Pending == nil && len(p.Earlier) > 0 && p.Earlier[0].State == models.Declined
}

// history is what the list of earlier requests shows.
func (p Locked) history() []UnlockRequest {
	if p.wasDeclined() || p.hasLapsed() {
		return p.Earlier[1:]
	}
	return p.Earlier
}

// requestsAddress is where a request is posted to.
func (p Locked) requestsAddress() string {
	return p.Here(layout.Overview) + "/unlock-requests"
}

func (p Locked) managersLine() string {
	line := "As a viewer you cannot request an unlock; developers, admins and owners can"
	if len(p.Managers) == 0 {
		return line + "."
	}
	return line + ": " + words.Among(p.Managers) + "."
}

package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// DeskRequests is /desk/requests; the decided ones with ?state=decided.
type DeskRequests struct {
	Base
	// Decided shows the decided requests rather than the pending ones.
	Decided bool
	Bar     ListBar
	// Here is the address of the page, with what narrows it.
	Here string
	// PendingCount is shown on the tab.
	PendingCount int
	// Rows: pending ones oldest first, decided ones newest first.
	Rows  []DeskRequestRow
	Pager Pager
}

// DeskRequestRow is a request in the list.
type DeskRequestRow struct {
	UnlockRequest
	TeamSlug    string
	TeamName    string
	Environment layout.Environment
	// LastReply is what was written last; nil: nothing was.
	LastReply *Reply
}

// DeskRequest is /desk/requests/{id}. Its forms: Unlock, POST …/approve with
// reference and ends (a date, 2026-12-31); Decline, POST …/decline with reason; Send reply, POST
// …/replies with reply; Undo, POST …/undo.
type DeskRequest struct {
	Base
	Request     UnlockRequest
	TeamSlug    string
	TeamName    string
	TeamSince   time.Time
	Environment layout.Environment
	// Environments are all of the team's.
	Environments []DeskEnvironment
	Members      []Member
	// Prepared are the agreements of the team that have not ended: it can be unlocked under one.
	Prepared []PreparedAgreement
	// Renews is the agreement that a pending request is to renew, as far as anybody can tell: it ends soon, or has
	// ended last; nil when there is none. RenewsEnded is set where it has ended.
	Renews      *Agreement
	RenewsEnded bool
	// Earlier are the team's other requests, newest first.
	Earlier []DeskRequestRow
	// Conflict is set when someone else decided first: the page says who did what.
	Conflict     bool
	Conversation Conversation
	// Own is set for a request that the engineer made as a member of the team.
	Own bool
	// UndoneUntil is until when the engineer can undo the decision; zero: they cannot.
	UndoneUntil time.Time
	// Reference, Ends and Reason keep what was typed.
	Reference string
	Ends      string
	Reason    string
	// Errors of a rejected form; an empty string where the field is fine.
	ReferenceError string
	EndsError      string
	ReasonError    string
}

// PreparedAgreement is an agreement that a team has already.
type PreparedAgreement struct {
	Agreement
	// First is its first day; zero when that has come.
	First time.Time
}

// term says from when to when it lasts.
func (a PreparedAgreement) term() string {
	var from, until string
	if !a.First.IsZero() {
		from = "from " + words.Day(a.First) + " on, "
	}
	if until = "open-ended"; !a.Ends.IsZero() {
		until = "until " + words.Moment(a.Ends)
	}
	return from + until
}

// Member is a member of a team.
type Member struct {
	Name  string
	Email string
	Role  string
}

// DeskEnvironment is an environment as the desk sees it.
type DeskEnvironment struct {
	layout.Environment
	// Agreement is nil for the Playground and where there has never been one.
	Agreement *Agreement
	// LockReason is why an engineer has locked it; empty where none has.
	LockReason string
	// Keys are those that work, without the keys themselves.
	Keys []DeskKey
	// Interactions counts the data set's interactions.
	Interactions int
	// Today and Week count the requests that were let in since midnight, UTC, and in 7 days.
	Today int
	Week  int
	// Day is how much of a day's limit is used; zero where there is none.
	Day DayUse
	// Reason keeps what was typed to lock it; ReasonError says what is wrong with it.
	Reason      string
	ReasonError string
}

// DeskKey is a key as the desk sees it: never the key itself.
type DeskKey struct {
	KeyFacts
	Kind models.KeyKind
	// Until is when a retiring key ends; zero for an active one.
	Until time.Time
}

// conflictLine says who decided first and what.
func (p DeskRequest) conflictLine() string {
	by := models.Isolated(p.Request.DecidedBy)
	switch p.Request.State {
	case models.Approved:
		return by + " already unlocked this on"
	case models.Declined:
		return by + " already declined this on"
	case models.Withdrawn:
		return by + " withdrew this request on"
	case models.Lapsed:
		return "This request lapsed on"
	}
	return "This request changed on"
}

// polling keeps the pending requests up to date.
func (p DeskRequests) polling() templ.Attributes {
	if p.Decided || p.Pager.Newer != "" {
		return nil
	}
	return live("requests", p.Here, "10s")
}

// currentTab marks the tab one is on.
func currentTab(same bool) templ.Attributes {
	if same {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// waited says for how long a request waits.
func waited(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return words.Span(d)
}

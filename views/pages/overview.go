package pages

import (
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// Overview is /t/{team}/{environment} of an environment that is unlocked or has been.
type Overview struct {
	Base
	// Agreement is what the environment is unlocked under; nil for the Playground, and while it is locked again.
	Agreement *Agreement
	// Day is how much of a day's limit is used; zero where there is none.
	Day DayUse
	// Publishable and Secret are the active keys; nil where there is none.
	Publishable *KeyFacts
	Secret      *KeyFacts
	// PublishableText is the publishable key itself, for the snippet; empty when there is none.
	PublishableText string
	// APIURL is the base of the API without a trailing slash: "http://localhost:8080".
	APIURL string
	// Retiring counts the old keys that still work for a while.
	Retiring int
	// Products, Users and Interactions are the sizes of the data set.
	Products     int
	Users        int
	Interactions int
	// LastInteraction is when the newest interaction arrived; zero when there is none.
	LastInteraction time.Time
	// Recent is the newest activity of the environment, about six entries.
	Recent []Entry
	// Steps is what to do next, in order; empty when nothing is left.
	Steps []Step
	// Use is how the environment's keys are used; nil for a guest.
	Use *OverviewUse
	// Exposures are signs that a key is where it should not be, the worst first.
	Exposures []Exposure
}

// OverviewUse is how an environment's keys are used, in short.
type OverviewUse struct {
	// Today are the requests since midnight in UTC, and Yesterday about as many as
	// there had been at this time of the day before.
	Today     Counts
	Yesterday Counts
	// PublishableLastAt and SecretLastAt are when the active keys were used last;
	// zero when they never were.
	PublishableLastAt time.Time
	SecretLastAt      time.Time
}

// lastAt is when the secret key, or the publishable one, was used last.
func (u OverviewUse) lastAt(secret bool) time.Time {
	if secret {
		return u.SecretLastAt
	}
	return u.PublishableLastAt
}

// Agreement is what an environment was unlocked under.
type Agreement struct {
	// ID leads engineers to it; empty where it is not known.
	ID        string
	Reference string
	// Ends is the last moment of the agreement; zero when it has no end.
	Ends time.Time
	// Follows is the reference of the agreement that begins at the end of this one; empty when
	// none does.
	Follows string
	// Trial says that the team took it by itself.
	Trial bool
}

// name begins a sentence about the agreement.
func (a Agreement) name() string {
	if a.Trial {
		return "The trial"
	}
	return "Agreement " + models.Isolated(a.Reference)
}

// nameWithin names the agreement within a sentence.
func (a Agreement) nameWithin() string {
	if a.Trial {
		return "the trial"
	}
	return "agreement " + models.Isolated(a.Reference)
}

// KeyFacts is what is known of a key without the key itself.
type KeyFacts struct {
	ID string
	// Ending is the key's last four characters; empty where they are not known.
	Ending string
	// Name is what the team calls it; may be empty.
	Name      string
	CreatedAt time.Time
	CreatedBy string
	// ViewedAt and ViewedBy tell who saw it last; zero when nobody did.
	ViewedAt time.Time
	ViewedBy string
	// Copied is set when that was a copy, which showed it on no page.
	Copied bool
}

// Step is one thing to do next.
type Step struct {
	Done bool
	// Text says what, in the imperative: "Send the first interaction".
	Text string
	// Detail says how or why; may be empty.
	Detail string
	// Href leads there; may be empty.
	Href string
	// Awaited is set for a step that is done by somebody or something else: the page
	// looks for it by itself.
	Awaited bool
}

// endingSoon is how long before its end an agreement is worth a warning.
const endingSoon = 30 * 24 * time.Hour

// endsSoon reports that the environment locks within 30 days.
func (p Overview) endsSoon() bool {
	return p.Agreement.Follows == "" && !p.Agreement.Ends.IsZero() && p.Agreement.Ends.Sub(p.Now) < endingSoon
}

func (p Overview) agreementTone() string {
	switch {
	case p.Day.usedUp():
		return "bad"
	case p.endsSoon():
		return "soon"
	}
	return "good"
}

func (p Overview) agreementIcon() string {
	switch p.agreementTone() {
	case "bad":
		return "circle-alert"
	case "soon":
		return "clock"
	}
	return "lock-open"
}

func (p Overview) snippetTitle() string {
	if p.Environment.State == layout.ReadOnly {
		return "Read the sample data"
	}
	return "Send an interaction"
}

// against compares a number with that of yesterday at this time.
func against(yesterday int) string {
	if yesterday == 0 {
		return "none by this time yesterday"
	}
	return "about " + words.Count(yesterday) + " by this time yesterday"
}

// polling keeps the figures fresh, and lets a step that is waited for tick itself. What is shown to
// guests stands still.
func (p Overview) polling() templ.Attributes {
	if p.Guest {
		return nil
	}
	return live(p.now(), p.Here(layout.Overview), "5s")
}

// now is the id of what is kept fresh. It is another one while the environment is locked, so that a page which is open
// is loaded anew when it gets locked or unlocked: the whole of it is about that.
func (p Overview) now() string {
	if p.IsLocked() {
		return "now-locked"
	}
	return "now"
}

func (p Overview) snippets() Snippets {
	return Snippets{APIURL: p.APIURL, PublishableText: p.PublishableText,
		ReadOnly: p.Environment.State == layout.ReadOnly, DryRun: inProduction(p.Base)}
}

// steps are those that are done, or those that are not.
func (p Overview) steps(done bool) []Step {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Done != done })
}

func (p Overview) stepsDone() string {
	return fmt.Sprintf("%d of %d done", len(p.steps(true)), len(p.Steps))
}

package pages

import (
	"fmt"
	"time"

	"dojo/views/layout"
)

// Overview is /t/{team}/{environment} of an environment that is not locked.
type Overview struct {
	Base
	// Agreement is what the environment is unlocked under; nil for the Playground.
	Agreement *Agreement
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
}

// Agreement is what an environment was unlocked under.
type Agreement struct {
	Reference string
	// Ends is the last moment of the agreement; zero when it has no end.
	Ends time.Time
}

// KeyFacts is what is known of a key without the key itself.
type KeyFacts struct {
	ID        string
	CreatedAt time.Time
	CreatedBy string
	// ViewedAt and ViewedBy tell who saw it last; zero when nobody did.
	ViewedAt time.Time
	ViewedBy string
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
}

// endingSoon is how long before its end an agreement is worth a warning.
const endingSoon = 30 * 24 * time.Hour

func (p Overview) agreementTone() string {
	if !p.Agreement.Ends.IsZero() && p.Agreement.Ends.Sub(p.Now) < endingSoon {
		return "wait"
	}
	return "good"
}

func (p Overview) agreementIcon() string {
	if p.agreementTone() == "wait" {
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

func (p Overview) stepsDone() string {
	done := 0
	for _, step := range p.Steps {
		if step.Done {
			done++
		}
	}
	return fmt.Sprintf("%d of %d done", done, len(p.Steps))
}

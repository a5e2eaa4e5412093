package pages

import (
	"time"

	"dojo/views/layout"
)

// UsageRequest is /t/{team}/{environment}/usage/requests/{id}: how one request
// ended, and why.
type UsageRequest struct {
	Base
	// Missing is set when nothing is known of the request; the rest is empty then.
	Missing bool
	RequestRow
	Origin string
	// Title says how it ended and Why explains that, in sentences.
	Title string
	Why   string
	// Fixes are ways to set it right, the likeliest first.
	Fixes []Fix
	// Checks are those of the gate and then the API's answer, in their order.
	Checks []Check
	// KeyHref leads to the key; empty when no team has it.
	KeyHref string
	// Elsewhere is the environment whose key it showed, when that is not the one
	// that is viewed, and ElsewhereHref the same page there.
	Elsewhere     *layout.Environment
	ElsewhereHref string
}

// Fix is something to do about a refusal.
type Fix struct {
	Text string
	// Link names the page where it is done and Href leads there; both may be empty.
	Link string
	Href string
}

// Check is one thing that was looked at.
type Check struct {
	State CheckState
	// Text says what holds or does not: "The key is known to Dojo".
	Text string
	// Detail says more about the one that failed; may be empty.
	Detail string
}

// CheckState is how a check ended.
type CheckState string

// The ends of a check.
const (
	Passed  CheckState = "passed"
	Failed  CheckState = "failed"
	Skipped CheckState = "skipped" // it was not looked at any more
)

func (c Check) icon() string {
	switch c.State {
	case Passed:
		return "circle-check"
	case Failed:
		return "circle-x"
	}
	return "circle-dashed"
}

// inWords is the state for those who do not see the icon.
func (c Check) inWords() string {
	switch c.State {
	case Passed:
		return "Passed: "
	case Failed:
		return "Failed: "
	}
	return "Not looked at: "
}

// exactTime writes a moment to the second.
func exactTime(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") }

package models

import "slices"

// Outcome says how a request to the API ended. Those of refused requests are in
// refusal.go: they name the check that failed, in more detail than the caller is
// told. The zero Outcome lets nobody in.
type Outcome string

// Accepted is the gate's finding on a request that is let in and not answered yet.
// No request keeps it: OutcomeOf says how the request ended.
const Accepted Outcome = "accepted"

// The outcomes of requests that were let in.
const (
	Succeeded Outcome = "succeeded" // answered with a status below 400
	Missed    Outcome = "missed"    // 404: there is no such record, task or endpoint
	Rejected  Outcome = "rejected"  // another 4xx: what was sent was not right
	Failed    Outcome = "failed"    // 5xx: the fault is Dojo's, or the upstream's
)

// Endings lists the outcomes of requests that were let in and answered.
func Endings() []Outcome { return []Outcome{Succeeded, Missed, Rejected, Failed} }

// Refused reports whether the gate refused a request with the outcome.
func (o Outcome) Refused() bool { return o != Accepted && !slices.Contains(Endings(), o) }

// OutcomeOf is the outcome of a request that was let in and answered with the
// HTTP status.
func OutcomeOf(status int) Outcome {
	switch {
	case status < 400:
		return Succeeded
	case status == 404:
		return Missed
	case status < 500:
		return Rejected
	}
	return Failed
}

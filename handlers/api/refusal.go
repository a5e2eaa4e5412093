package api

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"dojo/models"
)

// refusal is the answers to requests that were refused with one outcome, ready to
// be sent: the key check has no time to make them.
type refusal struct {
	answer
	named map[models.EnvironmentKind]answer // where the answer names the environment; nil otherwise
}

// refusals has every outcome of the table in models.
var refusals = prepared(models.Checks())

func prepared(checks []models.Check) map[models.Outcome]refusal {
	all := map[models.Outcome]refusal{}
	for _, check := range checks {
		for _, r := range check.Refusals {
			all[r.Outcome] = prepare(r.Answer)
		}
	}
	return all
}

func prepare(told models.Answer) refusal {
	in := func(environment models.EnvironmentKind) answer {
		return newAnswer(told.Status, told.Code, told.Message(environment))
	}
	r := refusal{answer: in("")}
	if told.Message(models.Production) == told.Message(models.Development) {
		return r
	}
	r.named = map[models.EnvironmentKind]answer{}
	for _, environment := range models.EnvironmentKinds() {
		r.named[environment] = in(environment)
	}
	return r
}

func (r refusal) in(environment models.EnvironmentKind) answer {
	if named, ok := r.named[environment]; ok {
		return named
	}
	return r.answer
}

// refuse answers a request that the gate has refused.
func (v *visit) refuse() error {
	refusal, err := v.refusal()
	if err != nil {
		return err
	}
	return refusal.send(v)
}

// refuseLate answers a request that the gate had let in and whose key is not good any
// more, as the gate would.
func (v *visit) refuseLate(outcome models.Outcome) error {
	v.found.Outcome = outcome
	return v.refuse()
}

// refusal returns the answer to a request that the gate has refused.
func (v *visit) refusal() (answer, error) {
	found := &v.found
	refusal, known := refusals[found.Outcome]
	if !known {
		return answer{}, fmt.Errorf("the outcome %q is in no table of refusals", found.Outcome)
	}
	switch found.Outcome {
	case models.RateLimited, models.DayLimited:
		v.Response().Header()["Retry-After"] = wholeSeconds(found.RetryAfter)
	case models.NotCanonical:
		return notCanonical(v.request.Fault), nil
	}
	return refusal.in(found.Grant.Environment), nil
}

// wholeSeconds is how long to wait, as a header says it.
func wholeSeconds(wait time.Duration) []string {
	return []string{strconv.Itoa(int(math.Ceil(wait.Seconds())))}
}

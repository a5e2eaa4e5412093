package gate

import (
	"encoding/json"
	"net/http"

	"dojo/models"
)

// Verdict is the gate's decision about one request. The zero Verdict refuses.
type Verdict uint8

// The verdicts, in the order in which they are found.
const (
	InvalidKey         Verdict = iota // no key, malformed, unknown, revoked or retired: the same answer
	Locked                            // the key's environment is locked
	SecretKeyRequired                 // a publishable key where only a secret one opens
	SecretFromBrowser                 // a secret key from a browser, where the team refuses that
	OriginNotAllowed                  // a publishable key on a page of an origin that the team has not listed
	PlaygroundReadOnly                // a write to an environment that is read-only
	RateLimited                       // more requests than the environment may make
	Unavailable                       // the gate cannot know just now; the request may be tried again
	Accepted
)

// answer is what a verdict says to whoever asked, ready to be sent.
type answer struct {
	status  int
	code    string // for programs; empty when the status says it all
	message string
	body    []byte
}

func newAnswer(status int, code, message string) answer {
	body, err := json.Marshal(struct {
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
	}{message, code})
	if err != nil {
		panic(err) // two strings always encode
	}
	return answer{status, code, message, body}
}

// answers has every answer but those of Locked. The words of InvalidKey are those
// of Miso's API. Miso's browser client takes a 400 that names the playground for
// no failure.
var answers = [...]answer{
	InvalidKey:         newAnswer(http.StatusUnauthorized, "", "invalid api key."),
	SecretKeyRequired:  newAnswer(http.StatusForbidden, "secret_key_required", "This endpoint needs your secret API key."),
	SecretFromBrowser:  newAnswer(http.StatusForbidden, "secret_key_in_browser", "This environment refuses its secret key from browsers. Call this endpoint from your server."),
	OriginNotAllowed:   newAnswer(http.StatusForbidden, "origin_not_allowed", "Pages of this origin may not use this key. Its team lists the origins that may."),
	RateLimited:        newAnswer(http.StatusTooManyRequests, "rate_limited", "This environment has made too many requests. Try again in a moment."),
	PlaygroundReadOnly: newAnswer(http.StatusBadRequest, "playground_read_only", "The Playground environment is read-only."),
	Unavailable:        newAnswer(http.StatusServiceUnavailable, "unavailable", "Dojo cannot check API keys just now. Try again in a few seconds."),
	Accepted:           {status: http.StatusOK},
}

// lockedAnswers has the answer of Locked for each environment.
var lockedAnswers = map[models.EnvironmentKind]answer{
	models.Playground:  newLockedAnswer(models.Playground),
	models.Development: newLockedAnswer(models.Development),
	models.Production:  newLockedAnswer(models.Production),
}

func newLockedAnswer(environment models.EnvironmentKind) answer {
	return newAnswer(http.StatusForbidden, "environment_locked",
		"The "+environment.Name()+" environment is locked. Request an unlock in Dojo or contact your solutions engineer.")
}

func (v Verdict) answer(environment models.EnvironmentKind) answer {
	if v == Locked {
		return lockedAnswers[environment]
	}
	return answers[v]
}

// Status is the HTTP status of the verdict.
func (v Verdict) Status() int { return v.answer(models.Production).status }

// Code is the verdict's name for programs, such as "environment_locked". It is
// empty for Accepted and for InvalidKey.
func (v Verdict) Code() string { return v.answer(models.Production).code }

// Message says the verdict to people. It is empty for Accepted.
func (v Verdict) Message(environment models.EnvironmentKind) string {
	return v.answer(environment).message
}

// Body is the JSON to answer with, nil for Accepted. It is shared: do not change
// it.
func (v Verdict) Body(environment models.EnvironmentKind) []byte {
	return v.answer(environment).body
}

package handlers

import (
	"slices"

	"dojo/models"
	"dojo/views/pages"
)

// check is one of the gate's checks.
type check struct {
	passed string // what holds when it is passed
	fails  []failing
}

// failing is one way of failing a check.
type failing struct {
	outcome models.Outcome
	short   string // how the request ended, for lists
	text    string // what did not hold
	why     string // what that means, to whoever made the request
}

// checks is the one table of what the gate looks at and of the words for it, in the
// order in which it looks.
var checks = []check{
	{"One key was given", []failing{
		{models.NoKey, "Refused: no key", "No key was given",
			"The request showed no key: neither in the header X-API-KEY, nor as Authorization: Bearer, nor as the parameter api_key."},
		{models.AmbiguousKey, "Refused: more than one key", "More than one key was given",
			"The request showed two different keys, or the parameter api_key twice. Which one counts cannot be told, so none does."},
	}},
	{"It has the form of a key", []failing{
		{models.MalformedKey, "Refused: not a key", "What was given cannot be a key",
			"A key is 40 characters, the digits 0 to 9 and the letters a to f. What the request showed was something else."},
	}},
	{"Dojo knows the key", []failing{
		{models.UnknownKey, "Refused: unknown key", "No team has or had this key",
			"The request showed something of the form of a key that belongs to no team of this installation."},
	}},
	{"The key is not revoked", []failing{
		{models.KeyIsRevoked, "Refused: the key is revoked", "The key is revoked",
			"The request showed a key that was revoked. A revoked key is refused for ever."},
	}},
	{"Its grace period is not over", []failing{
		{models.KeyIsRetired, "Refused: the grace period is over", "The key’s grace period is over",
			"The request showed an old key that was replaced, and the time in which both worked is over. It is refused for ever."},
	}},
	{"The environment is unlocked", []failing{
		{models.NeverUnlocked, "Refused: the environment is locked", "The environment was locked",
			"The key is good, and its environment was locked. Its keys work as soon as a solutions engineer unlocks it."},
		{models.AgreementEnded, "Refused: the agreement has ended", "The environment’s agreement had ended",
			"The key is good, and the agreement under which its environment was unlocked had ended. The environment locked itself."},
	}},
	{"The request can be read in one way only", []failing{
		{models.NotCanonical, "Refused: the path or the method is unclear", "The request could be read in two ways",
			"Its path or its method is written so that other programs may take the request for another one. The answer says how."},
	}},
	{"The key opens this endpoint", []failing{
		{models.SecretKeyNeeded, "Refused: it needs the secret key", "This endpoint takes the secret key",
			"The request showed the publishable key, which sends interactions and nothing else. Every other endpoint takes the secret key."},
	}},
	{"It is no secret key from a browser, or that is accepted", []failing{
		{models.SecretFromBrowser, "Refused: secret key in a browser", "A browser sent the secret key",
			"A web page sent the secret key, and your team refuses that in this environment: whoever visits the page could read the key."},
	}},
	{"The page’s origin is allowed", []failing{
		{models.OriginNotAllowed, "Refused: the origin is not allowed", "The page’s origin is not in the list",
			"The publishable key was used on a page of an origin that your team has not listed for this environment."},
	}},
	{"The environment may be written to", []failing{
		{models.PlaygroundReadOnly, "Refused: the Playground is read-only", "The Playground is read-only",
			"The request would have changed data, and the Playground’s is the same for all teams: it can only be read."},
	}},
	{"The environment has not made too many requests", []failing{
		{models.RateLimited, "Refused: too many requests", "The environment made too many requests",
			"Requests came faster than this environment may make them. The answer says in Retry-After how long to wait."},
	}},
	{"Dojo could check the key", []failing{
		{models.GateUnavailable, "Refused: Dojo could not check", "Dojo could not check keys just then",
			"Dojo had lost touch with its database, and refuses what it cannot be sure of. The fault is not yours."},
	}},
}

// ending is the words for the outcome of a request that was let in.
type ending struct {
	tone  string
	short string
	text  string
	why   string
}

var endings = map[models.Outcome]ending{
	models.Succeeded: {"good", "Succeeded", "The API did what it was asked to", "The key passed all checks, and the API did what it was asked to."},
	models.Missed: {"bad", "Not found", "The API found nothing there",
		"The key passed all checks. There is no such record, task or endpoint in this environment: it may have another id, be in another environment, or not be uploaded yet."},
	models.Rejected: {"bad", "Rejected", "What was sent was not right",
		"The key passed all checks, and the API could not take what was sent. The body of the answer says what was wrong with it, line by line."},
	models.Failed: {"bad", "The API failed", "The API failed",
		"The key passed all checks, and the API, or what stands behind it, failed. The fault is not yours: try again, and tell your solutions engineer when it lasts."},
}

// refusal finds the words for an outcome among the checks.
func refusal(outcome models.Outcome) (at int, words failing) {
	for at, c := range checks {
		for _, f := range c.fails {
			if f.outcome == outcome {
				return at, f
			}
		}
	}
	return -1, failing{}
}

// outcomeWords is how a request ended, for a list.
func outcomeWords(outcome models.Outcome) pages.Outcome {
	if end, ok := endings[outcome]; ok {
		return pages.Outcome{Tone: end.tone, Text: end.short}
	}
	_, words := refusal(outcome)
	return pages.Outcome{Tone: "wait", Text: words.short}
}

// checked lists the checks with how they ended, and the API's answer after them.
// When Dojo could not check, nothing is known of the checks before.
func checked(outcome models.Outcome) []pages.Check {
	failed, words := refusal(outcome)
	list := make([]pages.Check, 0, len(checks)+1)
	for i, c := range checks {
		row := pages.Check{State: pages.Passed, Text: c.passed}
		switch {
		case failed < 0 || i < failed && outcome != models.GateUnavailable:
		case i == failed:
			row = pages.Check{State: pages.Failed, Text: words.text}
		default:
			row.State = pages.Skipped
		}
		list = append(list, row)
	}
	last := pages.Check{State: pages.Skipped, Text: "The API answers"}
	if end, ok := endings[outcome]; ok {
		last = pages.Check{State: pages.Passed, Text: end.text}
		if end.tone == "bad" {
			last.State = pages.Failed
		}
	}
	return append(list, last)
}

// why explains how a request ended.
func why(outcome models.Outcome) string {
	if end, ok := endings[outcome]; ok {
		return end.why
	}
	_, words := refusal(outcome)
	return words.why
}

// failedCheck is the check that failed, to say more about; nil when none did.
func failedCheck(list []pages.Check) *pages.Check {
	i := slices.IndexFunc(list, func(c pages.Check) bool { return c.State == pages.Failed })
	if i < 0 {
		return nil
	}
	return &list[i]
}

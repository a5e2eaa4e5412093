package models

import "strings"

//go:generate go test -run ^TestRefusalsAreDocumented$ -update .

// The outcomes of requests that were refused, in the order of the gate's checks.
const (
	NoKey              Outcome = "no_key"
	AmbiguousKey       Outcome = "ambiguous_key" // more than one key was given
	MalformedKey       Outcome = "malformed_key" // what was given cannot be a key
	UnknownKey         Outcome = "unknown_key"
	KeyIsRevoked       Outcome = "revoked_key"
	KeyIsRetired       Outcome = "retired_key" // its grace period is over
	LockedByEngineer   Outcome = "locked_by_engineer"
	NotBegun           Outcome = "agreement_not_begun"
	AgreementEnded     Outcome = "agreement_ended"
	NeverUnlocked      Outcome = "locked"
	NotCanonical       Outcome = "not_canonical" // the request could be read in two ways
	SecretKeyNeeded    Outcome = "secret_key_required"
	SecretFromBrowser  Outcome = "secret_key_in_browser"
	OriginNotAllowed   Outcome = "origin_not_allowed"
	PlaygroundReadOnly Outcome = "playground_read_only"
	RateLimited        Outcome = "rate_limited"
	DayLimited         Outcome = "day_limited" // the day's requests are used up
	GateUnavailable    Outcome = "unavailable" // the gate could not know
)

// Refusal is everything that is said of a request that the gate refused: to the
// caller, who may be anybody, and to the key's team, which may know more.
type Refusal struct {
	Outcome Outcome

	// What the caller is told. Several outcomes share one answer where the
	// difference would tell which keys exist.
	Answer

	// What the team is told.
	Short  string // how the request ended, in a list
	Failed string // what did not hold, in place of the check's Passed
	Why    string // what that means
	Fixes  []Fix  // how to set it right, the likeliest first
}

// Answer is what the caller of a refused request is told.
type Answer struct {
	Status  int    // of HTTP
	Code    string // for programs; empty when the status says it all
	message string // "{environment}" stands for the environment's name
}

// Message says the answer to people. Only some answers name the environment.
func (a Answer) Message(environment EnvironmentKind) string {
	return strings.ReplaceAll(a.message, "{environment}", environment.Name())
}

// Fix is something that a team can do about a request that failed, or a key that is
// exposed.
type Fix struct {
	Text string  // plain; "{origin}" stands for the origin of the page that sent the request
	At   FixPage // where it is done; empty: not in Dojo
}

// FixPage names the page of the dashboard where something is set right. The
// dashboard knows the address, and what to add of the key and the environment
// that the request was about.
type FixPage string

// The pages where something is set right.
const (
	AtKeys            FixPage = "keys"
	AtReplacement     FixPage = "replacement" // the keys, naming the one to use instead
	AtSettings        FixPage = "settings"
	AtOverview        FixPage = "overview" // where an unlock is requested
	AtDevelopmentKeys FixPage = "development keys"
	AtRecords         FixPage = "records"    // those that the request was about
	AtRevocation      FixPage = "revocation" // where the secret key is revoked
	AtUsage           FixPage = "usage"
)

// FixPages lists the pages where something is set right.
func FixPages() []FixPage {
	return []FixPage{AtKeys, AtReplacement, AtSettings, AtOverview, AtDevelopmentKeys, AtRecords, AtRevocation, AtUsage}
}

// Check is one of the gate's checks, with the ways of failing it.
type Check struct {
	Passed   string // what holds when it is passed
	Refusals []Refusal
}

// The answers that several refusals share. "invalid api key." are the words of
// Miso's API.
var (
	invalidKey = Answer{401, "", "invalid api key."}
	locked     = Answer{403, "environment_locked",
		"The {environment} environment is locked. Request an unlock in Dojo or contact your solutions engineer."}
)

// Checks is the one table of refusals: what the gate checks, in its order, and
// everything that is said about failing each check. The API's answers and their
// description, the lists and explanations in the dashboard, and docs/refusals.md
// are made from it.
func Checks() []Check { return checks }

var checks = []Check{
	{"One key was given", []Refusal{{
		NoKey, invalidKey,
		"Refused: no key",
		"No key was given",
		"The request showed no key: neither in the header X-API-KEY, nor as Authorization: Bearer, " +
			"nor as the parameter api_key.",
		[]Fix{
			{"Send the key in the header X-API-KEY.", AtKeys},
			{"If the program reads it from an environment variable, look whether that is set where it runs.", ""},
		},
	}, {
		AmbiguousKey, Answer{400, "", "more than one api key was given."},
		"Refused: more than one key",
		"More than one key was given",
		"The request showed two different keys, or the parameter api_key twice. " +
			"Which one counts cannot be told, so none does.",
		[]Fix{{"Send the key in one place, best in the header X-API-KEY, and take it out of the address.", ""}},
	}}},
	{"It has the form of a key", []Refusal{{
		MalformedKey, invalidKey,
		"Refused: not a key",
		"What was given cannot be a key",
		"A key is 40 characters, the digits 0 to 9 and the letters a to f. What the request showed was something else.",
		[]Fix{
			{"Copy the key anew, whole.", AtKeys},
			{"Often it was cut off, has quotes, spaces or a line break around it, " +
				"or is the name of a variable in place of its value.", ""},
		},
	}}},
	{"Dojo knows the key", []Refusal{{
		UnknownKey, invalidKey,
		"Refused: unknown key",
		"No team has or had this key",
		"The request showed something of the form of a key that belongs to no team of this installation.",
		[]Fix{
			{"Copy the key anew.", AtKeys},
			{"Often a letter of it is wrong, or it is a key of another installation of Dojo: " +
				"look at the host that the request went to.", ""},
		},
	}}},
	{"The key is not revoked", []Refusal{{
		KeyIsRevoked, invalidKey,
		"Refused: the key is revoked",
		"The key is revoked",
		"The request showed a key that was revoked. A revoked key is refused for ever.",
		[]Fix{{"Put the key that is active now into the program, or get a new one.", AtReplacement}},
	}}},
	{"Its grace period is not over", []Refusal{{
		KeyIsRetired, invalidKey,
		"Refused: the grace period is over",
		"The key’s grace period is over",
		"The request showed an old key that was replaced, and the time in which both worked is over. " +
			"It is refused for ever.",
		[]Fix{{"Put the key that is active now into the program, or get a new one.", AtReplacement}},
	}}},
	{"The environment is unlocked", []Refusal{{
		LockedByEngineer, locked,
		"Refused: locked by a solutions engineer",
		"A solutions engineer had locked the environment",
		"The key is good, and a solutions engineer had locked its environment, for a reason that stands on the " +
			"environment’s page. The keys are not revoked: they work as soon as it is unlocked again.",
		[]Fix{{"Read why, and see to it with your solutions engineer.", AtOverview}},
	}, {
		NotBegun, locked,
		"Refused: the agreement has not begun",
		"The environment’s agreement had not begun",
		"The key is good, and the first day of the agreement under which its environment is unlocked had not come. " +
			"The environment unlocks itself on that day.",
		[]Fix{{"Wait for the agreement’s first day.", AtOverview}},
	}, {
		AgreementEnded, locked,
		"Refused: the agreement has ended",
		"The environment’s agreement had ended",
		"The key is good, and the agreement under which its environment was unlocked had ended. " +
			"The environment locked itself.",
		[]Fix{{"Request an unlock. The keys stay the same.", AtOverview}},
	}, {
		NeverUnlocked, locked,
		"Refused: the environment is locked",
		"The environment was locked",
		"The key is good, and its environment was locked. " +
			"Its keys work as soon as a solutions engineer unlocks it.",
		[]Fix{{"Request an unlock. The keys stay the same.", AtOverview}},
	}}},
	{"The request can be read in one way only", []Refusal{{
		NotCanonical, Answer{400, "not_canonical",
			"Dojo refuses this request because it could be read in two ways."},
		"Refused: the path or the method is unclear",
		"The request could be read in two ways",
		"Its path or its method is written so that other programs may take the request for another one: " +
			"with two slashes in a row or one at the end, with “..” or “;”, with the name of an endpoint encoded or " +
			"in capital letters, or with a second method beside its own. The answer says which.",
		[]Fix{{"Look at the address that the program puts together: often a base address that ends with a slash " +
			"meets a path that begins with one.", ""}},
	}}},
	{"The key opens this endpoint", []Refusal{{
		SecretKeyNeeded, Answer{403, "secret_key_required", "This endpoint needs your secret API key."},
		"Refused: it needs the secret key",
		"This endpoint takes the secret key",
		"The request showed the publishable key, which sends interactions and nothing else. " +
			"Every other endpoint takes the secret key.",
		[]Fix{
			{"Call this endpoint from your server, with the secret key.", AtKeys},
			{"Never put the secret key into a web page or an app.", ""},
		},
	}}},
	{"It is no secret key from a browser, or that is accepted", []Refusal{{
		SecretFromBrowser, Answer{403, "secret_key_in_browser",
			"This environment refuses its secret key from browsers. Call this endpoint from your server."},
		"Refused: secret key in a browser",
		"A browser sent the secret key",
		"A web page sent the secret key, and your team refuses that in this environment: " +
			"whoever visits the page could read the key.",
		[]Fix{
			{"Let the page use the publishable key, or ask a server of yours. " +
				"The secret key has been seen by a browser: revoke it.", AtKeys},
			{"If a browser is to send it all the same, accept it from browsers.", AtSettings},
		},
	}}},
	{"The page’s origin is allowed", []Refusal{{
		OriginNotAllowed, Answer{403, "origin_not_allowed",
			"Pages of this origin may not use this key. Its team lists the origins that may."},
		"Refused: the origin is not allowed",
		"The page’s origin is not in the list",
		"The publishable key was used on a page of an origin that your team has not listed for this environment.",
		[]Fix{
			{"If {origin} is yours, add it to the allowed origins.", AtSettings},
			{"If it is not, somebody uses your publishable key on a page of theirs, and is refused.", ""},
		},
	}}},
	{"The environment may be written to", []Refusal{{
		// Miso's browser client takes a 400 that names the playground for no failure.
		PlaygroundReadOnly, Answer{400, "playground_read_only", "The Playground environment is read-only."},
		"Refused: the Playground is read-only",
		"The Playground is read-only",
		"The request would have changed data, and the Playground’s is the same for all teams: it can only be read.",
		[]Fix{{"Use the keys of Development: its data is your own.", AtDevelopmentKeys}},
	}}},
	{"The environment has not made too many requests", []Refusal{{
		RateLimited, Answer{429, "rate_limited",
			"This environment has made too many requests. Try again in a moment."},
		"Refused: too many requests",
		"The environment made too many requests",
		"Requests came faster than this environment may make them. The answer says in Retry-After how long to wait.",
		[]Fix{{"Wait as long as Retry-After says, and send more records in each request: up to 10,000.", ""}},
	}, {
		DayLimited, Answer{429, "day_limit_reached",
			"This environment has made all requests of the day that its agreement allows. The day ends at 00:00 UTC."},
		"Refused: the day’s limit is reached",
		"The day’s limit was reached",
		"The agreement of this environment sets how many requests it may make in a day, and they were used up. " +
			"Counting begins anew at 00:00 UTC; the answer says in Retry-After how long that is.",
		[]Fix{
			{"Send more records in each request: up to 10,000.", ""},
			{"If the limit is too low for what you do, ask your solutions engineer for a higher one.", AtOverview},
		},
	}}},
	{"Dojo could check the key", []Refusal{{
		GateUnavailable, Answer{503, "unavailable",
			"Dojo cannot check API keys just now. Try again in a few seconds."},
		"Refused: Dojo could not check",
		"Dojo could not check keys just then",
		"Dojo had lost touch with its database, and refuses what it cannot be sure of. The fault is not yours.",
		[]Fix{{"Send the request again in a few seconds.", ""}},
	}}},
}

// Refusals lists the outcomes of refused requests, in the order of the checks.
func Refusals() []Outcome {
	var all []Outcome
	for _, check := range checks {
		for _, refusal := range check.Refusals {
			all = append(all, refusal.Outcome)
		}
	}
	return all
}

// RefusalOf returns what is said of an outcome, and the place among Checks of the
// check that failed. It is -1 for an outcome that is no refusal.
func RefusalOf(outcome Outcome) (refusal Refusal, check int) {
	for i, c := range checks {
		for _, refusal := range c.Refusals {
			if refusal.Outcome == outcome {
				return refusal, i
			}
		}
	}
	return Refusal{}, -1
}

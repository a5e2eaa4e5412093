package models

import "time"

// Outcome says how a request to the API ended. Refusals also say at which of the
// gate's checks, in more detail than whoever asked is told.
type Outcome string

// The outcomes of requests that were let in.
const (
	Succeeded Outcome = "succeeded" // answered with a status below 400
	Missed    Outcome = "missed"    // 404: there is no such record, task or endpoint
	Rejected  Outcome = "rejected"  // another 4xx: what was sent was not right
	Failed    Outcome = "failed"    // 5xx: the fault is Dojo's, or the upstream's
)

// The outcomes of requests that were refused, in the order of the checks.
const (
	NoKey              Outcome = "no_key"
	AmbiguousKey       Outcome = "ambiguous_key" // more than one key was given
	MalformedKey       Outcome = "malformed_key" // what was given cannot be a key
	UnknownKey         Outcome = "unknown_key"
	KeyIsRevoked       Outcome = "revoked_key"
	KeyIsRetired       Outcome = "retired_key" // its grace period is over
	NeverUnlocked      Outcome = "locked"
	AgreementEnded     Outcome = "agreement_ended"
	SecretKeyNeeded    Outcome = "secret_key_required"
	SecretFromBrowser  Outcome = "secret_key_in_browser"
	OriginNotAllowed   Outcome = "origin_not_allowed"
	PlaygroundReadOnly Outcome = "playground_read_only"
	RateLimited        Outcome = "rate_limited"
	GateUnavailable    Outcome = "unavailable" // the gate could not know
)

// Refusals lists the outcomes of refused requests, in the order of the checks.
func Refusals() []Outcome {
	return []Outcome{
		NoKey, AmbiguousKey, MalformedKey, UnknownKey, KeyIsRevoked, KeyIsRetired, NeverUnlocked, AgreementEnded,
		SecretKeyNeeded, SecretFromBrowser, OriginNotAllowed, PlaygroundReadOnly, RateLimited, GateUnavailable,
	}
}

// Refused reports whether a request with the outcome was refused by the gate.
func (o Outcome) Refused() bool {
	switch o {
	case Succeeded, Missed, Rejected, Failed:
		return false
	}
	return true
}

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

// Request is one request to the API, as it is kept for looking things up
// afterwards. It holds no key and no query.
type Request struct {
	ID            string // the answer's X-Request-Id
	EnvironmentID string // empty: the key is nobody's
	KeyID         string // empty likewise
	At            time.Time
	Method        string
	Path          string // cut, without the query, and without what looks like a key
	Endpoint      string // the route that the path belongs to, such as "GET /v1/products/:id"
	Status        int
	Outcome       Outcome
	Origin        string        // of the page that sent it; empty: not told
	Address       string        // IP address
	UserAgent     string        // cut
	Duration      time.Duration // cut to the microsecond
}

// Cursor is where the request stands in a list.
func (r Request) Cursor() Cursor { return Cursor{At: r.At, ID: r.ID} }

// ExposureKind is a sign that a key is where it should not be.
type ExposureKind string

// The kinds of exposure, the worst first.
const (
	SecretInBrowser     ExposureKind = "secret_in_browser"     // a secret key came with the headers that only browsers send
	SecretInURL         ExposureKind = "secret_in_url"         // a secret key came in a query, which proxies and logs keep
	WrongEnvironment    ExposureKind = "wrong_environment"     // a burst of 404s: another environment's records are meant
	PublishableOnServer ExposureKind = "publishable_on_server" // a publishable key is used without a browser
)

// ExposureKinds lists the kinds, the worst first.
func ExposureKinds() []ExposureKind {
	return []ExposureKind{SecretInBrowser, SecretInURL, WrongEnvironment, PublishableOnServer}
}

// Text says the sign in a few words.
func (k ExposureKind) Text() string {
	switch k {
	case SecretInBrowser:
		return "a secret key in a browser"
	case SecretInURL:
		return "a secret key in a URL"
	case WrongEnvironment:
		return "a key that asks for records of another environment"
	case PublishableOnServer:
		return "a publishable key on a server"
	}
	return string(k)
}

// Exposure is such a sign about one key, with what was seen last.
type Exposure struct {
	EnvironmentID string       `gorm:"primaryKey"`
	Kind          ExposureKind `gorm:"primaryKey"`
	KeyID         string       `gorm:"primaryKey"`
	FirstSeenAt   time.Time
	LastSeenAt    time.Time
	Requests      int64
	Address       string
	UserAgent     string
	Origin        string
	SettledAt     *time.Time // a member saw to it; seen later than this, it is open again
}

// Open reports whether nobody has seen to it since it was seen last.
func (e *Exposure) Open() bool { return e.SettledAt == nil || e.LastSeenAt.After(*e.SettledAt) }

// KeyUse is how a key has been used since it was issued.
type KeyUse struct {
	KeyID         string `gorm:"primaryKey"`
	Accepted      int64  // requests let in
	Refused       int64
	LastAt        *time.Time // of a request that was let in; nil: none was
	LastAddress   string     // from where that came, an IP address
	LastUserAgent string
	LastRefusedAt *time.Time
}

// Caller is who shows a key: one program at one address, as far as requests tell.
type Caller struct {
	KeyID         string `gorm:"primaryKey"`
	Address       string `gorm:"primaryKey"` // IP address
	UserAgent     string `gorm:"primaryKey"` // cut
	Origin        string `gorm:"primaryKey"` // of the page; empty: not told
	EnvironmentID string
	FirstSeenAt   time.Time
	LastSeenAt    time.Time
	Accepted      int64 // requests let in since FirstSeenAt
	Refused       int64
}

// RequestCount is how many requests of an hour showed a key at an endpoint and had
// an outcome.
type RequestCount struct {
	EnvironmentID string
	Hour          time.Time // its beginning, UTC
	KeyID         string
	Endpoint      string
	Outcome       Outcome
	Requests      int64
}

// Use is what was seen of all keys' use in a short while. What it counts is added
// to what was seen before. No two entries of a list are about the same: the same
// key, the same caller, the same exposure. Every key that is in any of them is in
// Keys.
type Use struct {
	Counts    []RequestCount
	Keys      []KeyUse
	Callers   []Caller
	Requests  []Request
	Exposures []Exposure
}

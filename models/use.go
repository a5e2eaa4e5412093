package models

import "time"

// Request is one request to the API, as it is kept for looking things up
// afterwards. It holds no key and no query.
type Request struct {
	ID            string // the answer's X-Request-Id
	EnvironmentID string // empty: no team has the key
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

// ExposureKind is in which way a key is where it should not be, as far as its use
// tells.
type ExposureKind string

// The kinds of exposure, the worst first.
const (
	SecretInBrowser ExposureKind = "secret_in_browser" // a secret key with headers that only browsers send
	// a secret key came in a query, which proxies and logs keep
	SecretInURL ExposureKind = "secret_in_url"
	// a burst of 404s: another environment's records are meant
	WrongEnvironment    ExposureKind = "wrong_environment"
	PublishableOnServer ExposureKind = "publishable_on_server" // a publishable key is used without a browser
)

// ExposureKinds lists the kinds, the worst first.
func ExposureKinds() []ExposureKind {
	return []ExposureKind{SecretInBrowser, SecretInURL, WrongEnvironment, PublishableOnServer}
}

// ByProgram reports whether exposures of the kind are told apart by the program that they were seen of, so that
// a team can accept them of one.
func (k ExposureKind) ByProgram() bool { return k == SecretInURL }

// Bad reports whether others may act as the team by what the kind tells of.
func (k ExposureKind) Bad() bool { return k == SecretInBrowser }

// Text says the exposure in a few words, for the activity list.
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

// Exposure is that one key was seen where it should not be, with the request that
// showed it last.
type Exposure struct {
	EnvironmentID string       `gorm:"primaryKey"`
	Kind          ExposureKind `gorm:"primaryKey"`
	KeyID         string       `gorm:"primaryKey"`
	Program       string       `gorm:"primaryKey"` // its name, where the kind is ByProgram; empty: not told apart
	FirstSeenAt   time.Time
	LastSeenAt    time.Time
	Requests      int64
	Address       string
	UserAgent     string
	Origin        string
	ResolvedAt    *time.Time `gorm:"column:settled_at"` // a member saw to it; seen later than this, it is open again
}

// TableName is that of the table whose rows tell programs apart.
func (Exposure) TableName() string { return "key_exposures" }

// Alarms is what is open of an environment's exposures.
type Alarms struct {
	Count int  // of kinds: each is one alarm on the pages
	Bad   bool // one of them is ExposureKind.Bad
}

// AcceptedProgram is a program that may send an environment's secret keys in URLs: its team knows, and is told
// of it no more.
type AcceptedProgram struct {
	EnvironmentID string `gorm:"primaryKey"`
	Program       string `gorm:"primaryKey"` // its name; see ProgramName
	At            time.Time
	By            Signature `gorm:"embedded;embeddedPrefix:by_"`
}

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

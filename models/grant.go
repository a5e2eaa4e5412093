package models

import "time"

// Grant is everything the gate needs to judge a request that shows a key. It is
// made from the key's and the environment's rows, and never changed: a change
// makes a new one. A revoked key has one too, which opens nothing: it lets the
// team be told who goes on using the key.
type Grant struct {
	Digest        [32]byte // of the key, see package vault
	KeyID         string
	Kind          KeyKind
	TeamID        string
	TeamSlug      string
	EnvironmentID string
	Environment   EnvironmentKind
	DataSetID     string
	Revoked       bool

	RetiresAt     time.Time // zero: does not retire
	Unlocked      bool      // the environment was unlocked
	UnlockedUntil time.Time // zero: no end

	AllowedOrigins        string // origins whose pages may use the publishable key, separated by spaces; empty: any
	RefusesBrowserSecrets bool   // the secret key is refused where a browser sends it
}

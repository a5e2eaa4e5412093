package models

import "time"

// Grant is everything the gate needs to judge a request that shows a key. It is
// made from the key's and the environment's rows, and never changed: a change
// makes a new one.
type Grant struct {
	Digest        [32]byte // of the key, see package vault
	KeyID         string
	Kind          KeyKind
	TeamID        string
	TeamSlug      string
	EnvironmentID string
	Environment   EnvironmentKind
	DataSetID     string

	RetiresAt     time.Time // zero: does not retire
	Unlocked      bool      // the environment was unlocked
	UnlockedUntil time.Time // zero: no end
}

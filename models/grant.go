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

// Standing says whether the key is good at a moment: Accepted, or the first of Refusals
// that applies whatever the key is used for. It goes by the grant alone, and does not
// look at the request.
func (g *Grant) Standing(now time.Time) Outcome {
	switch {
	case g.Revoked:
		return KeyIsRevoked
	case !g.RetiresAt.IsZero() && !now.Before(g.RetiresAt):
		return KeyIsRetired
	case !g.UnlockedUntil.IsZero() && !now.Before(g.UnlockedUntil):
		return AgreementEnded
	case !g.Unlocked:
		return NeverUnlocked
	}
	return Accepted
}

// KeyRefused is the error of a change that was made with a key which the database says
// is not good any more. Nothing of the change is kept.
type KeyRefused struct{ Outcome Outcome } // one of Refusals

// Error implements error.
func (r *KeyRefused) Error() string {
	return "the key was refused in the transaction: " + string(r.Outcome)
}

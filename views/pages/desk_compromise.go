package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// DeskCompromise is /desk/compromise. Its forms: Find, POST /desk/compromise
// with key; Revoke, POST /desk/compromise/{key id}/revoke with replace (yes|no)
// and reason. The pasted key is never rendered again.
type DeskCompromise struct {
	Base
	// KeyError says what is wrong with what was pasted (empty, not a key).
	KeyError string
	// Unknown is set when no key of any team matches.
	Unknown bool
	// Found is whose key it is; nil before and when unknown.
	Found *FoundKey
	// Several are the keys of a text that held more than one.
	Several []FoundKeyLine
	// Replace is "yes" or "no" and Reason what was typed.
	Replace string
	Reason  string
	// Errors of a rejected form; an empty string where the field is fine.
	ReplaceError string
	ReasonError  string
}

// FoundKey is the key that was pasted.
type FoundKey struct {
	DeskKey
	TeamSlug    string
	TeamName    string
	Environment layout.Environment
	// RevokedAt, RevokedBy and Why are set for a key that works no more.
	RevokedAt time.Time
	RevokedBy string
	Why       string
	// Receipt says since when no process accepts a revoked key; nil for one that was revoked
	// before there were receipts.
	Receipt *ReceiptState
	// Use is who uses the key.
	Use KeyUse
}

// FoundKeyLine is one of several keys that were pasted together.
type FoundKeyLine struct {
	ID, Ending  string
	Kind        models.KeyKind
	State       models.KeyState
	TeamName    string
	Environment layout.Environment
}

func (k FoundKey) state() models.KeyState {
	switch {
	case !k.RevokedAt.IsZero():
		return models.Revoked
	case !k.Until.IsZero():
		return models.Retiring
	}
	return models.Active
}

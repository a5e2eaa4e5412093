package models

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// KeyKind says what a key opens.
type KeyKind string

// The two kinds. Each environment has one active key of each.
const (
	Publishable KeyKind = "publishable" // safe in a browser; opens POST /v1/interactions
	Secret      KeyKind = "secret"      // for servers; opens every endpoint
)

// KeyKinds lists the kinds in the order they are shown.
func KeyKinds() []KeyKind { return []KeyKind{Publishable, Secret} }

// Valid reports whether k is one of the two.
func (k KeyKind) Valid() bool { return k == Publishable || k == Secret }

// KeyState is where a key stands in its life.
type KeyState string

// The states. Revoked is for ever.
const (
	Active   KeyState = "active"
	Retiring KeyState = "retiring" // replaced, and still good until RetiresAt
	Revoked  KeyState = "revoked"
)

// KeyStates lists the states.
func KeyStates() []KeyState { return []KeyState{Active, Retiring, Revoked} }

// Key is an API key. It belongs to a team's environment, not to a person.
type Key struct {
	ID            string
	TeamID        string
	EnvironmentID string
	Kind          KeyKind
	State         KeyState
	Digest        []byte // what a request's key is looked up by
	Sealed        []byte // the key itself, openable only with the keyring
	Ending        string // see KeyEnding; empty until the sweep has filled it in
	Name          string // what the team calls it; empty: nothing

	CreatedAt time.Time
	CreatedBy Signature `gorm:"embedded;embeddedPrefix:created_by_"`

	LastViewedAt *time.Time
	LastViewedBy Signature `gorm:"embedded;embeddedPrefix:last_viewed_by_"`
	LastCopied   bool      // it was copied then, without being shown

	RetiresAt *time.Time // set while retiring and after: the moment it stops working
	RevokedAt *time.Time // when it was revoked, or set to retire
	RevokedBy Signature  `gorm:"embedded;embeddedPrefix:revoked_by_"`
	Reason    RevokeReason
	Note      string // what the revoker wrote about it
}

// maxKeyName is how long a key's name may be, in characters.
const maxKeyName = 60

// CheckKeyName checks what a team wants to call a key, at most 60 characters; empty: nothing.
func CheckKeyName(name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", nil
	}
	return checkLine("key_name", "", name, maxKeyName)
}

// NewKey returns the text of a new key: 160 random bits as 40 lowercase
// hexadecimal characters, the format of Miso's API keys.
func NewKey() string {
	bits := make([]byte, 20)
	rand.Read(bits) // never fails, see crypto/rand
	return hex.EncodeToString(bits)
}

// KeyLength is the length of a key's text in characters.
const KeyLength = 40

// KeyEnding is the part of a key's text that people tell it by: its last four
// characters, of 40. Of the 160 random bits it gives 16 away.
func KeyEnding(text string) string { return text[max(0, len(text)-4):] }

// WellFormedKey reports whether text could be a key.
func WellFormedKey(text string) bool {
	if len(text) != KeyLength {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// StateAt is the key's state at the moment now: a retiring key whose time has
// come is revoked, whether or not its row says so yet.
func (k *Key) StateAt(now time.Time) KeyState {
	if k.State == Retiring && !now.Before(*k.RetiresAt) {
		return Revoked
	}
	return k.State
}

// RevokeReason is why a key was revoked.
type RevokeReason string

// The reasons.
const (
	Compromised RevokeReason = "compromised"
	Rotation    RevokeReason = "rotation"
	Other       RevokeReason = "other"
)

// RevokeReasons lists the reasons.
func RevokeReasons() []RevokeReason { return []RevokeReason{Compromised, Rotation, Other} }

// GracePeriods lists how long a replaced key may go on working.
func GracePeriods() []time.Duration {
	return []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
}

// Revocation is the wish to revoke a key: why, and when it stops working.
type Revocation struct {
	Grace  time.Duration // 0: at once; otherwise one of GracePeriods
	Reason RevokeReason
	Note   string // optional, at most 500 characters

	NewName string // what the new key is called, if there is one; see CheckKeyName
}

const maxNote = 500

// Check checks the revocation and returns it with its texts tidied.
func (r Revocation) Check() (Revocation, error) {
	if r.Grace != 0 && !slices.Contains(GracePeriods(), r.Grace) {
		return r, InvalidField("grace", "Choose a grace period of 1 hour, 24 hours or 7 days.")
	}
	if !slices.Contains(RevokeReasons(), r.Reason) {
		return r, InvalidField("reason", "Choose why the key is being revoked.")
	}
	var err error
	if r.NewName, err = CheckKeyName(r.NewName); err != nil {
		return r, err
	}
	if strings.TrimSpace(r.Note) == "" {
		r.Note = ""
		return r, nil
	}
	r.Note, err = checkText("note", "", r.Note, maxNote)
	return r, err
}

// Revoke carries out the revocation: at once, or by setting the key to retire. A
// retiring key can be revoked at once, but not given more time. It fails with
// Conflict when the key is revoked already, naming who did it.
func (k *Key) Revoke(by Signature, revocation Revocation, now time.Time) error {
	switch state := k.StateAt(now); {
	case state == Revoked:
		return Errorf(Conflict, "%s already revoked this key on %s.",
			Isolated(k.RevokedBy.Name), k.RevokedAt.UTC().Format(momentLayout))
	case state == Retiring && revocation.Grace > 0:
		return Errorf(Conflict, "This key already stops working on %s. It can be revoked now, but not later.",
			k.RetiresAt.UTC().Format(momentLayout))
	}
	k.RevokedAt, k.RevokedBy = &now, by
	k.Reason, k.Note = revocation.Reason, revocation.Note
	if revocation.Grace == 0 {
		k.State, k.RetiresAt = Revoked, nil
		return nil
	}
	retires := now.Add(revocation.Grace)
	k.State, k.RetiresAt = Retiring, &retires
	return nil
}

package models

import (
	"crypto/rand"
	"strings"
	"time"
)

// Passkey is a WebAuthn credential with which a user signs in, or proves who
// they are, without a password.
type Passkey struct {
	ID           string
	CredentialID []byte // the authenticator's name for it
	UserID       string
	Name         string // chosen by the user
	Credential   []byte // what the WebAuthn library keeps of it
	CreatedAt    time.Time
	LastUsedAt   *time.Time
}

const maxPasskeyName = 60

// CheckPasskeyName checks a passkey's name, at most 60 characters.
func CheckPasskeyName(name string) (string, error) {
	return checkLine("name", "Give the passkey a name, such as the device it is on.", name, maxPasskeyName)
}

// RecoveryCode stands in for an authenticator app, once.
type RecoveryCode struct {
	Digest    []byte `gorm:"primaryKey"` // see package vault
	UserID    string
	CreatedAt time.Time
	UsedAt    *time.Time
}

const recoveryLength = 16

// RecoveryCodes is how many codes a user gets at a time.
const RecoveryCodes = 10

// NewRecoveryCode returns a code of 80 random bits as people write it down:
// four groups of four letters and digits.
func NewRecoveryCode() string {
	text := strings.ToLower(rand.Text())[:recoveryLength]
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// NormalizeRecoveryCode undoes what people do to a code when they type it.
func NormalizeRecoveryCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, LowerASCII(typed))
}

// IsRecoveryCode reports whether what was typed has the form of a recovery code, which
// no code of an authenticator app has.
func IsRecoveryCode(typed string) bool {
	code := NormalizeRecoveryCode(typed)
	return len(code) == recoveryLength && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Identity is a user's account at an OpenID Connect provider.
type Identity struct {
	Issuer    string `gorm:"primaryKey"`
	Subject   string `gorm:"primaryKey"`
	UserID    string
	CreatedAt time.Time
}

// ProofLife is how long a proof of who somebody is covers what hurts: viewing a
// secret, revoking, roles, security settings, the desk's decisions.
const ProofLife = 15 * time.Minute

package pages

import (
	"strings"
	"time"

	"dojo/words"
)

// AccountSecurity is /account/security. Its forms, below that address:
//
//   - password: POST …/password with current and password;
//   - passkeys: POST …/passkeys/begin for the options (JSON), POST …/passkeys with
//     name and credential (JSON), POST …/passkeys/{id}/rename with name, POST
//     …/passkeys/{id}/remove;
//   - authenticator app: POST …/app/begin (the answer leads to this page with
//     AppSetup set), POST …/app with code, POST …/app/remove, POST …/codes (the
//     answer is this page with RecoveryCodes set, no-store);
//   - sessions: POST …/sessions/{id}/end, POST …/sessions/end-others.
//
// The forms that add a second factor carry next on.
type AccountSecurity struct {
	Base
	// Next is where to go on to once there is a second factor, and NextName the
	// team's name; empty when nobody is led there.
	Next     string
	NextName string

	// HasPassword is false for who signs in elsewhere, and has none to change.
	HasPassword bool
	// MinPassword is the least number of characters of a password.
	MinPassword   int
	CurrentError  string
	PasswordError string

	Passkeys []PasskeyRow
	// PasskeyForm is the form that adds a passkey; its zero value is a fresh one.
	PasskeyForm PasskeyForm
	// Rename is the rejected form that renames a passkey; nil when there is none.
	Rename *PasskeyRename

	// App is the authenticator app that is on; nil when none is.
	App *AuthenticatorApp
	// AppSetup is the app that is being set up; nil when none is.
	AppSetup *AppSetup
	// RecoveryCodes are new codes, shown once.
	RecoveryCodes []string
	// RequiredBy names the person's teams that require a second factor.
	RequiredBy []string

	// Sessions are the live ones, this one first.
	Sessions []SessionRow
}

// PasskeyRow is a passkey of the person's.
type PasskeyRow struct {
	ID      string
	Name    string
	AddedAt time.Time
	// LastUsedAt is zero when it was not used yet.
	LastUsedAt time.Time
}

// PasskeyForm keeps what was typed into the form that adds a passkey.
type PasskeyForm struct {
	Name string
	// Error is what is wrong: with the name, or with the passkey itself.
	Error string
}

// PasskeyRename keeps what was typed as a passkey's new name.
type PasskeyRename struct {
	ID    string
	Name  string
	Error string
}

// AuthenticatorApp is an app whose codes are asked for at sign-in.
type AuthenticatorApp struct {
	Since time.Time
	// CodesLeft counts the recovery codes that were not used.
	CodesLeft int
}

// AppSetup shows an authenticator app its secret.
type AppSetup struct {
	// QR is the code to scan: its rows from the top, true where it is dark, without
	// the quiet zone around it.
	QR [][]bool
	// Secret is the same to type, in base32.
	Secret string
	// CodeError is what is wrong with the code that was typed.
	CodeError string
}

// SessionRow is a browser in which the person is signed in.
type SessionRow struct {
	ID string
	// Device is the browser and system in a few words: "Firefox on Linux".
	Device  string
	Address string
	// SignedInAt and LastSeenAt are its beginning and its latest request.
	SignedInAt time.Time
	LastSeenAt time.Time
	// Current marks the one that looks.
	Current bool
}

func (p AccountSecurity) hasSecondFactor() bool { return p.App != nil || len(p.Passkeys) > 0 }

func (p AccountSecurity) isRenamed(k PasskeyRow) bool { return p.Rename != nil && p.Rename.ID == k.ID }

// renamed is the form that renames a passkey: the rejected one, or a fresh one.
func (p AccountSecurity) renamed(k PasskeyRow) PasskeyRename {
	if p.isRenamed(k) {
		return *p.Rename
	}
	return PasskeyRename{ID: k.ID, Name: k.Name}
}

// removalHint says what removing a factor does; last is set for the last one.
func (p AccountSecurity) removalHint(last bool) string {
	switch {
	case !last:
		return "What you remove no longer signs you in."
	case len(p.RequiredBy) == 0:
		return "It is your only second factor: without it, the password alone signs you in."
	}
	return "It is your only second factor, and " + words.Together(p.RequiredBy) + " " + requires(len(p.RequiredBy)) +
		" one."
}

func requires(n int) string {
	if n == 1 {
		return "requires"
	}
	return "require"
}

// grouped sets a long secret apart in groups of four, to be typed.
func grouped(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}

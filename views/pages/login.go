package pages

import "time"

// Login is /login. The form posts email, password and next to /login.
type Login struct {
	Base
	// Email keeps what was typed.
	Email string
	// Next is the address to go to afterwards; the handler has checked that it is local.
	Next string
	// Wrong is set after a failed try: email or password is wrong.
	Wrong bool
	// Wait is how long to wait after too many tries; zero when there were not.
	Wait time.Duration
	// Demo lists the demo's sign-ins; empty outside of it.
	Demo []DemoSignIn
}

// DemoSignIn is a sign-in of the demo, shown beside the form.
type DemoSignIn struct {
	Email    string
	Password string
	// Who says who this is in a few words: "Acme Books, admin".
	Who string
}

// Setup is /setup?token=…: an account is made from a one-time link. The form
// posts token, email (when asked), name and password to /setup.
type Setup struct {
	Base
	Token string
	// Email is the address the account is for; read-only unless AskEmail.
	Email string
	// AskEmail lets the person type the address (the first solutions engineer).
	AskEmail bool
	Name     string
	// MinPassword is the least number of characters of a password.
	MinPassword int
	// Errors of a rejected form; an empty string where the field is fine.
	EmailError    string
	NameError     string
	PasswordError string
}

// SetupGone is /setup for a link that does not work (any more).
type SetupGone struct {
	Base
	// Reason is why.
	Reason LinkReason
}

// LinkReason is why a one-time link does not work.
type LinkReason string

// The reasons. An unknown link may be mistyped or cut off by a mail program.
const (
	LinkUsed    LinkReason = "used"
	LinkLapsed  LinkReason = "lapsed"
	LinkUnknown LinkReason = "unknown"
)

// clean reports that no field was rejected.
func (p Setup) clean() bool {
	return p.EmailError == "" && p.NameError == "" && p.PasswordError == ""
}

package pages

import "time"

// Login is /login. The form posts email, password and next to /login. "Sign in
// with a passkey" posts to /login/passkey/begin for the options and then
// credential (JSON) and next to /login/passkey. The issuer's button posts next to
// /login/oidc.
type Login struct {
	Base
	// Email keeps what was typed.
	Email string
	// Next is the address to go to afterwards; the handler has checked that it is local.
	Next string
	// Kept is set where a form waits, filled in, for whoever had been signed out.
	Kept bool
	// Fresh is set as long as nobody has an account that leads further.
	Fresh bool
	// Wrong is set after a failed try: email or password is wrong.
	Wrong bool
	// PasskeyWrong is set after a passkey that was not accepted.
	PasskeyWrong bool
	// IssuerError says why signing in with the issuer did not work; empty when it
	// was not tried.
	IssuerError string
	// Wait is how long to wait after too many tries; zero when there were not.
	Wait time.Duration
	// SignupOpen lets anyone make an account with a team.
	SignupOpen bool
	// Issuer is the name of the OpenID Connect provider; empty where there is none.
	Issuer string
	// OIDCOnly leaves the issuer's button as the only way in.
	OIDCOnly bool
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

// clean reports that no field was rejected.
func (p Setup) clean() bool {
	return p.EmailError == "" && p.NameError == "" && p.PasswordError == ""
}

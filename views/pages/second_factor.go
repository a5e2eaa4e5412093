package pages

import "time"

// SecondFactor is /login/second, after the right password of somebody with a
// second factor. The form posts code and next to /login/second; the passkey goes
// the way of Login's.
type SecondFactor struct {
	Base
	Next string
	// Codes is set for who has an authenticator app.
	Codes bool
	// Passkeys is set for who has passkeys.
	Passkeys bool
	// Wrong is set after a wrong code, PasskeyWrong after a passkey that was not
	// accepted.
	Wrong        bool
	PasskeyWrong bool
	// Wait is how long to wait after too many tries; zero when there were not.
	Wait time.Duration
}

// SecondFactorNeeded stands in the place of a team's pages for a member without
// the second factor that the team requires. Its forms are those of
// AccountSecurity, with next.
type SecondFactorNeeded struct {
	Base
	TeamName string
	// Next is the address of the team's page that one wanted to see.
	Next string
}

package pages

import "time"

// Reset is /reset: the form posts email to /reset. The answer is the same
// whether or not there is such an account.
type Reset struct {
	Base
	// Email keeps what was typed.
	Email string
	// Sent is set once the form was accepted.
	Sent bool
	// EmailError is what is wrong with the address itself; empty when nothing is.
	EmailError string
	// Wait is how long to wait after too many tries; zero when there were not.
	Wait time.Duration
}

// ResetPassword is /reset/{token}: the form posts password to the same address.
type ResetPassword struct {
	Base
	Token string
	// Email is the account's address.
	Email string
	// MinPassword is the least number of characters of a password.
	MinPassword   int
	PasswordError string
}

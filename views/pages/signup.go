package pages

import "time"

// Signup is /signup: the form posts email to /signup. The answer is the same
// whether or not there is such an account.
type Signup struct {
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

// SignupAccount is /signup/{token}: the form posts name, password, team_name and
// team_slug to the same address.
type SignupAccount struct {
	Base
	Token string
	// Email is the address that the link has proved.
	Email string
	// Name, TeamName and TeamSlug keep what was typed.
	Name     string
	TeamName string
	TeamSlug string
	// PublicURL is the base of the dashboard without a trailing slash, for the
	// team's address.
	PublicURL string
	// MinPassword is the least number of characters of a password.
	MinPassword int
	// Errors of a rejected form; an empty string where the field is fine.
	NameError     string
	PasswordError string
	TeamNameError string
	TeamSlugError string
}

// clean reports that no field was rejected.
func (p SignupAccount) clean() bool {
	return p.NameError == "" && p.PasswordError == "" && p.TeamNameError == "" && p.TeamSlugError == ""
}

package models

import (
	"net/mail"
	"strings"
	"time"
)

// User is a person who signs in to the dashboard. A user may be a member of
// any number of teams, a solutions engineer, or both.
type User struct {
	ID           string
	Email        string // normalised, see NormalizeEmail
	Name         string
	PasswordHash string // PHC string; empty when no password was set
	Engineer     bool   // a solutions engineer of the company that runs Dojo
	CreatedAt    time.Time
	DisabledAt   *time.Time // set: may not sign in, and open sessions end

	TOTPSealed      []byte     // the authenticator app's secret, sealed
	TOTPConfirmedAt *time.Time // set: a code is asked for at sign-in
	TOTPStep        int64      // the last time step whose code was used: it is refused from then on
}

// HasTOTP reports whether signing in takes a code of an authenticator app.
func (u *User) HasTOTP() bool { return u.TOTPConfirmedAt != nil }

// Role returns the role the user's own account carries beside those in teams.
func (u *User) Role() Role {
	if u.Engineer {
		return Engineer
	}
	return Nobody
}

// NormalizeEmail checks an address and brings it to the one form that is
// stored and compared: without surrounding space, ASCII letters in lower case. The length
// limit is that of RFC 5321, section 4.5.3.1.3 (a path of 256 octets with its
// two brackets).
func NormalizeEmail(address string) (string, error) {
	address = LowerASCII(strings.TrimSpace(address))
	if address == "" {
		return "", InvalidField("email", "Enter an email address.")
	}
	if HoldsKey(address) && strings.ContainsAny(address, "0123456789") { // no key is without a digit
		return "", InvalidField("email", "This holds what looks like an API key. Enter an email address.")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 || strings.ContainsFunc(address, invisible) {
		return "", InvalidField("email", "That is not an email address. It should look like name@company.example.")
	}
	return address, nil
}

// maxName is the longest name of a person, in characters.
const maxName = 80

// CheckName checks a person's display name and returns it without surrounding
// space. Control and formatting characters (among them those that reverse the
// direction of text) are refused, since they make one name look like another; joiners
// are taken where a script needs them.
func CheckName(name string) (string, error) {
	return checkLine("name", "Enter your name.", name, maxName)
}

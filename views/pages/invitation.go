package pages

import (
	"time"

	"dojo/models"
)

// Invitation is /invite/{token}. The form posts to the same address: name and
// password when Visitor is NewPerson, nothing when it is Invited. The issuer's
// button posts next to /login/oidc; Sign out posts next to /logout.
type Invitation struct {
	Base
	Token string
	// InvitedBy is who invites and TeamName into which team.
	InvitedBy string
	TeamName  string
	Role      models.Role
	// Email is the invited address.
	Email string
	// LapsesAt is when the invitation ends.
	LapsesAt time.Time
	Visitor  InvitationVisitor
	// Issuer is the name of the OpenID Connect provider; empty where there is none.
	Issuer string
	// OIDCOnly leaves the issuer's button as the only way to make an account.
	OIDCOnly bool
	// Name keeps what was typed.
	Name string
	// MinPassword is the least number of characters of a password.
	MinPassword int
	// Errors of a rejected form; an empty string where the field is fine.
	NameError     string
	PasswordError string
}

// InvitationVisitor is who looks at an invitation.
type InvitationVisitor string

// The visitors of an invitation.
const (
	NewPerson   InvitationVisitor = "new"        // not signed in, and the address has no account
	SignedOut   InvitationVisitor = "signed-out" // not signed in, and the address has an account
	Invited     InvitationVisitor = "invited"    // signed in with the address
	OtherPerson InvitationVisitor = "other"      // signed in with another address
)

// address is where the invitation is.
func (p Invitation) address() string { return "/invite/" + p.Token }

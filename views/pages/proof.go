package pages

import "time"

// Proof asks for the password or a passkey again before something that hurts. It
// is the answer to the form that needs it, whatever its address, and carries that
// form's fields: Confirm posts them again to Action, with proof_password or
// proof_passkey (the credential's JSON) beside them, so that nothing typed is
// lost. A passkey's options come from POST /proof/passkey/begin. The issuer's
// button posts the same fields, with proof_action and proof_back, to /proof/oidc.
type Proof struct {
	Base
	// What says what it is for, as the end of "… to": "view the secret key of Production".
	What string
	// Action is the path that the form was posted to.
	Action string
	// Fields are the form's fields; none of them begins with "proof_".
	Fields []FormField
	// Back is the address of the page one came from.
	Back string
	// Password is set for who has a password, Passkeys for who has passkeys.
	Password bool
	Passkeys bool
	// Issuer is the name of the OpenID Connect provider when the account is linked
	// with it; empty otherwise.
	Issuer string
	// Wrong is set after a wrong password, PasskeyWrong after a passkey that was
	// not accepted.
	Wrong        bool
	PasskeyWrong bool
	// Wait is how long to wait after too many tries; zero when there were not.
	Wait time.Duration
}

// FormField is a field of a form that is sent on as it was typed.
type FormField struct {
	Name  string
	Value string
}

// email is whose password is asked for.
func (p Proof) email() string {
	if p.Person == nil {
		return ""
	}
	return p.Person.Email
}

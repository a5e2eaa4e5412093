package factors

import (
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Proof is what a passkey has proved.
type Proof struct {
	UserID       string // whose passkey it is
	CredentialID []byte
	Credential   []byte // to be stored in place of the one before: its counter has moved
}

// BeginLogin begins a sign-in of somebody yet unknown. The options are for
// PublicKeyCredential.parseRequestOptionsFromJSON.
func (p *Passkeys) BeginLogin() (options, session []byte, err error) {
	assertion, data, err := p.site.BeginDiscoverableLogin()
	if err != nil {
		return nil, nil, fmt.Errorf("passkeys: begin a sign-in: %w", err)
	}
	return marshal(assertion.Response, data)
}

// FinishLogin checks the response, which is what toJSON of the browser's
// PublicKeyCredential gives, and says who has signed in. The function find
// returns the credentials of the user with an id, none when there is no such
// user; the id is a claim of the response's that nothing has proved yet. An
// error of find comes back as it is; other errors wrap ErrRefused, unless a
// credential cannot be read.
//
// A signature counter that did not grow is refused, since then a copy of the
// passkey may be in use (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter).
// Passkeys that are kept in step between devices have no counter, and none is
// asked of them.
func (p *Passkeys) FinishLogin(
	session, response []byte, find func(userID string) (existing [][]byte, err error),
) (Proof, error) {
	data, answer, err := parseAnswer(session, response)
	if err != nil {
		return Proof{}, err
	}
	var failed error
	who, used, err := p.site.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var existing [][]byte
		if existing, failed = find(string(handle)); failed != nil {
			return nil, failed
		}
		var claimed owner
		claimed, failed = newOwner(User{ID: string(handle)}, existing)
		return claimed, failed
	}, data, answer)
	if failed != nil {
		return Proof{}, failed
	}
	if err != nil {
		return Proof{}, refused(err)
	}
	return newProof(who, used)
}

// BeginProof begins asking a user who is signed in, or has given the password,
// for one of their passkeys. The options are for
// PublicKeyCredential.parseRequestOptionsFromJSON. It is an error to ask a user
// who has none.
func (p *Passkeys) BeginProof(user User, existing [][]byte) (options, session []byte, err error) {
	owner, err := newOwner(user, existing)
	if err != nil {
		return nil, nil, err
	}
	assertion, data, err := p.site.BeginLogin(owner)
	if err != nil {
		return nil, nil, fmt.Errorf("passkeys: begin a proof: %w", err)
	}
	return marshal(assertion.Response, data)
}

// FinishProof checks the response to what BeginProof asked of this user, by the
// rules of FinishLogin.
func (p *Passkeys) FinishProof(user User, existing [][]byte, session, response []byte) (Proof, error) {
	owner, err := newOwner(user, existing)
	if err != nil {
		return Proof{}, err
	}
	data, answer, err := parseAnswer(session, response)
	if err != nil {
		return Proof{}, err
	}
	used, err := p.site.ValidateLogin(owner, data, answer)
	if err != nil {
		return Proof{}, refused(err)
	}
	return newProof(owner, used)
}

func parseAnswer(session, response []byte) (webauthn.SessionData, *protocol.ParsedCredentialAssertionData, error) {
	data, err := parseSession(session)
	if err != nil {
		return data, nil, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return data, nil, refused(err)
	}
	return data, answer, nil
}

func newProof(who webauthn.User, used *webauthn.Credential) (Proof, error) {
	if used.Authenticator.CloneWarning {
		return Proof{}, refused(errCloned)
	}
	credential, err := json.Marshal(used)
	return Proof{UserID: string(who.WebAuthnID()), CredentialID: used.ID, Credential: credential}, err
}

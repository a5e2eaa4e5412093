package factors

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ceremonyLife is how long a person has to answer the browser's question.
const ceremonyLife = 5 * time.Minute

// User is whom a passkey belongs to.
type User struct {
	ID    string // the passkey carries it as its user handle; at most 64 bytes
	Email string // tells one's passkeys apart where the browser lists them
	Name  string
}

// Passkeys runs the ceremonies of Web Authentication
// (https://www.w3.org/TR/webauthn-3/) for one site. Each has two halves. Begin
// returns the options that the page passes to the browser, and the session: the
// data that the other half needs. The caller keeps the session on the server,
// for this browser, and removes it before it calls Finish, whatever comes of
// it, so that no response counts twice. After five minutes it is refused.
//
// A passkey signs in alone, so it must be discoverable (the person types no
// address) and the device must have verified its user by fingerprint, face or
// PIN. Which make of device it is does not matter, so no attestation is asked
// for.
//
// A credential is JSON that only this package reads. The caller stores it with
// its id, and replaces it with the one that a Proof carries.
//
// Passkeys is safe for concurrent use.
type Passkeys struct {
	site *webauthn.WebAuthn
}

// NewPasskeys makes the Passkeys of the site that people reach at publicURL
// (scheme, host, port). Its host is what passkeys are bound to: under another
// one they are lost. It is an error where there can be none: on an IP address,
// on a host without a dot, and over http anywhere but on localhost.
func NewPasskeys(publicURL string) (*Passkeys, error) {
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("passkeys: the site's address: %w", err)
	}
	host := u.Hostname()
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return nil, fmt.Errorf("passkeys: browsers offer them only over https, or on localhost; this site is %s",
			publicURL)
	}
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyLife}
	site, err := webauthn.New(&webauthn.Config{
		RPID:                  host,
		RPDisplayName:         "Dojo",
		RPOrigins:             []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Some password managers answer with extensions that nobody asked for. None
		// means anything here, and the standard leaves it to the site.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: not possible at %s: %w", publicURL, err)
	}
	return &Passkeys{site: site}, nil
}

// BeginRegistration begins adding a passkey to the user, who has the existing
// credentials; a device that holds one of them is not offered. The options are
// for PublicKeyCredential.parseCreationOptionsFromJSON.
func (p *Passkeys) BeginRegistration(user User, existing [][]byte) (options, session []byte, err error) {
	owner, err := newOwner(user, existing)
	if err != nil {
		return nil, nil, err
	}
	exclude := webauthn.Credentials(owner.credentials).CredentialDescriptors()
	creation, data, err := p.site.BeginRegistration(owner, webauthn.WithExclusions(exclude))
	if err != nil {
		return nil, nil, fmt.Errorf("passkeys: begin a registration: %w", err)
	}
	return marshal(creation.Response, data)
}

// FinishRegistration checks the response, which is what toJSON of the browser's
// new PublicKeyCredential gives, and returns the passkey's credential and its
// id. An error wraps ErrRefused, unless an existing credential cannot be read.
// That the id is new among all users is for the store to ensure.
func (p *Passkeys) FinishRegistration(
	user User, existing [][]byte, session, response []byte,
) (credentialID, credential []byte, err error) {
	owner, err := newOwner(user, existing)
	if err != nil {
		return nil, nil, err
	}
	data, err := parseSession(session)
	if err != nil {
		return nil, nil, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, nil, refused(err)
	}
	created, err := p.site.CreateCredential(owner, data, answer)
	if err != nil {
		return nil, nil, refused(err)
	}
	if owner.has(created.ID) {
		return nil, nil, refused(errAddedBefore)
	}
	credential, err = json.Marshal(created)
	return created.ID, credential, err
}

// parseSession reads what Begin returned. Having none means that nothing was
// begun, or that it was answered already.
func parseSession(session []byte) (data webauthn.SessionData, err error) {
	if err := json.Unmarshal(session, &data); err != nil {
		return data, refused(errNotBegun)
	}
	return data, nil
}

// marshal gives the two things that a ceremony begins with as JSON.
func marshal(browser, server any) (options, session []byte, err error) {
	if options, err = json.Marshal(browser); err == nil {
		session, err = json.Marshal(server)
	}
	return options, session, err
}

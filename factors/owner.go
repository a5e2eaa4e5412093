package factors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/webauthn"
)

// Causes of a refusal beside those of the WebAuthn library.
var (
	errNotBegun    = errors.New("no ceremony was begun, or it was answered already")
	errAddedBefore = errors.New("the user has this passkey already")
	errCloned      = errors.New("the signature counter did not grow: there may be a copy of the passkey")
)

// owner is a User with credentials, as the WebAuthn library wants to see it.
type owner struct {
	user        User
	credentials []webauthn.Credential
}

func newOwner(user User, existing [][]byte) (owner, error) {
	o := owner{user: user, credentials: make([]webauthn.Credential, len(existing))}
	for i := range existing {
		if err := json.Unmarshal(existing[i], &o.credentials[i]); err != nil {
			return owner{}, fmt.Errorf("passkeys: a stored credential of user %s: %w", user.ID, err)
		}
	}
	return o, nil
}

func (o owner) has(credentialID []byte) bool {
	return slices.ContainsFunc(o.credentials,
		func(c webauthn.Credential) bool { return bytes.Equal(c.ID, credentialID) })
}

// WebAuthnID is the user handle.
func (o owner) WebAuthnID() []byte { return []byte(o.user.ID) }

// WebAuthnName tells accounts apart in the browser's list.
func (o owner) WebAuthnName() string { return o.user.Email }

// WebAuthnDisplayName is how the browser greets the person.
func (o owner) WebAuthnDisplayName() string { return o.user.Name }

// WebAuthnCredentials lists the passkeys that count.
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

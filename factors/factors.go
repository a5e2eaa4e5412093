// Package factors checks the ways of proving who one is beside a password:
// codes of an authenticator app (TOTP) and passkeys (WebAuthn). It keeps
// nothing: secrets, spent codes, credentials and half-done ceremonies are the
// caller's to store.
package factors

import (
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"

	"dojo/models"
)

// ErrRefused means that a passkey's response proves nothing: it is wrong, late,
// meant for another site or ceremony, or somebody else's. The errors that wrap
// it hold the cause, which is for the log; a person is told only that it did
// not work.
var ErrRefused = errors.New("factors: the passkey was refused")

// refused wraps a cause. The WebAuthn library keeps what it expected and what it
// got out of its errors' texts, but whoever has set the wrong public URL finds
// it there. It is no secret, but anything the browser sent, so it is shortened.
func refused(cause error) error {
	if e, ok := errors.AsType[*protocol.Error](cause); ok && e.DevInfo != "" {
		return fmt.Errorf("%w: %w: %q", ErrRefused, cause, models.Excerpt(e.DevInfo, 300))
	}
	return fmt.Errorf("%w: %w", ErrRefused, cause)
}

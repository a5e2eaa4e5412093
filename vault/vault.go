// Package vault keeps the customers' API keys secret at rest. It seals a key
// so that a member can view it again later, and computes the keyed digest by
// which a presented key is looked up. Both need the keyring, a file that lives
// beside the database and never inside it: a copy of the database alone
// neither shows a key nor lets anyone test a guess.
//
// Values that are random and never shown again (session ids, one-time links)
// need no vault; a plain SHA-256 of 256 random bits is enough for them.
package vault

import (
	"encoding/hex"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Vault seals and digests with one keyring. It is safe for concurrent use.
type Vault struct {
	sealer      tink.AEAD
	digests     *digests
	fingerprint string
	created     bool
}

// New makes a Vault with a fresh keyring that lives only in memory. What it
// seals is lost with the process, so it serves tests.
func New() (*Vault, error) {
	ring, err := newKeyring()
	if err != nil {
		return nil, err
	}
	return fromKeyring(ring)
}

func fromKeyring(ring *keyring) (*Vault, error) {
	sealer, err := aead.New(ring.aead)
	if err != nil {
		return nil, fmt.Errorf("the keyring's sealing keys are unusable: %w", err)
	}
	digests, err := newDigests(ring.prf)
	if err != nil {
		return nil, err
	}
	return &Vault{sealer: sealer, digests: digests, fingerprint: fingerprint(digests)}, nil
}

// Created reports whether Open made the keyring file just now. A new keyring
// beside a database that already holds keys means that the right file is
// missing, which the caller should say.
func (v *Vault) Created() bool { return v.created }

// Fingerprint names the keyring with 32 hexadecimal digits. It is no secret
// and does not help to open anything. It stays the same when sealing keys are
// added, and changes with the digest key, because then no stored digest fits
// any more. The store writes it into the database at first start and refuses
// to work with a keyring of another fingerprint.
func (v *Vault) Fingerprint() string { return v.fingerprint }

// fingerprintLabel is what the fingerprint is the digest of. It can never be
// an API key's digest: keys hold no spaces.
const fingerprintLabel = "dojo keyring fingerprint 1"

func fingerprint(d *digests) string {
	sum := d.sum(fingerprintLabel)
	return hex.EncodeToString(sum[:16])
}

package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrDoesNotOpen is what Unseal's error wraps when a sealed key was changed,
// belongs to another row, or was sealed with a key that is not in the keyring.
var ErrDoesNotOpen = errors.New("the sealed key does not open: it was changed, moved from another row, or sealed " +
	"with another keyring")

// KeyContext says which row a sealed key belongs to. It is not stored in the
// sealed bytes; the same context must be given again to open them.
type KeyContext struct {
	TeamID        string
	EnvironmentID string
	KeyID         string
	Kind          string
}

// Seal encrypts an API key with the keyring's primary sealing key and binds it
// to its row. Sealing the same key twice gives different bytes.
func (v *Vault) Seal(key string, c KeyContext) ([]byte, error) {
	sealed, err := v.sealer.Encrypt([]byte(key), c.associatedData())
	if err != nil {
		return nil, fmt.Errorf("vault: seal key %s: %w", c.KeyID, err)
	}
	return sealed, nil
}

// Unseal returns the API key that Seal was given with the same context. It
// opens what any enabled key of the keyring has sealed, not only the primary.
// Every failure wraps ErrDoesNotOpen and says nothing of the content.
func (v *Vault) Unseal(sealed []byte, c KeyContext) (string, error) {
	key, err := v.sealer.Decrypt(sealed, c.associatedData())
	if err != nil {
		return "", fmt.Errorf("vault: unseal key %s: %w", c.KeyID, ErrDoesNotOpen)
	}
	return string(key), nil
}

// associatedData encodes the context. Each field is preceded by its length, so
// that no two contexts share an encoding; the label in front leaves room for
// another encoding later.
func (c KeyContext) associatedData() []byte {
	data := []byte("dojo sealed key 1")
	for _, field := range []string{c.TeamID, c.EnvironmentID, c.KeyID, c.Kind} {
		data = binary.BigEndian.AppendUint64(data, uint64(len(field)))
		data = append(data, field...)
	}
	return data
}

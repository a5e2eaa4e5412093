package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

// keyringVersion is the layout of the keyring file that this program writes
// and the only one that it reads.
const keyringVersion = 1

// keyring holds tink keysets: each a primary key, which new work uses, and any
// number of older ones, which still open what they sealed.
type keyring struct {
	aead *keyset.Handle
	prf  *keyset.Handle
}

// keyringFile is the keyring as JSON. The keysets are tink's own JSON format,
// in clear: the file's permissions are what protects them.
type keyringFile struct {
	Version int             `json:"version"`
	AEAD    json.RawMessage `json:"aead"`
	PRF     json.RawMessage `json:"prf"`
}

// newKeyring makes a keyring of fresh random keys. XChaCha20-Poly1305 has
// nonces long enough (192 bits) to be drawn at random for ever, so no count of
// sealed keys forces a rotation.
func newKeyring() (*keyring, error) {
	sealing, err := keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a sealing key: %w", err)
	}
	digesting, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a digest key: %w", err)
	}
	return &keyring{aead: sealing, prf: digesting}, nil
}

func (k *keyring) encode() ([]byte, error) {
	sealing, err := encodeKeyset(k.aead)
	if err != nil {
		return nil, err
	}
	digesting, err := encodeKeyset(k.prf)
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(keyringFile{keyringVersion, sealing, digesting}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the keyring: %w", err)
	}
	return append(data, '\n'), nil
}

func encodeKeyset(handle *keyset.Handle) ([]byte, error) {
	var data bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&data)); err != nil {
		return nil, fmt.Errorf("encode a keyset: %w", err)
	}
	return data.Bytes(), nil
}

// decodeKeyring reads what encode wrote. Its errors never quote the content.
func decodeKeyring(data []byte) (*keyring, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("it is empty")
	}
	var file keyringFile
	if json.Unmarshal(data, &file) != nil {
		return nil, errors.New("it is not JSON of the keyring's form, or only a part of it")
	}
	if file.Version != keyringVersion {
		return nil, fmt.Errorf("its version is %d and this program reads version %d", file.Version, keyringVersion)
	}
	sealing, err := decodeKeyset(file.AEAD)
	if err != nil {
		return nil, errors.New(`its part "aead" is not a tink keyset`)
	}
	digesting, err := decodeKeyset(file.PRF)
	if err != nil {
		return nil, errors.New(`its part "prf" is not a tink keyset`)
	}
	return &keyring{aead: sealing, prf: digesting}, nil
}

func decodeKeyset(data []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
}

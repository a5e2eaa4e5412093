package vault_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

func TestRotatedKeyringOpensOldAndNew(t *testing.T) {
	path := made(t)
	before := open(t, path)
	sealedBefore := seal(t, before, apiKey, row)

	rotate(t, path)

	after := open(t, path)
	if got, err := after.Unseal(sealedBefore, row); err != nil || got != apiKey {
		t.Errorf("after rotation Unseal = %q, %v; want the key", got, err)
	}
	if after.Fingerprint() != before.Fingerprint() || after.Digest(apiKey) != before.Digest(apiKey) {
		t.Error("a new sealing key changed the fingerprint or the digests")
	}
	mustStayShut(t, before, seal(t, after, apiKey, row), row)
}

// rotate gives the keyring file a second sealing key and makes it primary.
func rotate(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	old, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(file["aead"])))
	if err != nil {
		t.Fatal(err)
	}
	manager := keyset.NewManagerFromHandle(old)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	if err := manager.SetPrimary(id); err != nil {
		t.Fatal(err)
	}
	rotated, err := manager.Handle()
	file["aead"] = json.RawMessage(keysetJSON(t, rotated, err))
	data, err = json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, data, 0o600)
}

// keysetJSON returns what a keyring file holds for the keyset.
func keysetJSON(t *testing.T, handle *keyset.Handle, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&data)); err != nil {
		t.Fatal(err)
	}
	return data.String()
}

package vault_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dojo/vault"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

func open(t *testing.T, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFirstStartMakesThePrivateKeyring(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "data", "keyring.json")
	first := open(t, path)
	if !first.Created() {
		t.Error("the first Open does not say that it created the keyring")
	}
	for name, want := range map[string]os.FileMode{
		path: 0o600, filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700,
	} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %s = %v, %v; want %v", name, info.Mode().Perm(), err, want)
		}
	}
	wantOnly(t, filepath.Dir(path), "keyring.json")

	again := open(t, path)
	if again.Created() {
		t.Error("the second Open says that it created the keyring")
	}
	if again.Fingerprint() != first.Fingerprint() || again.Digest(apiKey) != first.Digest(apiKey) {
		t.Error("the second Open got another keyring")
	}
	if got, err := again.Unseal(seal(t, first, apiKey, row), row); err != nil || got != apiKey {
		t.Errorf("after a restart Unseal = %q, %v", got, err)
	}
}

func wantOnly(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("%s holds %v, %v; want only %s", dir, entries, err, name)
	}
}

func TestOpenRefuses(t *testing.T) {
	whole, err := os.ReadFile(made(t))
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(whole, &parts); err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) []byte {
		changed := map[string]json.RawMessage{name: json.RawMessage(value)}
		for part, old := range parts {
			if part != name {
				changed[part] = old
			}
		}
		data, _ := json.Marshal(changed)
		return data
	}
	cmac, err := keyset.NewHandle(prf.AESCMACPRFKeyTemplate())
	weaker := keysetJSON(t, cmac, err)
	sha512, err := keyset.NewHandle(prf.HMACSHA512PRFKeyTemplate())
	longer := keysetJSON(t, sha512, err)
	for _, test := range []struct {
		name string
		data []byte
		mode os.FileMode
		want string
	}{
		{"readable by everyone", whole, 0o644, "chmod 600 "},
		{"readable by the group", whole, 0o640, "chmod 600 "},
		{"writable by others", whole, 0o602, "chmod 600 "},
		{"empty", nil, 0o600, "it is empty"},
		{"blank", []byte("\n \n"), 0o600, "it is empty"},
		{"not JSON", []byte("hunter2"), 0o600, "not JSON"},
		{"half a file", whole[:len(whole)/2], 0o600, "only a part of it"},
		{"something behind it", append(bytes.Clone(whole), whole...), 0o600, "not JSON"},
		{"no version", []byte("{}"), 0o600, "version is 0"},
		{"a later version", with("version", "2"), 0o600, "its version is 2 and this program reads version 1"},
		{"no sealing keys", with("aead", "{}"), 0o600, `"aead"`},
		{"no digest keys", with("prf", "null"), 0o600, `"prf"`},
		{"sealing keys that cannot seal", with("aead", string(parts["prf"])), 0o600, "sealing keys are unusable"},
		{"digest keys that cannot digest", with("prf", string(parts["aead"])), 0o600, "not one for HMAC-SHA-256"},
		{"a weaker digest", with("prf", weaker), 0o600, "not one for HMAC-SHA-256"},
		{"another hash", with("prf", longer), 0o600, "not one for HMAC-SHA-256"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keyring.json")
			write(t, path, test.data, test.mode)
			_, err := vault.Open(path)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("Open = %v; want an error with %q and the path", err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error quotes the file: %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, test.data) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOpenRefusesAFolder(t *testing.T) {
	if _, err := vault.Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("Open of a folder = %v", err)
	}
}

// made returns the path of a keyring made by a first start.
func made(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyring.json")
	open(t, path)
	return path
}

func write(t *testing.T, path string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
	// WriteFile's mode is subject to the umask.
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

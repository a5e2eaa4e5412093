package factors_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"dojo/factors"
)

const site = "https://dojo.example"

var (
	olivia = factors.User{ID: "b7dbx3olivia", Email: "olivia@acme.example", Name: "Olivia"}
	uma    = factors.User{ID: "k2m5qpuma", Email: "uma@umami.example", Name: "Uma"}
)

// fixture is a site with the credentials it has stored, by user.
type fixture struct {
	*testing.T
	*factors.Passkeys
	stored map[string][][]byte
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	passkeys, err := factors.NewPasskeys(site)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{t, passkeys, map[string][][]byte{}}
}

// find is what FinishLogin asks for credentials.
func (w fixture) find(userID string) ([][]byte, error) { return w.stored[userID], nil }

func (w fixture) beginRegistration(user factors.User) (options, session []byte) {
	w.Helper()
	options, session, err := w.BeginRegistration(user, w.stored[user.ID])
	if err != nil {
		w.Fatal(err)
	}
	return options, session
}

func (w fixture) beginLogin() (options, session []byte) {
	w.Helper()
	options, session, err := w.BeginLogin()
	if err != nil {
		w.Fatal(err)
	}
	return options, session
}

func (w fixture) beginProof(user factors.User) (options, session []byte) {
	w.Helper()
	options, session, err := w.BeginProof(user, w.stored[user.ID])
	if err != nil {
		w.Fatal(err)
	}
	return options, session
}

// newDevice returns a device that holds one passkey of the user's.
func (w fixture) newDevice(user factors.User) *device {
	w.Helper()
	d := &device{origin: site}
	w.register(user, d)
	return d
}

func (w fixture) register(user factors.User, d *device) {
	w.Helper()
	options, session := w.beginRegistration(user)
	id, credential, err := w.FinishRegistration(user, w.stored[user.ID], session, d.create(w.T, options))
	if err != nil {
		w.Fatal(err)
	}
	if made := d.passkeys[len(d.passkeys)-1]; string(id) != string(made.id) {
		w.Fatalf("the credential's id is %q; the device's is %q", id, made.id)
	}
	w.stored[user.ID] = append(w.stored[user.ID], credential)
}

func (w fixture) refused(what string, err error, cause string) {
	w.Helper()
	if !errors.Is(err, factors.ErrRefused) {
		w.Errorf("%s: %v; want a refusal", what, err)
	} else if !strings.Contains(err.Error(), cause) {
		w.Errorf("%s: the cause is %q; want one that says %q", what, err, cause)
	}
}

func TestSigningInAgainAndAgain(t *testing.T) {
	w := newFixture(t)
	w.newDevice(uma)
	d := w.newDevice(olivia)
	for range 3 {
		options, session := w.beginLogin()
		proof, err := w.FinishLogin(session, d.get(t, options), w.find)
		if err != nil {
			t.Fatal(err)
		}
		if proof.UserID != olivia.ID || string(proof.CredentialID) != string(d.passkeys[0].id) {
			t.Errorf("signed in: %q with %q", proof.UserID, proof.CredentialID)
		}
		w.stored[olivia.ID] = [][]byte{proof.Credential}
	}
}

func TestProvingWithOneOfTwoPasskeys(t *testing.T) {
	w := newFixture(t)
	w.newDevice(olivia)
	second := w.newDevice(olivia)
	options, session := w.beginProof(olivia)
	proof, err := w.FinishProof(olivia, w.stored[olivia.ID], session, second.get(t, options))
	if err != nil {
		t.Fatal(err)
	}
	if proof.UserID != olivia.ID || string(proof.CredentialID) != string(second.passkeys[0].id) {
		t.Errorf("proved: %q with %q", proof.UserID, proof.CredentialID)
	}
	if _, _, err := w.BeginProof(uma, nil); err == nil {
		t.Error("somebody without a passkey is asked for one")
	}
}

func TestPasskeysWithoutACounter(t *testing.T) {
	w := newFixture(t)
	d := &device{origin: site, uncounted: true}
	w.register(olivia, d)
	for range 2 {
		options, session := w.beginLogin()
		if _, err := w.FinishLogin(session, d.get(t, options), w.find); err != nil {
			t.Error(err)
		}
	}
}

func TestADeviceIsNotAddedTwice(t *testing.T) {
	w := newFixture(t)
	d := w.newDevice(olivia)
	options, _ := w.beginRegistration(olivia)
	if d.create(t, options) != nil {
		t.Error("the options do not exclude the passkey that the device has")
	}

	// Two pages, both opened before either was answered.
	d = &device{origin: site}
	options, session := w.beginRegistration(uma)
	answer := d.create(t, options)
	_, credential, err := w.FinishRegistration(uma, nil, session, answer)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.FinishRegistration(uma, [][]byte{credential}, session, answer)
	w.refused("the same passkey again", err, "already")
}

// TestOptions holds the JSON to what parseCreationOptionsFromJSON and
// parseRequestOptionsFromJSON read
// (https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson).
func TestOptions(t *testing.T) {
	w := newFixture(t)
	d := w.newDevice(olivia)
	id := string(must(bytes64(d.passkeys[0].id).MarshalText()))
	listed := `[{"id":"` + id + `","transports":["internal","hybrid"],"type":"public-key"}]`

	creation, _ := w.beginRegistration(olivia)
	for member, want := range map[string]string{
		"rp":                     `{"id":"dojo.example","name":"Dojo"}`,
		"user":                   `{"displayName":"Olivia","id":"YjdkYngzb2xpdmlh","name":"olivia@acme.example"}`,
		"timeout":                `300000`,
		"excludeCredentials":     listed,
		"authenticatorSelection": `{"requireResidentKey":true,"residentKey":"required","userVerification":"required"}`,
		"attestation":            `"none"`,
	} {
		has(t, creation, member, want)
	}
	if parameters := parse[map[string]any](t, creation)["pubKeyCredParams"].([]any); len(parameters) == 0 {
		t.Error("no kinds of keys are offered")
	}

	login, _ := w.beginLogin()
	has(t, login, "rpId", `"dojo.example"`)
	has(t, login, "timeout", `300000`)
	has(t, login, "userVerification", `"required"`)
	has(t, login, "allowCredentials", `null`)

	proof, _ := w.beginProof(olivia)
	has(t, proof, "userVerification", `"required"`)
	has(t, proof, "allowCredentials", listed)
}

func has(t *testing.T, options []byte, member, want string) {
	t.Helper()
	got := must(json.Marshal(parse[map[string]any](t, options)[member]))
	if string(got) != want {
		t.Errorf("%s is %s; want %s", member, got, want)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestWhereThereArePasskeys(t *testing.T) {
	for address, possible := range map[string]bool{
		"https://dojo.example":           true,
		"https://dojo.example:8443":      true,
		"http://localhost:8080":          true,
		"http://dojo.localhost:8080":     true,
		"http://dojo.example":            false,
		"http://localhost.example":       false,
		"http://127.0.0.1:8080":          false,
		"https://dojo":                   false,
		"https://192.0.2.7":              false,
		"https://[2001:db8::1]:8443":     false,
		"https://dojo.example:port":      false,
		"http://dojo.notlocalhost:8080":  false,
		"http://evil.example#.localhost": false,
	} {
		passkeys, err := factors.NewPasskeys(address)
		if possible != (err == nil) || possible != (passkeys != nil) {
			t.Errorf("%s: %v; want possible %v", address, err, possible)
		}
	}
}

func TestPasskeysOnLocalhost(t *testing.T) {
	w := newFixture(t)
	w.Passkeys = must(factors.NewPasskeys("http://localhost:8080"))
	d := &device{origin: "http://localhost:8080"}
	w.register(olivia, d)
	d.origin = "http://localhost:9090"
	options, session := w.beginLogin()
	_, err := w.FinishLogin(session, d.get(t, options), w.find)
	w.refused("another port", err, "origin")
}

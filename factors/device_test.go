package factors_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// device is a browser with an authenticator in it, by
// https://www.w3.org/TR/webauthn-3/#sctn-op-make-cred and #sctn-op-get-assertion.
// What it should not do, it does when told to.
type device struct {
	origin     string // of the page
	site       string // when set, signs for this one rather than the one asked for
	unverified bool   // does not ask for a fingerprint, face or PIN
	uncounted  bool   // keeps passkeys in step with other devices, and so has no counter
	passkeys   []*passkey
}

type passkey struct {
	id, userHandle []byte
	key            *ecdsa.PrivateKey
	counter        uint32
}

// bytes64 is Base64URLString, as WebAuthn writes bytes in JSON.
type bytes64 []byte

func (b bytes64) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(b)), nil
}

func (b *bytes64) UnmarshalText(text []byte) (err error) {
	*b, err = base64.RawURLEncoding.DecodeString(string(text))
	return err
}

type descriptor struct {
	ID bytes64 `json:"id"`
}

// requested is what the device reads of both kinds of options.
type requested struct {
	Challenge          bytes64              `json:"challenge"`
	RP                 struct{ ID string }  `json:"rp"`
	User               struct{ ID bytes64 } `json:"user"`
	ExcludeCredentials []descriptor         `json:"excludeCredentials"`
	RPID               string               `json:"rpId"`
	AllowCredentials   []descriptor         `json:"allowCredentials"`
}

// response is what toJSON of a PublicKeyCredential gives.
type response struct {
	ID         bytes64        `json:"id"`
	RawID      bytes64        `json:"rawId"`
	Type       string         `json:"type"`
	Attachment string         `json:"authenticatorAttachment"`
	Extensions map[string]any `json:"clientExtensionResults"`
	Response   map[string]any `json:"response"`
}

func newResponse(id []byte, fields map[string]any) []byte {
	// The extension's result is one that nobody asked for, as of some password managers.
	extensions := map[string]any{"credProps": map[string]any{"rk": true}}
	text, err := json.Marshal(response{id, id, "public-key", "platform", extensions, fields})
	if err != nil {
		panic(err)
	}
	return text
}

// create makes a passkey. It returns nothing when the device has one that the
// options exclude.
func (d *device) create(t *testing.T, asked []byte) []byte {
	t.Helper()
	o := parse[requested](t, asked)
	if slices.ContainsFunc(d.passkeys, func(p *passkey) bool { return listed(o.ExcludeCredentials, p) }) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &passkey{id: []byte(rand.Text()), userHandle: o.User.ID, key: key}
	d.passkeys = append(d.passkeys, p)

	const attested = 0x40
	data := d.authenticatorData(o.RP.ID, p, attested)
	data = append(data, make([]byte, 16)...) // no make of device
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.id)))
	data = append(data, p.id...)
	data = append(data, publicKey(t, key)...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		t.Fatal(err)
	}
	return newResponse(p.id, map[string]any{
		"clientDataJSON":    bytes64(d.clientData("webauthn.create", o.Challenge)),
		"attestationObject": bytes64(object),
		"transports":        []string{"internal", "hybrid"},
	})
}

// get signs with the first passkey that the options allow.
func (d *device) get(t *testing.T, asked []byte) []byte {
	t.Helper()
	o := parse[requested](t, asked)
	for _, p := range d.passkeys {
		if len(o.AllowCredentials) == 0 || listed(o.AllowCredentials, p) {
			return d.sign(t, o, p)
		}
	}
	t.Fatal("the device has no passkey that is allowed")
	return nil
}

func (d *device) sign(t *testing.T, o requested, p *passkey) []byte {
	t.Helper()
	p.counter++
	clientData := d.clientData("webauthn.get", o.Challenge)
	data := d.authenticatorData(o.RPID, p, 0)
	clientDataHash := sha256.Sum256(clientData)
	digest := sha256.Sum256(slices.Concat(data, clientDataHash[:]))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return newResponse(p.id, map[string]any{
		"clientDataJSON":    bytes64(clientData),
		"authenticatorData": bytes64(data),
		"signature":         bytes64(signature),
		"userHandle":        bytes64(p.userHandle),
	})
}

func (d *device) clientData(ceremony string, challenge bytes64) []byte {
	text, err := json.Marshal(map[string]any{"type": ceremony, "challenge": challenge, "origin": d.origin,
		"crossOrigin": false})
	if err != nil {
		panic(err)
	}
	return text
}

// authenticatorData is https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data.
func (d *device) authenticatorData(site string, p *passkey, flags byte) []byte {
	const present, verified = 0x01, 0x04
	flags |= present
	if !d.unverified {
		flags |= verified
	}
	if d.site != "" {
		site = d.site
	}
	counter := p.counter
	if d.uncounted {
		counter = 0
	}
	siteHash := sha256.Sum256([]byte(site))
	return binary.BigEndian.AppendUint32(append(siteHash[:], flags), counter)
}

// publicKey is the key in COSE (https://www.rfc-editor.org/rfc/rfc9053, section
// 2.1): EC2 on P-256, for ES256.
func publicKey(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		t.Fatal(err)
	}
	return cose
}

func listed(list []descriptor, p *passkey) bool {
	return slices.ContainsFunc(list, func(d descriptor) bool { return bytes.Equal(d.ID, p.id) })
}

func parse[T any](t *testing.T, text []byte) (value T) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

package factors_test

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dojo/factors"
)

// late is longer than any ceremony may take.
const late = 5*time.Minute + time.Second

func TestRefusedAnswers(t *testing.T) {
	for _, test := range []struct {
		name  string
		cause string
		// answer gives the response of olivia's device to the options; before it,
		// it may change the world, and the session that the answer is held against.
		answer func(w world, d *device, options []byte, session *[]byte) []byte
	}{
		{"a page of another site", "origin", func(w world, d *device, options []byte, _ *[]byte) []byte {
			d.origin = "https://dojo.example.evil.example"
			return d.get(w.T, options)
		}},
		{"a page of the site over http", "origin", func(w world, d *device, options []byte, _ *[]byte) []byte {
			d.origin = "http://dojo.example"
			return d.get(w.T, options)
		}},
		{"signed for another site", "RP Hash mismatch", func(w world, d *device, options []byte, _ *[]byte) []byte {
			d.site = "evil.example"
			return d.get(w.T, options)
		}},
		{"the answer to another challenge", "challenge", func(w world, d *device, _ []byte, _ *[]byte) []byte {
			other, _ := w.beginLogin()
			return d.get(w.T, other)
		}},
		{"a response that was good before", "challenge",
			func(w world, d *device, options []byte, session *[]byte) []byte {
				seen := d.get(w.T, options)
				if _, err := w.FinishLogin(*session, seen, w.find); err != nil {
					w.Fatal(err)
				}
				_, *session = w.beginLogin()
				return seen
			}},
		{"a session that was answered", "answered already",
			func(w world, d *device, options []byte, session *[]byte) []byte {
				*session = nil
				return d.get(w.T, options)
			}},
		{"a session of another kind", "client-side discoverable",
			func(w world, d *device, _ []byte, session *[]byte) []byte {
				var options []byte
				options, *session = w.beginProof(olivia)
				return d.get(w.T, options)
			}},
		{"nobody looked at the device", "User verification required",
			func(w world, d *device, options []byte, _ *[]byte) []byte {
				d.unverified = true
				return d.get(w.T, options)
			}},
		{"a copy of the passkey", "counter did not grow",
			func(w world, d *device, options []byte, session *[]byte) []byte {
				clone := *d.passkeys[0]
				proof, err := w.FinishLogin(*session, d.get(w.T, options), w.find)
				if err != nil {
					w.Fatal(err)
				}
				w.stored[olivia.ID] = [][]byte{proof.Credential}
				d.passkeys[0] = &clone
				options, *session = w.beginLogin()
				return d.get(w.T, options)
			}},
		{"her passkey for somebody else", "credential", func(w world, d *device, options []byte, _ *[]byte) []byte {
			w.newDevice(uma)
			d.passkeys[0].userHandle = []byte(uma.ID)
			return d.get(w.T, options)
		}},
		{"a user that is gone", "credential", func(w world, d *device, options []byte, _ *[]byte) []byte {
			delete(w.stored, olivia.ID)
			return d.get(w.T, options)
		}},
		{"no user handle", "User Handle", func(w world, d *device, options []byte, _ *[]byte) []byte {
			d.passkeys[0].userHandle = nil
			return d.get(w.T, options)
		}},
		{"another key under the same id", "signature", func(w world, d *device, options []byte, _ *[]byte) []byte {
			d.passkeys[0].key = w.newDevice(uma).passkeys[0].key
			return d.get(w.T, options)
		}},
		{"an answer too late", "Expired", func(w world, d *device, options []byte, _ *[]byte) []byte {
			time.Sleep(late)
			return d.get(w.T, options)
		}},
		{"a new passkey instead", "auth data", func(w world, d *device, options []byte, _ *[]byte) []byte {
			registration, _ := w.beginRegistration(uma)
			return d.create(w.T, registration)
		}},
		{"no JSON", "", func(world, *device, []byte, *[]byte) []byte { return []byte("<html>") }},
		{"nothing", "", func(world, *device, []byte, *[]byte) []byte { return nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				d := w.newDevice(olivia)
				options, session := w.beginLogin()
				answer := test.answer(w, d, options, &session)
				proof, err := w.FinishLogin(session, answer, w.find)
				w.refused("signing in", err, test.cause)
				if proof.UserID != "" || proof.Credential != nil {
					t.Errorf("a refusal proves %+v", proof)
				}
			})
		})
	}
}

func TestRefusedProofs(t *testing.T) {
	w := newWorld(t)
	hers, others := w.newDevice(olivia), w.newDevice(uma)

	options, session := w.beginProof(olivia)
	asked := parse[requested](t, options)
	_, err := w.FinishProof(olivia, w.stored[olivia.ID], session, others.sign(t, asked, others.passkeys[0]))
	w.refused("another user's passkey", err, "not owned")

	options, session = w.beginProof(olivia)
	_, err = w.FinishProof(uma, w.stored[uma.ID], session, hers.get(t, options))
	w.refused("a proof begun for another user", err, "ID mismatch")

	options, session = w.beginProof(olivia)
	_, err = w.FinishProof(olivia, nil, session, hers.get(t, options))
	w.refused("a passkey removed in between", err, "own")

	hers.unverified = true
	options, session = w.beginProof(olivia)
	_, err = w.FinishProof(olivia, w.stored[olivia.ID], session, hers.get(t, options))
	w.refused("nobody looked at the device", err, "User verification required")

	hers.unverified = false
	options, session = w.beginLogin()
	_, err = w.FinishProof(olivia, w.stored[olivia.ID], session, hers.get(t, options))
	w.refused("a sign-in for a proof", err, "ID mismatch")
}

func TestRefusedRegistrations(t *testing.T) {
	for _, test := range []struct {
		name, cause string
		device      device
		wait        time.Duration
		user        factors.User // whom it is finished for
		options     func(w world) []byte
	}{
		{name: "a page of another site", cause: "origin", device: device{origin: "https://evil.example"}},
		{name: "made for another site", cause: "RP Hash mismatch", device: device{origin: site, site: "evil.example"}},
		{
			name: "nobody looked at the device", cause: "User verification required",
			device: device{origin: site, unverified: true},
		},
		{name: "too late", cause: "Expired", device: device{origin: site}, wait: late},
		{name: "for another user", cause: "ID mismatch", device: device{origin: site}, user: uma},
		{name: "the answer to another challenge", cause: "challenge", device: device{origin: site},
			options: func(w world) []byte {
				options, _ := w.beginRegistration(olivia)
				return options
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				options, session := w.beginRegistration(olivia)
				if test.options != nil {
					options = test.options(w)
				}
				user := olivia
				if test.user.ID != "" {
					user = test.user
				}
				time.Sleep(test.wait)
				_, credential, err := w.FinishRegistration(user, nil, session, test.device.create(t, options))
				w.refused("adding", err, test.cause)
				if credential != nil {
					t.Error("a refusal gives a credential")
				}
			})
		})
	}
	w := newWorld(t)
	d := w.newDevice(olivia)
	options, _ := w.beginLogin()
	_, session := w.beginRegistration(olivia)
	_, _, err := w.FinishRegistration(olivia, nil, session, d.get(t, options))
	w.refused("a sign-in instead", err, "")
	_, _, err = w.FinishRegistration(olivia, nil, nil, d.create(t, must(json.Marshal(map[string]any{}))))
	w.refused("nothing was begun", err, "answered already")
}

// What is not the person's doing must not look like a refusal.
func TestFaultsAreNotRefusals(t *testing.T) {
	w := newWorld(t)
	d := w.newDevice(olivia)
	options, session := w.beginLogin()
	down := errors.New("the database is down")
	_, err := w.FinishLogin(session, d.get(t, options), func(string) ([][]byte, error) { return nil, down })
	if err != down {
		t.Errorf("%v; want find's own error", err)
	}

	w.stored[olivia.ID] = [][]byte{[]byte("{")}
	_, err = w.FinishLogin(session, d.get(t, options), w.find)
	w.fault(err)
	_, _, err = w.BeginProof(olivia, w.stored[olivia.ID])
	w.fault(err)
	_, _, err = w.BeginRegistration(olivia, w.stored[olivia.ID])
	w.fault(err)
}

func (w world) fault(err error) {
	w.Helper()
	if err == nil || errors.Is(err, factors.ErrRefused) {
		w.Errorf("%v; want a fault", err)
	}
}

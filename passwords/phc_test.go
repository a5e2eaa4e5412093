package passwords_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"dojo/passwords"

	"golang.org/x/crypto/argon2"
)

// reference is a test vector of the reference implementation,
// https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c
const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

func TestReferenceHashIsVerified(t *testing.T) {
	h := passwords.New(1)
	wantVerify(t, h, reference, "password", true)
	wantVerify(t, h, reference, "passwore", false)
}

// A password that cannot be normalised is worked on as an empty one, and must
// not pass for it.
func TestUnusablePasswordIsNotAnEmptyOne(t *testing.T) {
	salt := []byte("somesalt")
	encode := base64.RawStdEncoding.EncodeToString
	empty := "$argon2id$v=19$m=8,t=1,p=1$" + encode(salt) + "$" + encode(argon2.IDKey(nil, salt, 1, 8, 1, 32))
	for _, password := range []string{"", "\t", "\xff"} {
		wantVerify(t, passwords.New(1), empty, password, false)
	}
}

func TestMalformedHashIsRefused(t *testing.T) {
	for name, encoded := range map[string]string{
		"empty":                 "",
		"plain text":            "password",
		"bcrypt":                "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"another variant":       strings.Replace(reference, "argon2id", "argon2i", 1),
		"another version":       strings.Replace(reference, "v=19", "v=16", 1),
		"4 GiB of memory":       strings.Replace(reference, "m=65536", "m=4194304", 1),
		"a little too much":     strings.Replace(reference, "m=65536", "m=65537", 1),
		"more than 32 bits":     strings.Replace(reference, "m=65536", "m=4295032832", 1),
		"endless digits":        strings.Replace(reference, "m=65536", "m="+strings.Repeat("9", 400), 1),
		"hours of work":         strings.Replace(reference, "t=2", "t=100000", 1),
		"too many threads":      strings.Replace(reference, "p=1", "p=5", 1),
		"threads beyond a byte": strings.Replace(reference, "p=1", "p=257", 1),
		"no passes":             strings.Replace(reference, "t=2", "t=0", 1),
		"no threads":            strings.Replace(reference, "p=1", "p=0", 1),
		"too little memory":     strings.Replace(reference, "m=65536", "m=7", 1),
		"a negative number":     strings.Replace(reference, "t=2", "t=-2", 1),
		"a leading zero":        strings.Replace(reference, "t=2", "t=02", 1),
		"no salt":               strings.Replace(reference, "c29tZXNhbHQ", "", 1),
		"a short salt":          strings.Replace(reference, "c29tZXNhbHQ", "c29tZQ", 1),
		"padded base64":         strings.Replace(reference, "c29tZXNhbHQ", "c29tZXNhbHQ=", 1),
		"loose base64":          strings.Replace(reference, "c29tZXNhbHQ", "c29tZXNhbHR", 1),
		"no key":                reference[:strings.LastIndex(reference, "$")+1],
		"a short key":           reference[:strings.LastIndex(reference, "$")+9],
		"a huge key":            reference + strings.Repeat("AAAA", 1000),
		"something behind it":   reference + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			ok, err := passwords.New(1).Verify(context.Background(), encoded, "password")
			if ok || !errors.Is(err, passwords.ErrMalformed) {
				t.Errorf("Verify = %v, %v; want ErrMalformed", ok, err)
			}
		})
	}
}

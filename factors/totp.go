package factors

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"image/color"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// What every authenticator app can do, and most can do nothing else: six digits
// of HMAC-SHA-1 every 30 seconds (https://www.rfc-editor.org/rfc/rfc6238). The
// zero value of the algorithm is SHA-1.
const (
	period = 30 // seconds
	digits = otp.DigitsSix
)

// skew is how many time steps a device's clock may be off, either way: the one
// that RFC 6238, section 5.2, recommends at most.
const skew = 1

// secretBytes is the length that RFC 4226, section 4 (R6), recommends.
const secretBytes = 20

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret returns a random secret for an authenticator app: 160 bits as 32
// characters of base32, which is how apps show and take it.
func NewSecret() string {
	secret := make([]byte, secretBytes)
	rand.Read(secret) // never fails: crypto/rand stops the program instead
	return encoding.EncodeToString(secret)
}

// URI returns the address that gives an authenticator app the secret, and the
// names it is listed under: the account, such as an email address, and the
// issuer, such as the name of the site
// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). It
// holds the secret.
func URI(secret, account, issuer string) (string, error) {
	raw, err := encoding.DecodeString(secret)
	if err != nil {
		return "", fmt.Errorf("factors: the secret of an authenticator app: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: issuer, AccountName: account, Secret: raw, Period: period, Digits: digits,
	})
	if err != nil {
		return "", fmt.Errorf("factors: the address for an authenticator app: %w", err)
	}
	return key.URL(), nil
}

// QR returns a text as a QR code: rows of modules, true for a dark one. The
// page leaves a margin of four modules around it, in light even where the rest
// is dark, or cameras do not find it. Its only error is a text that is too long
// (2,331 bytes).
func QR(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("factors: the QR code: %w", err)
	}
	size := code.Bounds()
	rows := make([][]bool, size.Dy())
	for y := range rows {
		rows[y] = make([]bool, size.Dx())
		for x := range rows[y] {
			rows[y][x] = code.At(x, y) == color.Black
		}
	}
	return rows, nil
}

// Step checks a code that an authenticator app with the secret shows, typed
// with or without spaces, and returns the time step it belongs to: the current
// one, or the one before or after. A code is good for its step only once, so
// the caller refuses a step that is not later than the last one it accepted.
func Step(secret, code string, now time.Time) (step int64, ok bool) {
	code = withoutSpace(code)
	current := int64(math.Floor(float64(now.Unix()) / period))
	// All steps are tried, whatever the first ones give, so that the time taken
	// does not tell which one it was. Should two share a code, the later counts.
	for s := current - skew; s <= current+skew; s++ {
		right, err := hotp.ValidateCustom(code, uint64(s), secret, hotp.ValidateOpts{Digits: digits})
		if err == nil && right {
			step, ok = s, true
		}
	}
	return step, ok
}

func withoutSpace(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, code)
}

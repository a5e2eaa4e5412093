package factors_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/factors"
)

// secret is that of RFC 6238, appendix B ("12345678901234567890"), in base32.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

func TestStepOfTheStandardsCodes(t *testing.T) {
	// RFC 6238, appendix B, SHA-1. The codes are the last six of the eight digits.
	for _, test := range []struct {
		seconds int64
		code    string
		step    int64
	}{
		{59, "287082", 0x1},
		{1111111109, "081804", 0x23523EC},
		{1111111111, "050471", 0x23523ED},
		{1234567890, "005924", 0x273EF07},
		{2000000000, "279037", 0x3F940AA},
		{20000000000, "353130", 0x27BC86AA},
	} {
		step, ok := factors.Step(secret, test.code, time.Unix(test.seconds, 0))
		if !ok || step != test.step {
			t.Errorf("at %d, %s: step %#x, %v; want %#x", test.seconds, test.code, step, ok, test.step)
		}
	}
}

func TestStepForgivesAClockThatIsALittleOff(t *testing.T) {
	// The code of step 0x23523ED, from 1111111110 until before 1111111140.
	for seconds, good := range map[int64]bool{
		1111111079: false,
		1111111080: true,
		1111111110: true,
		1111111169: true,
		1111111170: false,
	} {
		step, ok := factors.Step(secret, "050471", time.Unix(seconds, 0))
		if ok != good {
			t.Errorf("at %d: %v; want %v", seconds, ok, good)
		}
		if ok && step != 0x23523ED {
			t.Errorf("at %d: step %#x; a code belongs to one step, whenever it is typed", seconds, step)
		}
	}
}

func TestStepTakesCodesAsTheyAreTyped(t *testing.T) {
	now := time.Unix(1111111111, 0)
	for code, good := range map[string]bool{
		"050471":        true,
		"050 471":       true,
		" 050471\n":     true,
		"05 04\u00a071": true,
		"":              false,
		"50471":         false,
		"0050471":       false,
		"14050471":      false,
		"050472":        false,
		"-50471":        false,
		"050471x":       false,
		"٠٥٠٤٧١":        false,
	} {
		if _, ok := factors.Step(secret, code, now); ok != good {
			t.Errorf("%q: %v; want %v", code, ok, good)
		}
	}
	if _, ok := factors.Step("not base32!", "050471", now); ok {
		t.Error("a code was right for a secret that is none")
	}
}

func TestNewSecret(t *testing.T) {
	first, second := factors.NewSecret(), factors.NewSecret()
	if len(first) != 32 || strings.Trim(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("%q is not 160 bits of base32", first)
	}
	if first == second {
		t.Error("two secrets are the same")
	}
}

func TestURI(t *testing.T) {
	text, err := factors.URI(secret, "olivia+books@acme.example", "Dojo at Acme")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Dojo at Acme:olivia+books@acme.example" {
		t.Errorf("%s", text)
	}
	for name, want := range map[string]string{"secret": secret, "issuer": "Dojo at Acme", "algorithm": "SHA1",
		"digits": "6", "period": "30"} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s = %q; want %q", name, got, want)
		}
	}
	// Apps show a plus as it stands.
	if strings.Contains(u.RawQuery, "+") {
		t.Errorf("a space is written as a plus: %s", u.RawQuery)
	}
	for _, bad := range [][3]string{{"not base32!", "a", "b"}, {secret, "", "b"}, {secret, "a", ""}} {
		if text, err := factors.URI(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("URI(%q) = %s", bad, text)
		}
	}
}

func TestQR(t *testing.T) {
	text, err := factors.URI(secret, "olivia@acme.example", "Dojo")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := factors.QR(text)
	if err != nil {
		t.Fatal(err)
	}
	// Sizes are 17 and four for each version (ISO/IEC 18004, 6.1).
	size := len(modules)
	if size < 21 || (size-17)%4 != 0 {
		t.Fatalf("%d rows", size)
	}
	// The finder patterns in three of the corners, and not in the fourth.
	const finder = "#######|#     #|# ### #|# ### #|# ### #|#     #|#######|"
	for _, corner := range [][2]int{{0, 0}, {0, size - 7}, {size - 7, 0}} {
		if got := draw(modules, corner[0], corner[1]); got != finder {
			t.Errorf("at %v: %s", corner, got)
		}
	}
	if draw(modules, size-7, size-7) == finder {
		t.Error("a finder pattern in the fourth corner")
	}
	if _, err := factors.QR(strings.Repeat("ü", 1200)); err == nil {
		t.Error("a text that is too long has a code")
	}
}

func draw(modules [][]bool, top, left int) string {
	var b strings.Builder
	for y := range 7 {
		for x := range 7 {
			b.WriteByte(map[bool]byte{true: '#', false: ' '}[modules[top+y][left+x]])
		}
		b.WriteByte('|')
	}
	return b.String()
}

package passwords_test

import (
	"strings"
	"testing"

	"dojo/passwords"
)

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name, password string
		want           error
	}{
		{"nothing", "", passwords.TooShort},
		{"one too few", "eleven char", passwords.TooShort},
		{"just enough", "twelve chars", nil},
		{"letters are counted, not bytes", "正しい馬の電池の針と糸", passwords.TooShort},
		{"letters beyond ASCII", "正しい馬と電池とホチキス", nil},
		{"composed letters count once", strings.Repeat("e\u0301", 11), passwords.TooShort},
		{"spaces and signs", "a b; c' -- \"d\" <e>", nil},
		{"an emoji", "twelve chars 🥷", nil},
		{"the longest", strings.Repeat("正しい馬と電池とホチキスの森の", 69)[:3*1024], nil},
		{"one too many", strings.Repeat("x", 1025), passwords.TooLong},
		{"a tab", "twelve\tchars", passwords.Unusable},
		{"a zero byte", "twelve\x00chars", passwords.Unusable},
		{"bytes that are not UTF-8", "twelve chars\xff", passwords.Unusable},
		{"a joined emoji", "twelve chars 👩\u200d💻", passwords.Unusable},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := passwords.Check(test.password); got != test.want {
				t.Errorf("Check(%.20q) = %v; want %v", test.password, got, test.want)
			}
		})
	}
}

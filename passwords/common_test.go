package passwords_test

import (
	"testing"

	"dojo/passwords"
)

func TestCheckRefusesWhatIsTriedFirst(t *testing.T) {
	for name, password := range map[string]string{
		"on the list":                    "qazwsxedcrfv",
		"on the list, with digits":       "q1w2e3r4t5y6",
		"on the list in capitals":        "Administrator",
		"a common word and digits":       "password1234",
		"a common word and a date":       "Liverpool 24.12.2025",
		"a common word in signs":         "***dragon!!!1",
		"a common word twice":            "monkeymonkey",
		"a common word twice, apart":     "monkey monkey",
		"a character":                    "zzzzzzzzzzzzz",
		"a character of another script":  "語語語語語語語語語語語語",
		"a block again and again":        "x7!x7!x7!x7!",
		"the alphabet":                   "abcdefghijkl",
		"the alphabet backwards":         "ZYXWVUTSRQPON",
		"digits in a row":                "1234567890123",
		"digits in a row, from anywhere": "5678901234567",
		"a keyboard's rows":              "tyuiopasdfgh",
		"a keyboard's columns":           "3edc4rfv5tgb6yhn",
	} {
		t.Run(name, func(t *testing.T) {
			if got := passwords.Check(password); got != passwords.TooCommon {
				t.Errorf("Check(%q) = %v; want %v", password, got, passwords.TooCommon)
			}
		})
	}
}

func TestCheckRefusesWhatOthersKnow(t *testing.T) {
	for _, test := range []struct {
		name, password string
		want           error
	}{
		{"the address", "Olivia.Ortiz@acme.example", passwords.TooPersonal},
		{"what is before the @", "olivia.ortiz", passwords.TooPersonal},
		{"the name and a year", "Ortiz Olivia 1987!", passwords.TooPersonal},
		{"a name within a name", "Adamovich-1987", passwords.TooPersonal},
		{"the company", "acme-acme-2026", passwords.TooPersonal},
		{"the product", "Dojo12345678", passwords.TooPersonal},
		{"a name with an accent, typed in another way", "Jose\u0301 20261231", passwords.TooPersonal},
		{"the name and a common word", "olivia-password-1", passwords.TooCommon},
		{"the name among words", "olivia feeds nine grey herons", nil},
		{"the name and many digits", "olivia409381726541", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := passwords.Check(test.password, "Ada Olivia Ortiz", "olivia.ortiz@acme.example", "José Adamovich",
				""); got != test.want {
				t.Errorf("Check(%q) = %v; want %v", test.password, got, test.want)
			}
		})
	}
	if got := passwords.Check("olivia.ortiz!"); got != nil {
		t.Errorf("Check without knowing whose it is = %v; want nil", got)
	}
}

func TestCheckAsksForNoKindsOfCharacters(t *testing.T) {
	for _, password := range []string{
		"correct horse battery staple", "nine grey herons", "grosbeakquarry", "748205193826", "kq8#vT2!mZ5x",
		"passwordforthenorthgate",
		"abcdefghijklXYZm", "xyzxyzq8xyzxyzw3",
	} {
		if got := passwords.Check(password, "Ada", "ada@acme.example"); got != nil {
			t.Errorf("Check(%q) = %v; want nil", password, got)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		if err := passwords.Check("correct horse battery staple", "Olivia Ortiz", "olivia@acme.example"); err != nil {
			b.Fatal(err)
		}
	}
}

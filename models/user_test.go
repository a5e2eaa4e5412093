package models_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"dojo/models"
)

func TestCheckName(t *testing.T) {
	long := strings.Repeat("é", 80)
	for name, want := range map[string]string{
		" Ade ": "Ade", "Zoë O’Brien-García": "Zoë O’Brien-García", "山田 太郎": "山田 太郎", "محمد": "محمد",
		"<script>alert(1)</script>": "<script>alert(1)</script>", "'; DROP TABLE users": "'; DROP TABLE users",
		long: long, "Ade 🦊": "Ade 🦊",
		"می\u200cخواهم": "می\u200cخواهم", "👩🏽\u200d🚀": "👩🏽\u200d🚀", "🏳\ufe0f\u200d🌈": "🏳\ufe0f\u200d🌈",
		"क्\u200dष":  "क्\u200dष",
		"ශ්\u200dරී": "ශ්\u200dරී", "ന്\u200d": "ന്\u200d", "مَ\u200cن": "مَ\u200cن",
		"❤\ufe0f\u200d🔥 Zoë": "❤\ufe0f\u200d🔥 Zoë",
	} {
		if got, err := models.CheckName(name); err != nil || got != want {
			t.Errorf("CheckName(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	for what, name := range map[string]string{
		"empty": "", "blank": " \t\u00a0\u3000", "long": long + "x", "right-to-left override": "Ade\u202egnp",
		"isolate":          "\u2066Ade",
		"zero width space": "A\u200bde", "joiner between Latin letters": "A\u200dde",
		"non-joiner between Latin letters": "A\u200cde",
		"joiner first":                     "\u200dم", "joiner last": "م\u200c", "joiner alone": "\u200d",
		"two joiners": "م\u200c\u200cم", "joiner beside a digit": "م\u200c1",
		"joiner of two scripts": "م\u200dक", "emoji and letter": "👩\u200dA", "mark alone": "\u0301",
		"variation selector alone": "\ufe0f",
		"blank Braille":            "\u2800", "key": "my 039c501ac8dfcac91c6f05601cee876e1cc07e17",
		"key in upper case": strings.Repeat("0A", 20), "byte order mark": "\ufeffAde", "soft hyphen": "A\u00adde",
		"line break": "A\nde", "NUL": "A\x00de", "escape": "\x1b[31mAde", "not UTF-8": "A\xffde",
		"line separator": "A\u2028de",
		"Hangul filler":  "\u3164", "private use": "\ue000", "tag": "Ade\U000e0041",
	} {
		_, err := models.CheckName(name)
		refused(t, what, err, models.Invalid, "")
	}
}

func TestNormalizeEmail(t *testing.T) {
	longest := strings.Repeat("a", 64) + "@" + strings.Repeat("b", 189)
	for address, want := range map[string]string{
		" Ade@Acme.Example ": "ade@acme.example", "a.b+tag@acme.example": "a.b+tag@acme.example",
		"root@localhost":   "root@localhost",
		"zoë@acme.example": "zoë@acme.example", longest: longest,
		// not mark, not rose
		"mar\u212a@acme.example": "mar\u212a@acme.example", "ro\u017fe@acme.example": "ro\u017fe@acme.example",
	} {
		if got, err := models.NormalizeEmail(address); err != nil || got != want {
			t.Errorf("NormalizeEmail(%q) = %q, %v; want %q", address, got, err, want)
		}
	}
	for what, address := range map[string]string{
		"empty": "  ", "no at": "ade", "no domain": "ade@", "no name": "@acme.example",
		"two":          "a@b.example, c@d.example",
		"display name": "Ade <ade@acme.example>", "header": "ade@acme.example\r\nBcc: x@y.example",
		"space":  "a de@acme.example",
		"quoted": `"a de"@acme.example`, "comment": "ade(x)@acme.example", "long": longest + "b",
		"zero width": "a\u200bde@acme.example",
		"override":   "ade\u202e@acme.example", "NUL": "ade\x00@acme.example", "not UTF-8": "ade\xff@acme.example",
	} {
		_, err := models.NormalizeEmail(address)
		refused(t, what, err, models.Invalid, "")
	}
}

func TestSuggestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Umami Foods": "umami-foods", "Café Zürich GmbH & Co. KG": "cafe-zurich-gmbh-co-kg", "  --A--  ": "a", "北京": "",
		"x 北 y": "x-y", "": "", "ﬁnance №1": "finance-no1",
		strings.Repeat("ab ", 30): strings.Trim(strings.Repeat("ab-", 30)[:40], "-"),
	} {
		got := models.SuggestSlug(name)
		if got != want {
			t.Errorf("of %q %q is suggested; want %q", name, got, want)
		}
		if got != "" && models.CheckSlug(got) != nil {
			t.Errorf("%q is suggested and refused", got)
		}
	}
}

func TestCheckSlug(t *testing.T) {
	for _, slug := range []string{"a", "acme", "acme-books", "7", "a--b", strings.Repeat("x", 40)} {
		if err := models.CheckSlug(slug); err != nil {
			t.Errorf("CheckSlug(%q) = %v", slug, err)
		}
	}
	for _, slug := range []string{"", "-", "-acme", "acme-", "Acme", "ac me", "acme\n", "acmé", "a/b", "..", "a.b",
		"%2f", strings.Repeat("x", 41)} {
		refused(t, slug, models.CheckSlug(slug), models.Invalid, "lowercase letters")
	}
}

func TestLinkWorksOnceForAnHour(t *testing.T) {
	token, digest := models.NewToken()
	if other, _ := models.NewToken(); other == token || string(models.TokenDigest(token)) != string(digest) ||
		strings.Contains(string(digest), token) {
		t.Error("tokens are random, and only their digest is stored")
	}
	link := models.Link{ExpiresAt: noon.Add(models.SetupLink.Life())}
	if err := link.Usable(noon.Add(models.SetupLink.Life() - 1)); err != nil {
		t.Error(err)
	}
	refused(t, "late", link.Usable(link.ExpiresAt), models.Conflict, "lapsed on 2 March 2026 at 13:00 UTC")
	used := noon.Add(time.Minute)
	link.UsedAt = &used
	refused(t, "used", link.Usable(noon), models.Conflict, "already used")
}

func FuzzCheckName(f *testing.F) {
	for _, seed := range []string{"Ade", " \u202e", "\xff", "a\u0300", strings.Repeat("é", 81)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := models.CheckName(name)
		if err != nil {
			return
		}
		again, err := models.CheckName(got)
		if err != nil || again != got {
			t.Errorf("CheckName(%q) = %q, of which it makes %q, %v", name, got, again, err)
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 80 ||
			strings.ContainsAny(got, "\n\r\x00\u202e\u200b") {
			t.Errorf("CheckName(%q) = %q", name, got)
		}
	})
}

func FuzzNormalizeEmail(f *testing.F) {
	for _, seed := range []string{"ade@acme.example", "İ@x", "A@B", "\u212aay@acme.example", "a@\u212a.example",
		`"a"@b`, "a@[127.0.0.1]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, err := models.NormalizeEmail(address)
		if err != nil {
			return
		}
		again, err := models.NormalizeEmail(got)
		if err != nil || again != got {
			t.Errorf("NormalizeEmail(%q) = %q, of which it makes %q, %v", address, got, again, err)
		}
		for _, r := range strings.TrimSpace(address) {
			if r > unicode.MaxASCII && r != utf8.RuneError && !strings.ContainsRune(got, r) {
				t.Errorf("NormalizeEmail(%q) = %q: %q was folded", address, got, r)
			}
		}
		if len(got) > 254 || strings.ContainsAny(got, " \n\r\x00<>,") {
			t.Errorf("NormalizeEmail(%q) = %q", address, got)
		}
	})
}

func FuzzNewTerms(f *testing.F) {
	f.Add("2026-03-02", int64(0))
	f.Add("2036-03-02", int64(86399))
	f.Fuzz(func(t *testing.T, lastDay string, seconds int64) {
		now := noon.Add(time.Duration(seconds%86400) * time.Second)
		agreement, err := models.NewTerms("MSA-1", lastDay, now)
		if err != nil {
			return
		}
		if !agreement.EndsAt.After(now) || agreement.EndsAt.After(now.AddDate(10, 0, 2)) ||
			agreement.EndsAt.Location() != time.UTC {
			t.Errorf("an agreement until %q, made at %v, ends at %v", lastDay, now, agreement.EndsAt)
		}
	})
}

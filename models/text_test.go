package models_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
)

const someKey = "039c501ac8dfcac91c6f05601cee876e1cc07e17"

func TestRedactKeys(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"no key":                       "no key",
		someKey:                        "[key]",
		"a " + someKey + "!":           "a [key]!",
		strings.ToUpper(someKey):       "[key]",
		someKey + someKey:              "[key]",
		someKey + " " + someKey:        "[key] [key]",
		someKey[1:]:                    someKey[1:],
		"/t/" + someKey + "/keys":      "/t/[key]/keys",
		"0" + someKey + "f, " + "1234": "[key], 1234",
		"/t/" + percent(someKey) + "/": "/t/[key]/",
		"/t/" + percent(strings.ToUpper(someKey)) + "/":  "/t/[key]/",
		someKey[:20] + percent(someKey[20:]) + "?":       "[key]?",
		strings.ReplaceAll(percent(someKey), "%", "%25"): "[key]",
		"%20" + someKey + "%2f":                          "%[key]%2f",
		"%" + someKey:                                    "%[key]",
		"100%":                                           "100%",
		"%2":                                             "%2",
	} {
		if got := models.RedactKeys(text); got != want {
			t.Errorf("RedactKeys(%q) = %q, want %q", text, got, want)
		}
		if holds := models.HoldsKey(text); holds != (want != text) {
			t.Errorf("HoldsKey(%q) = %v", text, holds)
		}
	}
}

// percent encodes each character, which nobody needs and anybody may.
func percent(text string) string {
	var encoded strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&encoded, "%%%02X", c)
	}
	return encoded.String()
}

// FuzzRedactKeys: whatever stands around a key, the key is not in what is left.
func FuzzRedactKeys(f *testing.F) {
	f.Add("api_key=", "&x")
	f.Add("\xff", "0")
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, key := range []string{someKey, strings.ToUpper(someKey), percent(someKey)} {
			got := models.RedactKeys(before + key + after)
			decoded, _ := url.PathUnescape(got)
			if strings.Contains(got, key) || models.HoldsKey(got) || strings.Contains(decoded, someKey) {
				t.Errorf("a key is left in %q", got)
			}
		}
	})
}

// TestNotesHoldNoKey: what people write is read by others, and stays.
func TestNotesHoldNoKey(t *testing.T) {
	for what, check := range map[string]func(text string) error{
		"note": func(text string) error {
			_, err := models.Revocation{Reason: models.Other, Note: text}.Check()
			return err
		},
		"use case": func(text string) error {
			_, err := models.NewUnlockRequest(models.UnlockWish{UseCase: text}, noon)
			return err
		},
		"reply":     func(text string) error { _, err := models.CheckReply(text); return err },
		"team name": func(text string) error { _, err := models.CheckTeamName(text); return err },
		"agreement": func(text string) error { _, err := models.NewTerms(text, "2026-03-09", noon); return err },
		"slug":      func(text string) error { return models.CheckSlug(strings.TrimPrefix(text, "It was ")) },
		"passkey":   func(text string) error { _, err := models.CheckPasskeyName(text); return err },
		"email": func(text string) error {
			_,
				err := models.NormalizeEmail(text[7:] + "@acme.example")
			return err
		},
		"origin": func(text string) error {
			_,
				err := models.CheckOrigins("https://" + text[7:] + ".example")
			return err
		},
	} {
		refused(t, what, check("It was "+someKey), models.Invalid, "looks like an API key")
	}
}

// TestAnExcerptHoldsNoPartOfAKey: wherever it is cut.
func TestAnExcerptHoldsNoPartOfAKey(t *testing.T) {
	text := strings.Repeat("xyz ", 10) + someKey + " and more"
	for limit := range len(text) + 2 {
		got := models.Excerpt(text, limit)
		want := strings.Repeat("xyz ", 10) + "[key] and more"
		if want = want[:min(len(want), limit)]; got != want {
			t.Errorf("Excerpt(…, %d) = %q; want %q", limit, got, want)
		}
	}
}

// TestIsolated: only what is written from right to left is set apart.
func TestIsolated(t *testing.T) {
	for name, want := range map[string]string{
		"Acme Books": "Acme Books", "می\u200cخواهم": "\u2068می\u200cخواهم\u2069", "שלום Ltd": "\u2068שלום Ltd\u2069",
		"日本": "日本",
	} {
		if got := models.Isolated(name); got != want {
			t.Errorf("Isolated(%q) = %q; want %q", name, got, want)
		}
	}
}

package evidence

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts that are kept of a request, in bytes.
const (
	maxMethod  = 20
	maxAddress = 64
	maxPath    = 300
	maxHeader  = 200
)

// keyLength is how many hexadecimal digits in a row may be a key.
const keyLength = 40

// redacted stands where something looked like a key.
const redacted = "[key]"

// clean returns a copy of the text that both databases can keep: without what
// looks like a key, without what cannot be seen, and no longer than the limit.
func clean(text string, limit int) string {
	text = redact(text)
	text = strings.Map(visible, strings.ToValidUTF8(text, "?"))
	return strings.Clone(cut(text, limit))
}

func visible(r rune) rune {
	if !unicode.IsGraphic(r) {
		return '?'
	}
	return r
}

// cut shortens the text to the limit, between two characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// cleanPath is clean for a path as it came. A key may be percent-encoded in it.
func cleanPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if strings.Contains(path, "%") {
		if decoded, err := url.PathUnescape(path); err == nil && redact(decoded) != decoded {
			path = decoded
		}
	}
	return clean(path, maxPath)
}

// redact puts a mark in the place of every run of hexadecimal digits that is long
// enough to hold a key.
func redact(text string) string {
	var kept strings.Builder
	done := 0 // all before it is in kept
	for start := 0; start < len(text); start++ {
		end := start
		for end < len(text) && hexadecimal(text[end]) {
			end++
		}
		if end-start >= keyLength {
			kept.WriteString(text[done:start])
			kept.WriteString(redacted)
			done = end
		}
		start = end
	}
	if done == 0 {
		return text
	}
	kept.WriteString(text[done:])
	return kept.String()
}

func hexadecimal(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

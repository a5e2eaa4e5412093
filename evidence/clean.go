package evidence

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"dojo/models"
)

// The longest texts that are kept of a request, in bytes.
const (
	maxMethod  = 20
	maxAddress = 64
	maxPath    = 300
	maxHeader  = 200
)

// clean returns a copy of the text that both databases can keep: without what
// looks like a key, without what cannot be seen, and no longer than the limit.
func clean(text string, limit int) string {
	text = models.RedactKeys(text)
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
		if decoded, err := url.PathUnescape(path); err == nil && models.RedactKeys(decoded) != decoded {
			path = decoded
		}
	}
	return clean(path, maxPath)
}

package models

import (
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// MaxPasted is the longest text that is looked through for keys, in bytes.
const MaxPasted = 32 << 10

// maxPastedKeys bounds how many candidates a text yields, each of which is looked up.
const maxPastedKeys = 2000

// PastedKeys are the candidates for keys in a text that somebody pasted.
type PastedKeys struct {
	// Whole are those that stand by themselves: exactly as many digits as a key has.
	Whole []string
	// Within are parts of longer runs of digits: a key behind the "3D" of a mail, or one
	// that a line break in the text has joined to something else.
	Within []string
}

// All lists the candidates, those that stand by themselves first.
func (p PastedKeys) All() []string { return slices.Concat(p.Whole, p.Within) }

// FindPastedKeys finds keys as people come upon them: in a URL, in a line of an .env file or
// a header, in capitals or letters as wide as Japanese ones, wrapped over lines, quoted in a mail, percent- or
// base64-encoded, with characters within that cannot be seen. A candidate need not be a key: whoever asks
// looks it up. There are at most 2,000.
func FindPastedKeys(text string) PastedKeys {
	var found PastedKeys
	for _, reading := range readings(text) {
		for _, digits := range hexadecimalRun.FindAllString(reading, -1) {
			found.add(strings.ToLower(digits))
		}
	}
	return found
}

func (p *PastedKeys) add(digits string) {
	into := &p.Whole
	if len(digits) > KeyLength {
		into = &p.Within
	}
	for start := 0; start+KeyLength <= len(digits); start++ {
		key := digits[start : start+KeyLength]
		if len(p.Whole)+len(p.Within) < maxPastedKeys && !slices.Contains(p.Whole, key) && !slices.Contains(p.Within, key) {
			*into = append(*into, key)
		}
	}
}

var (
	hexadecimalRun = regexp.MustCompile(`[0-9A-Fa-f]{40,}`)
	// A line that goes on in the next: with a backslash, with the "=" of quoted-printable
	// (RFC 2045, 6.7), as two strings that are added, or behind the marks of a quotation.
	wrapped = regexp.MustCompile("[\\\\=\"'`+ \t]*\r?\n[>|#*\"'`+ \t-]*")
	// What groups of digits are set apart by.
	apart          = regexp.MustCompile(`[\s:-]+`)
	percentEncoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	base64Encoded  = regexp.MustCompile(`[A-Za-z0-9+/_-]{54,}`)
)

// readings are the ways in which a text is read, the plainest first.
func readings(text string) []string {
	text = strings.Map(func(r rune) rune {
		if invisible(r) && r != '\n' && r != '\r' && r != '\t' {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	all := []string{text}
	for _, decoded := range []string{unescaped(text), html.UnescapeString(text)} {
		if decoded != text {
			all = append(all, decoded)
		}
	}
	for _, encoded := range base64Encoded.FindAllString(wrapped.ReplaceAllString(text, ""), -1) {
		all = append(all, decodedBase64(encoded))
	}
	for _, reading := range slices.Clone(all) {
		all = append(all, wrapped.ReplaceAllString(reading, ""), apart.ReplaceAllString(reading, ""))
	}
	return all
}

// decodedBase64 decodes either alphabet; what cannot be decoded is empty.
func decodedBase64(encoded string) string {
	decoded, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(encoded))
	if err != nil {
		return ""
	}
	return string(decoded)
}

// unescaped decodes what is percent-encoded, also several times over.
func unescaped(text string) string {
	for range 3 {
		text = percentEncoded.ReplaceAllStringFunc(text, func(code string) string {
			decoded, _ := url.PathUnescape(code)
			return decoded
		})
	}
	return text
}

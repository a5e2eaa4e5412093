package models

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkLine is the rule for one line of visible text in a form.
func checkLine(field, whenEmpty, text string, limit int) (string, error) {
	return check(field, whenEmpty, strings.TrimSpace(text), limit, "")
}

// checkText is the rule for a few lines of text in a form.
func checkText(field, whenEmpty, text string, limit int) (string, error) {
	return check(field, whenEmpty, strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), limit, "\n\t")
}

// check is the rule for text that other people read. layout has the control
// characters that the field takes.
func check(field, whenEmpty, text string, limit int, layout string) (string, error) {
	switch {
	case text == "":
		return "", InvalidField(field, "%s", whenEmpty)
	case utf8.RuneCountInString(text) > limit:
		return "", InvalidField(field, "This is too long: the limit is %d characters.", limit)
	case hides(text, layout) || !strings.ContainsFunc(text, shows):
		return "", InvalidField(field, "This holds a character that cannot be shown. Type it again without it.")
	case HoldsKey(text):
		return "", InvalidField(field, "This holds what looks like an API key: 40 hexadecimal digits. "+
			"Leave it out, since everybody who may read this would have the key.")
	}
	return text, nil
}

// hides reports whether a character of the text shows nothing or changes how others
// are shown, but for the layout and for joiners where writing needs them.
func hides(text, layout string) bool {
	runes := []rune(text)
	for i, r := range runes {
		if invisible(r) && !strings.ContainsRune(layout, r) && !joins(runes, i) {
			return true
		}
	}
	return false
}

// invisible reports whether a character shows nothing, or changes how others
// are shown. unicode.IsGraphic counts the fillers of Hangul as letters; Unicode
// lists them as ignorable (DerivedCoreProperties.txt).
func invisible(r rune) bool {
	return r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// shows reports whether a character can be seen by itself. Marks need a letter to sit
// on, and the empty pattern of Braille looks like a space.
func shows(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && r != brailleBlank && !invisible(r)
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// joins reports whether the character at i is a joiner where writing needs it: behind
// a virama, between two letters of a script that joins its letters, or between the
// parts of an emoji. Elsewhere it would make two names of one look. The rules are
// those of RFC 5892, appendix A.1 and A.2, with whole scripts in the place of single
// letters' joining types, and of UTS #51 for emoji.
func joins(text []rune, i int) bool {
	if text[i] != zeroWidthJoiner && text[i] != zeroWidthNonJoiner || i == 0 {
		return false
	}
	if unicode.Is(viramas, text[i-1]) {
		return true
	}
	if i+1 == len(text) {
		return false
	}
	before, after := base(text[:i]), text[i+1]
	for _, script := range joining {
		if unicode.Is(script, before) && unicode.Is(script, after) {
			return unicode.IsLetter(before) && unicode.IsLetter(after)
		}
	}
	return text[i] == zeroWidthJoiner && isEmoji(before) && isEmoji(after)
}

// base is the last character that is no mark and no skin tone on the one before.
func base(text []rune) rune {
	for i := len(text) - 1; i >= 0; i-- {
		if r := text[i]; !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Sk, r) {
			return r
		}
	}
	return utf8.RuneError
}

func isEmoji(r rune) bool { return r > unicode.MaxLatin1 && unicode.In(r, unicode.So, unicode.Sm) }

// joining are the scripts whose letters take another form where they are joined.
var joining = []*unicode.RangeTable{
	unicode.Adlam, unicode.Arabic, unicode.Hanifi_Rohingya, unicode.Mandaic, unicode.Manichaean, unicode.Mongolian,
	unicode.Nko, unicode.Phags_Pa, unicode.Syriac,
	unicode.Bengali, unicode.Devanagari, unicode.Gujarati, unicode.Gurmukhi, unicode.Kannada, unicode.Khmer,
	unicode.Malayalam, unicode.Myanmar, unicode.Oriya, unicode.Sinhala, unicode.Tamil, unicode.Telugu, unicode.Tibetan,
}

// viramas silence the vowel of the letter before, which a joiner behind them shapes
// (UnicodeData.txt, combining class 9, of scripts in use today).
var viramas = &unicode.RangeTable{R16: []unicode.Range16{
	{0x094d, 0x094d, 1}, {0x09cd, 0x09cd, 1}, {0x0a4d, 0x0a4d, 1}, {0x0acd, 0x0acd, 1}, {0x0b4d, 0x0b4d, 1},
	{0x0bcd, 0x0bcd, 1}, {0x0c4d, 0x0c4d, 1}, {0x0ccd, 0x0ccd, 1}, {0x0d3b, 0x0d3c, 1}, {0x0d4d, 0x0d4d, 1},
	{0x0dca, 0x0dca, 1}, {0x0f84, 0x0f84, 1}, {0x1039, 0x103a, 1}, {0x17d2, 0x17d2, 1}, {0x1b44, 0x1b44, 1},
	{0xa9c0, 0xa9c0, 1},
}}

// LowerASCII is the text with the letters A to Z in lower case. Unicode's own mapping
// makes one address of two: it takes U+212A, the sign for kelvin, to "k".
func LowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// Isolated is a name for the middle of a sentence in plain text: one that is written from
// right to left is set apart, so that it does not change the order of the words around it
// (Unicode UAX #9, first strong isolate). Pages use <bdi> instead.
func Isolated(name string) string {
	const firstStrongIsolate, popIsolate = "\u2068", "\u2069"
	if strings.ContainsFunc(name, rightToLeft) {
		return firstStrongIsolate + name + popIsolate
	}
	return name
}

func rightToLeft(r rune) bool {
	return 0x0590 <= r && r <= 0x08ff || 0xfb1d <= r && r <= 0xfdff || 0xfe70 <= r && r <= 0xfeff ||
		0x10800 <= r && r <= 0x10fff || 0x1e800 <= r && r <= 0x1efff
}

// keyMark stands where a text held what looks like a key.
const keyMark = "[key]"

// HoldsKey reports whether the text holds what looks like a key of Dojo.
func HoldsKey(text string) bool { return RedactKeys(text) != text }

// RedactKeys puts a mark in the place of everything in the text that looks like a
// key: of every run of hexadecimal digits, in either case and also percent-encoded, that
// is long enough to hold one.
func RedactKeys(text string) string {
	var kept strings.Builder
	done := 0 // all before it is in kept
	for start := 0; start < len(text); start++ {
		end, digits := start, 0
		for size := digitAt(text, end); size > 0; size = digitAt(text, end) {
			end, digits = end+size, digits+1
		}
		if digits >= KeyLength {
			kept.WriteString(text[done:start])
			kept.WriteString(keyMark)
			done = end
		}
		start = max(start, end-1)
	}
	if done == 0 {
		return text
	}
	kept.WriteString(text[done:])
	return kept.String()
}

// Excerpt is the beginning of a text that somebody else wrote, for messages and the log: at
// most so many characters. What looks like a key is masked before the text is cut, since
// what is left of a key that was cut would pass for none.
func Excerpt(text string, limit int) string {
	text = RedactKeys(text)
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

// digitAt is the length of the hexadecimal digit that stands at the place: 1 as itself,
// more when it is percent-encoded, once or several times over, and 0 when there is
// none.
func digitAt(text string, place int) int {
	if place >= len(text) {
		return 0
	}
	if isHexadecimal(text[place]) {
		return 1
	}
	if text[place] != '%' {
		return 0
	}
	at := place + 1
	for at+2 <= len(text) && text[at:at+2] == "25" { // the sign "%" itself
		at += 2
	}
	if at+2 > len(text) || !isHexadecimal(text[at]) || !isHexadecimal(text[at+1]) {
		return 0
	}
	if code, err := strconv.ParseUint(text[at:at+2], 16, 8); err != nil || !isHexadecimal(byte(code)) {
		return 0
	}
	return at + 2 - place
}

func isHexadecimal(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// Thousands writes a number with its thousands apart: "12,345".
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

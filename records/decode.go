package records

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxNumber is the length in bytes of the longest number that is taken. The longest exact decimal form of a float64 has
// 1,077; a number with tens of thousands of digits can be a float64 too, but PostgreSQL's numeric could not hold it.
const maxNumber = 1100

const (
	textTwice     = "The attribute is given more than once."
	textNUL       = "The attribute should not contain the NUL character (U+0000)."
	textUTF8      = "The attribute should be valid UTF-8."
	textSurrogate = "The attribute should be valid Unicode, but half of a surrogate pair was given."
	textNumber    = "The attribute should be a number that fits in a 64-bit floating point number."
)

// decode turns the JSON of one record into maps, slices, strings, float64s, bools and nils. It recurses as deep as the
// JSON is nested: the caller has looked at the depth. The violation is nil, or the first thing that JSON allows but a
// record does not.
func (c *cursor) decode() (any, *violation) {
	switch c.peek() {
	case '{':
		return c.object()
	case '[':
		return c.array()
	case '"':
		return c.text()
	case 't', 'f':
		return c.bare() == "true", nil
	case 'n':
		c.bare()
		return nil, nil
	default:
		return c.number()
	}
}

func (c *cursor) object() (any, *violation) {
	object := map[string]any{}
	for c.pos++; c.peek() != '}'; {
		if c.peek() == ',' {
			c.pos++
			c.peek()
		}
		name, bad := c.text()
		if bad != nil {
			return nil, bad
		}
		// Two readers of one record could each believe another of the two values.
		if _, twice := object[name]; twice {
			return nil, &violation{path: []string{name}, text: textTwice}
		}
		c.peek()
		c.pos++ // the colon
		value, bad := c.decode()
		if bad != nil {
			return nil, bad.under(name)
		}
		object[name] = value
	}
	c.pos++
	return object, nil
}

func (c *cursor) array() (any, *violation) {
	array := []any{}
	for c.pos++; c.peek() != ']'; {
		if c.peek() == ',' {
			c.pos++
		}
		value, bad := c.decode()
		if bad != nil {
			return nil, bad.under(strconv.Itoa(len(array)))
		}
		array = append(array, value)
	}
	c.pos++
	return array, nil
}

func (c *cursor) number() (any, *violation) {
	number, bad := c.float()
	if bad {
		return nil, &violation{text: textNumber}
	}
	return number, nil
}

// float refuses what a float64 cannot hold, also numbers so small that they would become 0.
func (c *cursor) float() (number float64, bad bool) {
	literal := c.bare()
	number, err := strconv.ParseFloat(literal, 64)
	if err != nil || len(literal) > maxNumber {
		return 0, true
	}
	return number, number == 0 && vanished(literal)
}

// vanished reports whether a number that came out as 0 is another.
func vanished(literal string) bool {
	mantissa, _, _ := strings.Cut(strings.ToLower(literal), "e")
	return strings.ContainsAny(mantissa, "123456789")
}

// text takes a string token. PostgreSQL stores neither NUL nor ill-formed Unicode, and replacing them silently would
// make one id out of two.
func (c *cursor) text() (string, *violation) {
	quoted, escaped := c.quoted()
	if !utf8.ValidString(quoted) {
		return "", &violation{text: textUTF8}
	}
	if !escaped {
		return quoted, nil
	}
	return unescape(quoted)
}

// escapes are the two-character escapes of RFC 8259, section 7.
var escapes = map[byte]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

func unescape(quoted string) (string, *violation) {
	out := make([]byte, 0, len(quoted))
	for i := 0; i < len(quoted); {
		if quoted[i] != '\\' {
			out = append(out, quoted[i])
			i++
			continue
		}
		if quoted[i+1] != 'u' {
			out = append(out, escapes[quoted[i+1]])
			i += 2
			continue
		}
		r := hex4(quoted[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			if !strings.HasPrefix(quoted[i:], `\u`) {
				return "", &violation{text: textSurrogate}
			}
			if r = utf16.DecodeRune(r, hex4(quoted[i+2:])); r == utf8.RuneError {
				return "", &violation{text: textSurrogate}
			}
			i += 6
		}
		if r == 0 {
			return "", &violation{text: textNUL}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out), nil
}

func hex4(digits string) rune {
	// The syntax is known to be good: four hexadecimal digits.
	n, _ := strconv.ParseUint(digits[:4], 16, 16)
	return rune(n)
}

// under moves the violation one level down, below this name.
func (v *violation) under(name string) *violation {
	v.path = slices.Insert(v.path, 0, name)
	return v
}

package gate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fault says why a request could be read in more than one way, as the second half
// of a sentence; empty: it cannot. Such a request is refused, since the gate would
// judge another request than the one that is carried out.
type Fault string

const (
	notRooted     Fault = "the path does not begin with a slash"
	twoSlashes    Fault = "the path has two slashes in a row"
	slashAtEnd    Fault = "the path ends with a slash that does not belong there"
	dotSegment    Fault = "the path has a segment of dots, which leads elsewhere"
	odd           Fault = "the path ends a segment with a dot or a space, or begins one with a space"
	backslash     Fault = "the path has a backslash"
	semicolon     Fault = "the path has a semicolon, behind which some programs do not read"
	control       Fault = "the path has a control character"
	notUTF8       Fault = "the path has an encoding that is not UTF-8"
	badEscape     Fault = "the path has a % that is not followed by two hexadecimal digits"
	unencoded     Fault = "the path has a character that must be percent-encoded"
	encodedOften  Fault = "the path is percent-encoded several times over"
	encodedName   Fault = "the path percent-encodes the name of an endpoint, or a part of it"
	wrongCase     Fault = "the path writes the name of an endpoint with capital letters"
	wrongMethod   Fault = "the method is not written in capital letters"
	otherMethod   Fault = "it names another method beside its own"
	otherPath     Fault = "it names another path beside its own"
	methodInQuery Fault = "it names another method in the parameter _method"
)

// families are the first parts of the paths under /v1 that Dojo answers itself.
var families = []string{"interactions", "products", "users", "openapi.json"}

// IsFamily reports whether a path, still encoded and without a Fault, is one of
// those under /v1 that Dojo answers itself, whether or not there is such an endpoint.
func IsFamily(path string) bool {
	rest, under := strings.CutPrefix(path, "/v1/")
	if !under {
		return false
	}
	family, _, _ := strings.Cut(rest, "/")
	for _, ours := range families {
		if family == ours {
			return true
		}
	}
	return false
}

// faultOfMethod accepts what looks like a method of HTTP, known or not. Methods
// are compared with case (RFC 9110, section 9.1), but not by every program.
func faultOfMethod(method string) Fault {
	if method == "" {
		return wrongMethod
	}
	for i := range len(method) {
		if c := method[i]; (c < 'A' || 'Z' < c) && c != '-' {
			return wrongMethod
		}
	}
	return ""
}

// faultOfPath looks at a path as it came, still encoded and without the query.
// Only ids, which stand behind /v1/products/ and /v1/users/, hold what they like.
func faultOfPath(path string) Fault {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return notRooted
	}
	ours := IsFamily(path)
	under := false // /v1
	for i := 0; ; i++ {
		segment, after, more := strings.Cut(rest, "/")
		switch fault := faultOfPlain(segment); {
		case fault != "":
			return fault
		case segment == "" && more:
			return twoSlashes
		case segment == "":
			if ours {
				return slashAtEnd
			}
			return ""
		}
		var fault Fault
		switch {
		case i == 0:
			under = segment == "v1"
			fault = faultOfFirst(segment)
		case i == 1 && under, i == 2 && ours && segment[0] == '_':
			fault = faultOfName(segment)
		case i >= 2 && ours && !more: // an id, or that of a task
			fault = faultOfID(segment)
		default:
			fault = faultOfSegment(segment)
		}
		if fault != "" || !more {
			return fault
		}
		rest = after
	}
}

// faultOfPlain looks for bytes that no encoded path has (RFC 3986, section 3.3).
func faultOfPlain(segment string) Fault {
	for i := range len(segment) {
		switch c := segment[i]; {
		case c < ' ' || c == 0x7f:
			return control
		case c == '\\':
			return backslash
		case c == ' ' || c > 0x7f || strings.IndexByte("\"#<>?^`{|}", c) >= 0:
			return unencoded
		case c == '%' && (i+2 >= len(segment) || !isHex(segment[i+1]) || !isHex(segment[i+2])):
			return badEscape
		}
	}
	return ""
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// faultOfFirst looks at the first segment, so that what another program may take
// for "v1" is not taken for something else.
func faultOfFirst(segment string) Fault {
	if fault := faultOfSegment(segment); fault != "" || segment == "v1" {
		return fault
	}
	if strings.EqualFold(segment, "v1") {
		return wrongCase
	}
	for strings.Contains(segment, "%") {
		decoded := Decode(segment)
		if decoded == segment {
			break
		}
		segment = decoded
		name, _, _ := strings.Cut(strings.TrimLeft(segment, "/"), "/")
		if strings.EqualFold(name, "v1") {
			return encodedName
		}
	}
	return ""
}

// faultOfName looks at the segment that names what a path under /v1 is about.
func faultOfName(segment string) Fault {
	if fault := faultOfSegment(segment); fault != "" {
		return fault
	}
	if strings.Contains(segment, "%") {
		return encodedName
	}
	for _, family := range families {
		if segment != family && strings.EqualFold(segment, family) {
			return wrongCase
		}
	}
	return ""
}

// faultOfID lets an id hold everything that is encoded. Wherever else it may lead,
// what it is judged as needs the secret key, and is a write unless it is a GET.
func faultOfID(segment string) Fault {
	if segment == "." || segment == ".." {
		return dotSegment
	}
	return ""
}

// maxDecodings is how often a segment may be encoded. More serves nobody, and would
// take time in the square of its length to look at.
const maxDecodings = 3

// faultOfSegment looks at a segment as it is and as often decoded as it can be,
// since whoever stands behind Dojo may decode it more than once.
func faultOfSegment(segment string) Fault {
	for range maxDecodings + 1 {
		if fault := faultOfText(segment); fault != "" {
			return fault
		}
		decoded := Decode(segment)
		if decoded == segment {
			return ""
		}
		segment = decoded
	}
	return encodedOften
}

// Decode decodes what is percent-encoded, once, and leaves the rest.
func Decode(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	decoded := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			decoded = append(decoded, unhex(text[i+1])<<4|unhex(text[i+2]))
			i += 2
			continue
		}
		decoded = append(decoded, text[i])
	}
	return string(decoded)
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// faultOfText looks at a segment in which encoded slashes may have been decoded.
func faultOfText(text string) Fault {
	switch {
	case !utf8.ValidString(text):
		return notUTF8
	case strings.ContainsFunc(text, unicode.IsControl):
		return control
	case strings.Contains(text, `\`):
		return backslash
	case strings.Contains(text, ";"):
		return semicolon
	}
	for part := range strings.SplitSeq(text, "/") {
		switch trimmed := strings.TrimRight(part, ". "); {
		case part != "" && trimmed == "":
			return dotSegment
		case trimmed != part, part != "" && part[0] == ' ':
			return odd
		}
	}
	return ""
}

// faultOfQuery looks for a method that some frameworks carry out in place of the
// request's own.
func faultOfQuery(query string) Fault {
	if len(query) < len("_method") {
		return ""
	}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, _, _ := strings.Cut(pair, "=")
		if strings.EqualFold(strings.TrimSpace(Decode(name)), "_method") {
			return methodInQuery
		}
	}
	return ""
}

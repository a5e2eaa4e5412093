package records

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dojo/models"
)

// cursor walks JSON text whose syntax [json.Valid] has accepted: it never looks for a syntax error, and never runs past
// the end.
type cursor struct {
	src string
	pos int
}

// peek skips white space and gives the byte that the next token begins with.
func (c *cursor) peek() byte {
	for {
		switch b := c.src[c.pos]; b {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return b
		}
	}
}

// quoted takes a string token and gives what stands between its quotes, escapes and all, and whether there are any.
func (c *cursor) quoted() (text string, escaped bool) {
	start := c.pos + 1
	end := start + strings.IndexByte(c.src[start:], '"')
	if strings.IndexByte(c.src[start:end], '\\') >= 0 {
		escaped = true
		for end = start; c.src[end] != '"'; end++ {
			if c.src[end] == '\\' {
				end++
			}
		}
	}
	c.pos = end + 1
	return c.src[start:end], escaped
}

// bare takes a number, true, false or null.
func (c *cursor) bare() string {
	start := c.pos
	if n := strings.IndexAny(c.src[start:], ",]} \t\n\r"); n >= 0 {
		c.pos = start + n
	} else {
		c.pos = len(c.src)
	}
	return c.src[start:c.pos]
}

// span is where a value stands in the body, and how much is in it.
type span struct {
	start, end int
	depth      int // levels of arrays and objects: 0 for a scalar
	values     int // names and values, itself included
}

// skip takes one value. It does not recurse, so that no depth of nesting can hurt it.
func (c *cursor) skip() span {
	c.peek()
	s := span{start: c.pos}
	for depth := 0; ; {
		switch c.peek() {
		case '{', '[':
			c.pos++
			depth++
			s.depth = max(s.depth, depth)
			s.values++
		case '}', ']':
			c.pos++
			depth--
		case ',', ':':
			c.pos++
		case '"':
			c.quoted()
			s.values++
		default:
			c.bare()
			s.values++
		}
		if depth == 0 {
			s.end = c.pos
			return s
		}
	}
}

// checkSyntax says what keeps the body from being JSON, or "".
func checkSyntax(body []byte) string {
	if strings.HasPrefix(string(body[:min(3, len(body))]), "\uFEFF") {
		return "begins with a byte order mark, which JSON does not allow"
	}
	if json.Valid(body) {
		return ""
	}
	var raw json.RawMessage
	err := json.Unmarshal(body, &raw)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("is not JSON: %v (byte %d)", err, syntax.Offset)
	}
	return "is not JSON"
}

// member finds the value with this name in the object that the cursor stands before. It says what is wrong if there is
// no object, no such member, one name twice, or one that was meant to change what the request does.
func member(c *cursor, name string) (found span, problem string) {
	if c.peek() != '{' {
		return span{}, "is not an object where one is expected"
	}
	seen := map[string]bool{}
	for c.pos++; c.peek() != '}'; {
		if c.peek() == ',' {
			c.pos++
			c.peek()
		}
		key, fault := c.text()
		if fault != nil {
			return span{}, "has a name that is not valid text"
		}
		if seen[key] {
			return span{}, fmt.Sprintf("has the name %q more than once in one object", models.Excerpt(key, 100))
		}
		seen[key] = true
		c.peek()
		c.pos++ // the colon
		value := c.skip()
		if key == name {
			found = value
		} else if problem := switchAt(c.src, key, value); problem != "" {
			return span{}, problem
		}
	}
	if !seen[name] {
		return span{}, fmt.Sprintf("has no '%s'", name)
	}
	return found, ""
}

// elements splits the array at this place. It stops, and is not ok, at more than limit elements.
func elements(src string, array span, limit int) (spans []span, ok bool) {
	c := cursor{src, array.start + 1}
	for c.peek() != ']' {
		if c.peek() == ',' {
			c.pos++
		}
		if len(spans) == limit {
			return nil, false
		}
		spans = append(spans, c.skip())
	}
	return spans, true
}

// list gives the body as text and the elements of the array that the path of names leads to.
func list(body []byte, expected string, limit int, path ...string) (string, []span, *Rejection) {
	if problem := checkSyntax(body); problem != "" {
		return "", nil, badBody(problem, expected)
	}
	src := string(body)
	var at span
	for _, name := range path {
		found, problem := member(&cursor{src, at.start}, name)
		if problem != "" {
			return "", nil, badBody(problem, expected)
		}
		at = found
	}
	if src[at.start] != '[' {
		return "", nil, badBody(fmt.Sprintf("has no array in '%s'", path[len(path)-1]), expected)
	}
	spans, ok := elements(src, at, limit)
	if !ok {
		return "", nil, tooMany(limit)
	}
	return src, spans, nil
}

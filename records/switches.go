package records

import (
	"fmt"
	"strings"

	"dojo/models"
)

// CheckUnread refuses the body of a request that takes none if it says something: it may be empty, or an object. Dojo
// does not look into that any further, so nothing in it may be meant to change what the request does.
func CheckUnread(body []byte) *Rejection {
	const expected = "{}, or none at all"
	if strings.TrimSpace(string(body)) == "" {
		return nil
	}
	if problem := checkSyntax(body); problem != "" {
		return badBody(problem, expected)
	}
	src := string(body)
	c := cursor{src, 0}
	if c.peek() != '{' {
		return badBody("is not an object where one is expected", expected)
	}
	if problem := switchIn(src, span{start: c.pos}); problem != "" {
		return badBody(problem, expected)
	}
	return nil
}

// switchAt says what is wrong with a member that stands beside the records: its name, or one within its value, is that
// of a parameter. There it would do nothing, and the request would go on as if it had not been given.
func switchAt(src, name string, value span) string {
	if problem := switchNamed(name); problem != "" {
		return problem
	}
	return switchIn(src, value)
}

func switchNamed(name string) string {
	if ours := models.NearParameter(name); ours != "" {
		return fmt.Sprintf("has the name %q, which does nothing there: %s is a parameter of the URL",
			models.Excerpt(name, 100), ours)
	}
	if models.WouldChangeWrite(name) {
		return fmt.Sprintf("has the name %q, which Dojo does not know and which would change what is done",
			models.Excerpt(name, 100))
	}
	return ""
}

// switchIn looks for such a name in a value, however deep, and for a text that asks for a dry run.
func switchIn(src string, value span) string {
	c := cursor{src, value.start}
	for depth := 0; ; {
		switch c.peek() {
		case '{', '[':
			c.pos++
			depth++
		case '}', ']':
			c.pos++
			depth--
		case ',', ':':
			c.pos++
		case '"':
			text, wrong := c.text()
			if wrong != nil { // other programs may read one of our names in it
				return "holds a text that is not valid"
			}
			if depth > 0 && c.peek() == ':' {
				if problem := switchNamed(text); problem != "" {
					return problem
				}
			} else if models.MeansDryRun(text) {
				return fmt.Sprintf("asks for %q, which does nothing there: %s is a parameter of the URL",
					models.Excerpt(text, 100), models.DryRun)
			}
		default:
			c.bare()
		}
		if depth == 0 {
			return ""
		}
	}
}

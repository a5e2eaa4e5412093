package components

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// coloured writes a JSON text with a class on each name, text, number and word,
// for the style sheet to colour. The text itself stays as it is.
func coloured(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var out strings.Builder
		for text != "" {
			n, class := token(text)
			if class == "" {
				out.WriteString(templ.EscapeString(text[:n]))
			} else {
				out.WriteString(`<span class="` + class + `">` + templ.EscapeString(text[:n]) + `</span>`)
			}
			text = text[n:]
		}
		_, err := io.WriteString(w, out.String())
		return err
	})
}

// token is the length of what the text begins with, and its class.
func token(text string) (n int, class string) {
	switch c := text[0]; {
	case c == '"':
		n = quotedLength(text)
		if strings.HasPrefix(strings.TrimLeft(text[n:], " "), ":") {
			return n, "json-name"
		}
		return n, "json-text"
	case c == '-' || c >= '0' && c <= '9':
		return run(text, "0123456789+-.eE"), "json-number"
	case c >= 'a' && c <= 'z':
		return run(text, "abcdefghijklmnopqrstuvwxyz"), "json-word"
	}
	if n = strings.IndexAny(text[1:], `"-0123456789abcdefghijklmnopqrstuvwxyz`); n < 0 {
		return len(text), ""
	}
	return n + 1, ""
}

func quotedLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func run(text, of string) int {
	return len(text) - len(strings.TrimLeft(text, of))
}

// Indented lays a JSON text out over lines; what is not JSON stays as it is.
func Indented(text string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		return text
	}
	return out.String()
}

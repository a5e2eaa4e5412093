package components

import (
	"context"
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// webAddress is what Linked takes for an address on the web, with what may stand behind it in a
// sentence.
var webAddress = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]+`)

// Linked writes a text that somebody typed, with the addresses on the web in it as links.
// Everything else is text. The links tell the other site nothing of the page they stand on.
func Linked(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var out strings.Builder
		done := 0
		for _, place := range webAddress.FindAllStringIndex(text, -1) {
			address := sentenceEnd(text[place[0]:place[1]])
			if u, err := url.Parse(address); err != nil || u.Hostname() == "" || u.User != nil {
				continue // with a user's name in it, it may lead elsewhere than it seems
			}
			out.WriteString(templ.EscapeString(text[done:place[0]]))
			escaped := templ.EscapeString(address)
			out.WriteString(`<a href="` + escaped + `" rel="noopener noreferrer nofollow">` + escaped + `</a>`)
			done = place[0] + len(address)
		}
		out.WriteString(templ.EscapeString(text[done:]))
		_, err := io.WriteString(w, out.String())
		return err
	})
}

// sentenceEnd is the address without what ends the sentence around it.
func sentenceEnd(address string) string {
	trimmed := strings.TrimRight(address, ".,;:!?")
	if strings.HasSuffix(trimmed, ")") && !strings.Contains(trimmed, "(") {
		trimmed = strings.TrimRight(strings.TrimRight(trimmed, ")"), ".,;:!?")
	}
	return trimmed
}

package webtest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Arabic begins, in tests of how text that others wrote is set apart, every such text: where
// it stands in a page, such a text stands.
const Arabic = "شركة"

// Loose are the texts of others in a page that change the order of the words around them when
// they are written from right to left: those that have neither an element with a direction of
// its own, which holds nothing that whole does not know for such a text, nor stand between
// isolates.
func Loose(root *html.Node, whole func(text string) bool) (loose []string) {
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if seen(n, a.Key) && !Isolated(a.Val) {
				loose = append(loose, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
		if n.Type != html.TextNode || Isolated(n.Data) {
			continue
		}
		own := n.Parent.Data == "bdi" || n.Parent.Data == "textarea" || Attribute(n.Parent, "dir") == "auto"
		if !own || !whole(Words(n.Parent)) {
			loose = append(loose, fmt.Sprintf("<%s class=%q>: %q", n.Parent.Data, Attribute(n.Parent, "class"), n.Data))
		}
	}
	return loose
}

// seen reports whether people are shown the attribute, or told. What stands in an input is a
// paragraph to itself.
func seen(n *html.Node, key string) bool {
	return !slices.Contains([]string{"value", "href", "action", "id", "for", "content"}, key) &&
		!strings.HasPrefix(key, "data-hx-")
}

// Isolated reports whether every text of others in it stands between isolates.
func Isolated(text string) bool {
	const first, pop = "\u2068", "\u2069"
	parts := strings.Split(text, Arabic)
	for i, before := range parts[:len(parts)-1] {
		if !strings.HasSuffix(before, first) || !strings.Contains(parts[i+1], pop) {
			return false
		}
	}
	return true
}

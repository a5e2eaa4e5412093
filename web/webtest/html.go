package webtest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// HasButton reports whether a button has the name, within a part of the page.
func HasButton(within *html.Node, name string) bool {
	return slices.ContainsFunc(Find(within, IsTag("button")), func(n *html.Node) bool { return Words(n) == name })
}

func Find(within *html.Node, match func(*html.Node) bool) (found []*html.Node) {
	for n := range within.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

func IsTag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func Has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func Attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// Words is the text within, with one space between words and between elements.
func Words(n *html.Node) string {
	return strings.Join(strings.Fields(strings.Join(Texts(n), " ")), " ")
}

func Texts(n *html.Node) (found []string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			found = append(found, d.Data)
		}
	}
	return found
}

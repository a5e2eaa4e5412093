package main

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestNamesAreIsolated: a name that is written from right to left does not change the
// order of the words around it, in whichever state of whichever page. In the gallery the
// names are in Latin letters; where they stand is what counts.
func TestNamesAreIsolated(t *testing.T) {
	names := []string{"Ade Okafor", "Olivia Brandt", "Dev Castellano", "Vic Lindqvist", "Acme Books", "Umami Foods"}
	eachState(t, func(t *testing.T, _ state, document *html.Node) {
		for node := range document.Descendants() {
			if node.Type != html.TextNode || isolated(node) {
				continue
			}
			for _, name := range names {
				if strings.Contains(node.Data, name) && !alone(node, name) && !sentence(node) {
					t.Errorf("%q stands in %q without <bdi>", name, strings.TrimSpace(node.Data))
				}
			}
		}
	})
}

// isolated reports whether the text has a direction of its own, or is no part of a page's
// text.
func isolated(node *html.Node) bool {
	for parent := node.Parent; parent != nil; parent = parent.Parent {
		switch parent.Data {
		case "bdi", "title", "option", "code", "pre", "textarea":
			return true
		}
		if attribute(parent, "dir") == "auto" {
			return true
		}
	}
	return false
}

// alone reports whether the name is all that its element says: there are no words around
// it for it to change.
func alone(node *html.Node, name string) bool { return text(node.Parent) == name }

// sentence reports whether the text was put together by Go code, in which models.Isolated
// sets such a name apart: a whole sentence, a dialog's title, or a label.
func sentence(node *html.Node) bool {
	said := strings.TrimSpace(node.Data)
	for _, begins := range []string{"Type ", "Remove ", "Leave ", "Hand over ownership to ", "Withdrawn by "} {
		if strings.HasPrefix(said, begins) {
			return true
		}
	}
	return strings.HasSuffix(said, ".") || strings.HasSuffix(said, " requires a second factor")
}

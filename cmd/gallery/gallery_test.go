package main

import (
	"bytes"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// eachState parses every state's page.
func eachState(t *testing.T, check func(t *testing.T, s state, document *html.Node)) {
	t.Helper()
	for _, s := range states() {
		t.Run(s.Name, func(t *testing.T) {
			document, err := html.Parse(strings.NewReader(render(t, s)))
			if err != nil {
				t.Fatal(err)
			}
			check(t, s, document)
		})
	}
}

func render(t *testing.T, s state) string {
	t.Helper()
	var page bytes.Buffer
	if err := s.Page.Page().Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// elements are all elements of a document, in order.
func elements(document *html.Node) []*html.Node {
	var all []*html.Node
	for node := range document.Descendants() {
		if node.Type == html.ElementNode {
			all = append(all, node)
		}
	}
	return all
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what is written in an element, with single spaces.
func text(node *html.Node) string {
	var words []string
	for inner := range node.Descendants() {
		if inner.Type == html.TextNode {
			words = append(words, strings.Fields(inner.Data)...)
		}
	}
	return strings.Join(words, " ")
}

func TestStatesHaveDistinctNames(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range states() {
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
	}
}

func TestNothingInlineThatThePolicyRefuses(t *testing.T) {
	eachState(t, func(t *testing.T, _ state, document *html.Node) {
		for _, e := range elements(document) {
			for _, a := range e.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Key, "hx-on") ||
					strings.HasPrefix(a.Val, "js:") || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
				}
			}
			if e.Data == "style" || e.Data == "script" &&
				(e.FirstChild != nil || !strings.HasPrefix(attribute(e, "src"), "/static/")) {
				t.Errorf("inline <%s>", e.Data)
			}
		}
	})
}

func TestReferencesLeadSomewhere(t *testing.T) {
	references := []string{"for", "aria-labelledby", "aria-describedby", "popovertarget", "data-copy", "data-opens"}
	eachState(t, func(t *testing.T, _ state, document *html.Node) {
		ids := map[string]int{}
		for _, e := range elements(document) {
			if id := attribute(e, "id"); id != "" {
				ids[id]++
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("id %q is there %d times", id, n)
			}
		}
		for _, e := range elements(document) {
			for _, name := range references {
				for _, id := range strings.Fields(attribute(e, name)) {
					if ids[id] == 0 {
						t.Errorf("<%s %s=%q> leads nowhere", e.Data, name, id)
					}
				}
			}
		}
	})
}

func TestEveryPageHasOneHeadingOneMainAndATitle(t *testing.T) {
	eachState(t, func(t *testing.T, _ state, document *html.Node) {
		count := map[string]int{}
		for _, e := range elements(document) {
			if e.Namespace == "svg" {
				continue // its titles name parts of a drawing
			}
			count[e.Data]++
			if e.Data == "title" && !strings.HasSuffix(text(e), " · Dojo") {
				t.Errorf("title %q", text(e))
			}
			if e.Data == "button" && attribute(e, "type") == "" {
				t.Errorf("button %q has no type", text(e))
			}
			if e.Data == "form" && !slices.Contains([]string{"get", "post"}, attribute(e, "method")) {
				t.Errorf("form to %q has no method", attribute(e, "action"))
			}
		}
		for _, name := range []string{"h1", "main", "title"} {
			if count[name] != 1 {
				t.Errorf("%d <%s>", count[name], name)
			}
		}
	})
}

func TestTagsAreBalanced(t *testing.T) {
	void := []string{"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
	for _, s := range states() {
		t.Run(s.Name, func(t *testing.T) {
			var open []string
			tokens := html.NewTokenizer(strings.NewReader(render(t, s)))
			for {
				kind := tokens.Next()
				name, _ := tokens.TagName()
				tag := string(name)
				switch {
				case kind == html.ErrorToken:
					if tokens.Err() != io.EOF || len(open) > 0 {
						t.Fatalf("open at the end: %v, %v", open, tokens.Err())
					}
					return
				case kind == html.StartTagToken && !slices.Contains(void, tag):
					open = append(open, tag)
				case kind == html.EndTagToken:
					if len(open) == 0 || open[len(open)-1] != tag {
						t.Fatalf("</%s> closes %v", tag, open)
					}
					open = open[:len(open)-1]
				}
			}
		})
	}
}

func TestTheSecretIsOnlyWhereItWasAskedFor(t *testing.T) {
	viewed := []string{"keys-playground", "keys-production-viewed"}
	for _, s := range states() {
		if got, want := strings.Contains(render(t, s), secretText), slices.Contains(viewed, s.Name); got != want {
			t.Errorf("%s: shows the secret: %v, want %v", s.Name, got, want)
		}
	}
}

func TestEveryTeamPageNamesItsEnvironment(t *testing.T) {
	eachState(t, func(t *testing.T, _ state, document *html.Node) {
		all := elements(document)
		body := all[slices.IndexFunc(all, func(e *html.Node) bool { return e.Data == "body" })]
		if attribute(body, "class") != "team" {
			if attribute(body, "data-env") != "" {
				t.Error("an environment's colour outside of a team")
			}
			return
		}
		switcher := all[slices.IndexFunc(all, func(e *html.Node) bool { return attribute(e, "class") == "switcher" })]
		name := text(switcher)
		if !strings.HasPrefix(name, "Environment ") ||
			!strings.Contains(strings.ToLower(name), attribute(body, "data-env")) {
			t.Errorf("the switcher of %q is named %q", attribute(body, "data-env"), name)
		}
	})
}

func TestGallery(t *testing.T) {
	for path, want := range map[string]int{"/": 200, "/keys": 200, "/favicon.ico": 200, "/nothing": 404} {
		recorder := httptest.NewRecorder()
		handler().ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
		if recorder.Code != want || recorder.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s: %d, %v", path, recorder.Code, recorder.Header())
		}
	}
}

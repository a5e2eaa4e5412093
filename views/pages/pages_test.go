package pages_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/views/layout"
	"dojo/views/pages"
)

var now = time.Date(2026, time.November, 23, 14, 5, 0, 0, time.UTC)

func base(slug, name string, state layout.State, section layout.Section) pages.Base {
	e := layout.Environment{Slug: slug, Name: name, State: state}
	return pages.Base{
		Title: "Page", Now: now, Person: &layout.Person{Name: "Ade", Email: "ade@acme.example"}, Section: section,
		Environment: &e,
		Team: &layout.Team{Slug: "acme", Name: "Acme Books", Environments: []layout.Environment{
			{Slug: "playground", Name: "Playground", State: layout.ReadOnly},
			{Slug: "production", Name: "Production", State: layout.Locked},
		}},
	}
}

// part is an element of a page, found as assistive technology finds it.
type part struct{ *html.Node }

func render(t *testing.T, page pages.Page) part {
	t.Helper()
	var out strings.Builder
	if err := page.Page().Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	document, err := html.Parse(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return part{document}
}

func (p part) attribute(name string) string {
	for _, a := range p.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (p part) has(name string) bool {
	return slices.ContainsFunc(p.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func (p part) text() string {
	var words []string
	for node := range p.Descendants() {
		if node.Type == html.TextNode {
			words = append(words, strings.Fields(node.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// all are the elements of the given names.
func (p part) all(names ...string) []part {
	var found []part
	for node := range p.Descendants() {
		if node.Type == html.ElementNode && slices.Contains(names, node.Data) {
			found = append(found, part{node})
		}
	}
	return found
}

// labelled is the element that another one, with the given text, labels.
func (p part) labelled(element, name string) (part, bool) {
	for _, e := range p.all(element) {
		for _, heading := range p.all("h1", "h2", "h3") {
			if id := e.attribute("aria-labelledby"); id != "" && heading.attribute("id") == id &&
				heading.text() == name {
				return e, true
			}
		}
	}
	return part{}, false
}

func (p part) buttons() []string { return texts(p.all("button")) }

func (p part) labels() []string { return texts(p.all("label")) }

func texts(parts []part) []string {
	var all []string
	for _, e := range parts {
		all = append(all, e.text())
	}
	return all
}

func wantButtons(t *testing.T, p part, want ...string) {
	t.Helper()
	if got := p.buttons(); !slices.Equal(got, want) {
		t.Errorf("buttons %q, want %q", got, want)
	}
}

func wantLabels(t *testing.T, p part, want ...string) {
	t.Helper()
	for _, label := range want {
		if !slices.Contains(p.labels(), label) {
			t.Errorf("no field %q among %q", label, p.labels())
		}
	}
}

func TestTheSwitcherKeepsThePage(t *testing.T) {
	page := render(t, pages.Catalog{Base: base("playground", "Playground", layout.ReadOnly, layout.Catalog)})
	for _, link := range page.all("a") {
		if link.text() == "Production Locked" {
			if got := link.attribute("href"); got != "/t/acme/production/catalog" {
				t.Errorf("leads to %q", got)
			}
			return
		}
	}
	t.Error("no link to Production that says it is locked")
}

func TestLoginKeepsWhatWasTyped(t *testing.T) {
	page := render(t, pages.Login{Base: pages.Base{Title: "Sign in", Now: now}, Email: "ade@acme.example",
		Next: "/t/acme/production", Wrong: true})
	wantLabels(t, page, "Email", "Password")
	wantButtons(t, page, "Sign in", "Sign in with a passkey")
	values := map[string]string{}
	for _, input := range page.all("input") {
		values[input.attribute("name")] = input.attribute("value")
	}
	if values["email"] != "ade@acme.example" || values["next"] != "/t/acme/production" || values["password"] != "" {
		t.Errorf("values %v", values)
	}
	if !strings.Contains(page.text(), "Email or password is wrong") {
		t.Error("does not say what was wrong")
	}
}

func TestFailureHasWordsForEveryStatus(t *testing.T) {
	for status, want := range map[int]string{404: "There is nothing here", 503: "Dojo cannot reach its database",
		500: "Something went wrong on our side", 418: "Something went wrong on our side"} {
		if got := render(t, pages.Failure{Status: status}).all("h1")[0].text(); got != want {
			t.Errorf("%d: %q, want %q", status, got, want)
		}
	}
}

func TestFailureTellsTheRequestIDOnlyWhenItHelps(t *testing.T) {
	for status, want := range map[int]bool{404: false, 500: true, 503: true} {
		if got := strings.Contains(render(t, pages.Failure{Status: status, RequestID: "req-7"}).text(),
			"req-7"); got != want {
			t.Errorf("%d: shows it: %v", status, got)
		}
	}
}

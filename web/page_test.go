package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is an answer, read the way a person or a screen reader does: by roles,
// labels and names.
type page struct {
	browser *browser
	path    string
	status  int
	header  http.Header
	body    string
	root    *html.Node
}

func readPage(b *browser, path string, response *http.Response, body string) *page {
	b.site.t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		b.site.t.Fatal(err)
	}
	return &page{browser: b, path: path, status: response.StatusCode, header: response.Header, body: body, root: root}
}

// expect checks the status and that the page says the texts.
func (p *page) expect(status int, texts ...string) *page {
	t := p.browser.site.t
	t.Helper()
	if p.status != status {
		t.Fatalf("%s is %d, not %d: %s", p.path, p.status, status, words(p.root))
	}
	for _, text := range texts {
		if !strings.Contains(words(p.root), text) {
			t.Fatalf("%s lacks %q: %s", p.path, text, words(p.root))
		}
	}
	return p
}

// goesTo checks that the answer leads to the address, and goes there.
func (p *page) goesTo(address string) *page {
	t := p.browser.site.t
	t.Helper()
	p.expect(http.StatusSeeOther)
	if got := p.header.Get("Location"); got != address {
		t.Fatalf("%s leads to %s, not to %s", p.path, got, address)
	}
	return p.browser.get(address)
}

// says checks the outcome that the page tells of in the given role, "status" or
// "alert".
func (p *page) says(role string, texts ...string) *page {
	t := p.browser.site.t
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.told(role), text) {
			t.Errorf("%s tells %q in the role %s; want %q", p.path, p.told(role), role, text)
		}
	}
	return p
}

// told is the text of what has the role.
func (p *page) told(role string) string {
	var told []string
	for _, n := range find(p.root, func(n *html.Node) bool { return attribute(n, "role") == role }) {
		told = append(told, words(n))
	}
	return strings.Join(told, " ")
}

// heading is the page's first heading.
func (p *page) heading() string {
	for _, n := range find(p.root, isTag("h1")) {
		return words(n)
	}
	return ""
}

// region is the section with the accessible name.
func (p *page) region(name string) *html.Node {
	p.browser.site.t.Helper()
	for _, n := range find(p.root, isTag("section")) {
		if p.name(n) == name {
			return n
		}
	}
	p.browser.site.t.Fatalf("%s has no region %q", p.path, name)
	return nil
}

// dialog is the one that is open, or nil.
func (p *page) dialog() *html.Node {
	for _, n := range find(p.root, isTag("dialog")) {
		if has(n, "open") {
			return n
		}
	}
	return nil
}

func (p *page) name(n *html.Node) string {
	if label := attribute(n, "aria-label"); label != "" {
		return label
	}
	var parts []string
	for _, id := range strings.Fields(attribute(n, "aria-labelledby")) {
		parts = append(parts, words(p.byID(id)))
	}
	return strings.Join(parts, " ")
}

func (p *page) byID(id string) *html.Node {
	found := find(p.root, func(n *html.Node) bool { return attribute(n, "id") == id })
	if len(found) != 1 {
		p.browser.site.t.Errorf("%s has %d elements with the id %q", p.path, len(found), id)
		return p.root
	}
	return found[0]
}

// control is the field with the label, within a part of the page.
func (p *page) control(within *html.Node, label string) *html.Node {
	p.browser.site.t.Helper()
	for _, n := range find(within, isTag("label")) {
		if words(n) == label {
			return p.byID(attribute(n, "for"))
		}
	}
	p.browser.site.t.Fatalf("%s has no field %q", p.path, label)
	return nil
}

// refuses checks that the page has the value that was typed into the field, says
// beside it what is wrong, and puts the focus there.
func (p *page) refuses(within *html.Node, label, typed, wrong string) {
	t := p.browser.site.t
	t.Helper()
	n := p.control(within, label)
	if got := value(n); got != typed {
		t.Errorf("%s: %s holds %q; %q was typed", p.path, label, got, typed)
	}
	if attribute(n, "aria-invalid") != "true" || !has(n, "autofocus") {
		t.Errorf("%s: %s is not marked as wrong, or has not got the focus", p.path, label)
	}
	if described := p.description(n); !strings.Contains(described, wrong) {
		t.Errorf("%s: beside %s stands %q; want %q", p.path, label, described, wrong)
	}
}

func (p *page) description(n *html.Node) string {
	var parts []string
	for _, id := range strings.Fields(attribute(n, "aria-describedby")) {
		parts = append(parts, words(p.byID(id)))
	}
	return strings.Join(parts, " ")
}

// hasButton reports whether a button has the name, within a part of the page.
func hasButton(within *html.Node, name string) bool {
	return slices.ContainsFunc(find(within, isTag("button")), func(n *html.Node) bool { return words(n) == name })
}

// press sends the form of the button with the name, as a browser without
// JavaScript does, with these fields filled in.
func (p *page) press(within *html.Node, button string, fill ...string) *page {
	t := p.browser.site.t
	t.Helper()
	form := p.form(within, button)
	fields := filled(form)
	for i := 0; i < len(fill); i += 2 {
		if !fields.Has(fill[i]) {
			t.Fatalf("%s: the form of %q has no field %q", p.path, button, fill[i])
		}
		fields.Set(fill[i], fill[i+1])
	}
	address := attribute(form, "action")
	if address == "" {
		address, _, _ = strings.Cut(p.path, "?")
	}
	if attribute(form, "method") == "post" {
		return p.browser.post(address, fields)
	}
	return p.browser.get(address + "?" + fields.Encode())
}

// form is the one that the button with the name sends, within a part of the page.
func (p *page) form(within *html.Node, button string) *html.Node {
	t := p.browser.site.t
	t.Helper()
	for _, n := range find(within, isTag("button")) {
		if words(n) != button {
			continue
		}
		for form := n.Parent; form != nil; form = form.Parent {
			if form.Data == "form" {
				return form
			}
		}
		t.Fatalf("%s: the button %q is in no form", p.path, button)
	}
	t.Fatalf("%s has no button %q", p.path, button)
	return nil
}

// filled is what a browser would send of a form as it stands.
func filled(form *html.Node) url.Values {
	fields := url.Values{}
	for _, n := range find(form, isTag("input", "textarea", "select")) {
		name := attribute(n, "name")
		if name == "" || attribute(n, "type") == "radio" && !has(n, "checked") {
			continue
		}
		fields.Add(name, value(n))
	}
	return fields
}

// value is what a field holds.
func value(n *html.Node) string {
	switch n.Data {
	case "textarea":
		return strings.Join(texts(n), "")
	case "select":
		for _, option := range find(n, isTag("option")) {
			if has(option, "selected") {
				return attribute(option, "value")
			}
		}
	}
	return attribute(n, "value")
}

func find(within *html.Node, match func(*html.Node) bool) (found []*html.Node) {
	for n := range within.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

func isTag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// words is the text within, with one space between words and between elements.
func words(n *html.Node) string {
	return strings.Join(strings.Fields(strings.Join(texts(n), " ")), " ")
}

func texts(n *html.Node) (found []string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			found = append(found, d.Data)
		}
	}
	return found
}

package webtest

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Press sends the form of the button with the name, as a browser without
// JavaScript does, with these fields filled in.
func (p *Page) Press(within *html.Node, button string, fill ...string) *Page {
	t := p.Browser.Site.T
	t.Helper()
	form := p.Form(within, button)
	fields := Filled(form)
	for i := 0; i < len(fill); i += 2 {
		if !fields.Has(fill[i]) {
			t.Fatalf("%s: the form of %q has no field %q", p.Path, button, fill[i])
		}
		fields.Set(fill[i], fill[i+1])
	}
	address := Attribute(form, "action")
	if address == "" {
		address, _, _ = strings.Cut(p.Path, "?")
	}
	if Attribute(form, "method") == "post" {
		return p.Browser.Post(address, fields)
	}
	return p.Browser.Get(address + "?" + fields.Encode())
}

// Form is the one that the button with the name sends, within a part of the page.
func (p *Page) Form(within *html.Node, button string) *html.Node {
	t := p.Browser.Site.T
	t.Helper()
	for _, n := range Find(within, IsTag("button")) {
		if Words(n) != button {
			continue
		}
		for form := n.Parent; form != nil; form = form.Parent {
			if form.Data == "form" {
				return form
			}
		}
		t.Fatalf("%s: the button %q is in no form", p.Path, button)
	}
	t.Fatalf("%s has no button %q", p.Path, button)
	return nil
}

// Filled is what a browser would send of a form as it stands.
func Filled(form *html.Node) url.Values {
	fields := url.Values{}
	for _, n := range Find(form, IsTag("input", "textarea", "select")) {
		name, kind := Attribute(n, "name"), Attribute(n, "type")
		if name == "" || (kind == "radio" || kind == "checkbox") && !Has(n, "checked") || Has(n, "disabled") {
			continue
		}
		fields.Add(name, Value(n))
	}
	return fields
}

// Value is what a field holds.
func Value(n *html.Node) string {
	switch n.Data {
	case "textarea":
		return strings.Join(Texts(n), "")
	case "select":
		for _, option := range Find(n, IsTag("option")) {
			if Has(option, "selected") {
				return Attribute(option, "value")
			}
		}
	}
	return Attribute(n, "value")
}

package webtest

import (
	"encoding/json"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// Link is where the link with the text leads.
func (p *Page) Link(text string) string {
	p.Browser.Site.T.Helper()
	for _, n := range Find(p.Root, IsTag("a")) {
		if Words(n) == text {
			return Attribute(n, "href")
		}
	}
	p.Browser.Site.T.Fatalf("%s has no link %q: %s", p.Path, text, Words(p.Root))
	return ""
}

// Rows are the first cells of the records in a list, in their order.
func (p *Page) Rows() (cells []string) {
	for _, n := range Find(p.Root, IsTag("tbody")) {
		for row := range n.ChildNodes() {
			if row.Type == html.ElementNode {
				cells = append(cells, Words(Find(row, IsTag("td"))[0]))
			}
		}
	}
	return cells
}

// Page is an answer, read the way a person or a screen reader does: by roles,
// labels and names.
type Page struct {
	Browser *Browser
	Path    string
	Status  int
	Header  http.Header
	Body    string
	Root    *html.Node
}

func ReadPage(b *Browser, path string, response *http.Response, body string) *Page {
	b.Site.T.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		b.Site.T.Fatal(err)
	}
	return &Page{Browser: b, Path: path, Status: response.StatusCode, Header: response.Header, Body: body, Root: root}
}

// Expect checks the status and that the page says the texts.
func (p *Page) Expect(status int, texts ...string) *Page {
	t := p.Browser.Site.T
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s is %d, not %d: %s", p.Path, p.Status, status, Words(p.Root))
	}
	for _, text := range texts {
		if !strings.Contains(Words(p.Root), text) {
			t.Fatalf("%s lacks %q: %s", p.Path, text, Words(p.Root))
		}
	}
	return p
}

// GoesTo checks that the answer leads to the address, and goes there.
func (p *Page) GoesTo(address string) *Page {
	t := p.Browser.Site.T
	t.Helper()
	p.Expect(http.StatusSeeOther)
	if got := p.Header.Get("Location"); got != address {
		t.Fatalf("%s leads to %s, not to %s", p.Path, got, address)
	}
	return p.Browser.Get(address)
}

// Says checks the outcome that the page tells of in the given role, "status" or
// "alert".
func (p *Page) Says(role string, texts ...string) *Page {
	t := p.Browser.Site.T
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.Told(role), text) {
			t.Errorf("%s tells %q in the role %s; want %q", p.Path, p.Told(role), role, text)
		}
	}
	return p
}

// Told is the text of what has the role.
func (p *Page) Told(role string) string {
	var told []string
	for _, n := range Find(p.Root, func(n *html.Node) bool { return Attribute(n, "role") == role }) {
		told = append(told, Words(n))
	}
	return strings.Join(told, " ")
}

// Heading is the page's first heading.
func (p *Page) Heading() string {
	for _, n := range Find(p.Root, IsTag("h1")) {
		return Words(n)
	}
	return ""
}

// Region is the section with the accessible name.
func (p *Page) Region(name string) *html.Node {
	p.Browser.Site.T.Helper()
	for _, n := range Find(p.Root, IsTag("section")) {
		if p.Name(n) == name {
			return n
		}
	}
	p.Browser.Site.T.Fatalf("%s has no region %q", p.Path, name)
	return nil
}

// Dialog is the one that is open, or nil.
func (p *Page) Dialog() *html.Node {
	for _, n := range Find(p.Root, IsTag("dialog")) {
		if Has(n, "open") {
			return n
		}
	}
	return nil
}

func (p *Page) Name(n *html.Node) string {
	if label := Attribute(n, "aria-label"); label != "" {
		return label
	}
	var parts []string
	for _, id := range strings.Fields(Attribute(n, "aria-labelledby")) {
		parts = append(parts, Words(p.ByID(id)))
	}
	return strings.Join(parts, " ")
}

func (p *Page) ByID(id string) *html.Node {
	found := Find(p.Root, func(n *html.Node) bool { return Attribute(n, "id") == id })
	if len(found) != 1 {
		p.Browser.Site.T.Errorf("%s has %d elements with the id %q", p.Path, len(found), id)
		return p.Root
	}
	return found[0]
}

// Control is the field with the label, within a part of the page.
func (p *Page) Control(within *html.Node, label string) *html.Node {
	p.Browser.Site.T.Helper()
	for _, n := range Find(within, IsTag("label")) {
		if Words(n) == label {
			return p.ByID(Attribute(n, "for"))
		}
	}
	p.Browser.Site.T.Fatalf("%s has no field %q", p.Path, label)
	return nil
}

// Refuses checks that the page has the value that was typed into the field, says
// beside it what is wrong, and puts the focus there.
func (p *Page) Refuses(within *html.Node, label, typed, wrong string) {
	t := p.Browser.Site.T
	t.Helper()
	n := p.Control(within, label)
	if got := Value(n); got != typed {
		t.Errorf("%s: %s holds %q; %q was typed", p.Path, label, got, typed)
	}
	if Attribute(n, "aria-invalid") != "true" || !Has(n, "autofocus") {
		t.Errorf("%s: %s is not marked as wrong, or has not got the focus", p.Path, label)
	}
	if described := p.Description(n); !strings.Contains(described, wrong) {
		t.Errorf("%s: beside %s stands %q; want %q", p.Path, label, described, wrong)
	}
}

func (p *Page) Description(n *html.Node) string {
	var parts []string
	for _, id := range strings.Fields(Attribute(n, "aria-describedby")) {
		parts = append(parts, Words(p.ByID(id)))
	}
	return strings.Join(parts, " ")
}

// PasskeyOptions are what a ceremony begins with.
type PasskeyOptions struct {
	PublicKey struct {
		Challenge        string `json:"challenge"`
		RPID             string `json:"rpId"`
		RP               struct{ ID string }
		UserVerification string `json:"userVerification"`
		User             struct{ Name string }
		Selection        struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		Allow []struct{ ID string } `json:"allowCredentials"`
	} `json:"publicKey"`
}

func (p *Page) Options() (options PasskeyOptions) {
	t := p.Browser.Site.T
	t.Helper()
	p.Expect(http.StatusOK)
	if err := json.Unmarshal([]byte(p.Body), &options); err != nil || options.PublicKey.Challenge == "" {
		t.Fatalf("%s answers %s", p.Path, p.Body)
	}
	return options
}

func (p *Page) RequestID() string { return p.Header.Get("X-Request-Id") }

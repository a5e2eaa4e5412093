package journey

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dojo/demo"
)

// TestKeyboard: from the sign-in to the revoke dialog and back without a mouse.
// Each stop of Tab on the way shows where the focus is.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	ade := openSite(t).visitor(t)
	ade.open("/login")
	ade.isOn("textbox", "Email")
	ade.keys("ade@acme.example\t")
	ade.isOn("textbox", "Password")
	ade.keys(demo.Password)
	ade.goes(kb.Enter)
	ade.isAt("/t/acme/playground")

	skipsToTheContent(ade)
	switchesByKeyboard(ade)
	opensAndCancelsByKeyboard(ade)
}

func skipsToTheContent(p *person) {
	p.keys(kb.Tab)
	p.isOn("link", "Skip to the content")
	p.showsFocus()
	p.keys(kb.Enter)
	p.isOn("main", "")
	p.keys(kb.Tab)
	p.isOn("link", "Products 150 in the catalog") // the first thing that the content leads to
}

func switchesByKeyboard(p *person) {
	p.open("/t/acme/playground/catalog")
	p.tabsTo("button", "Environment Acme Books / Playground*")
	switcher := p.focused()
	p.keys(kb.Enter)
	p.isOn("link", "Playground Read-only")
	p.keys(kb.Escape)
	if p.focused() != switcher {
		p.t.Errorf("Escape leads to %s", p.focused())
	}

	p.keys(" ")
	p.isOn("link", "Playground Read-only")
	p.keys(kb.ArrowDown)
	if at := p.focused(); !strings.HasPrefix(at, `link "Development Unlocked, 335 days left`) {
		p.t.Errorf("the arrow leads to %s", at)
	}
	p.showsFocus()
	p.goes(kb.Enter)
	p.isAt("/t/acme/development/catalog")
	p.isOn("heading", "Catalog")
	p.open(p.address()) // from the top again
}

func opensAndCancelsByKeyboard(p *person) {
	p.tabsTo("link", "API keys")
	p.goes(kb.Enter)
	p.isAt("/t/acme/development/keys")
	p.tabsTo("button", "View")
	p.keys(kb.Enter)
	p.isOn("button", "Hide")
	p.showsFocus()

	dialog := p.find("dialog", "Revoke secret key")
	p.tabsTo("button", "Revoke")
	p.keys(kb.Enter)
	dialog.isThere()
	p.keepsFocusIn(dialog)
	p.keys(kb.Escape)
	dialog.isGone()
	p.isOn("button", "Revoke")

	p.keys(" ")
	dialog.isThere()
	p.tabsTo("button", "Cancel")
	p.keys(kb.Enter)
	dialog.isGone()
	p.isOn("button", "Revoke")
}

// goes presses a key that leads to another page.
func (p *person) goes(key string) {
	p.t.Helper()
	p.follows(200, chromedp.KeyEvent(key))
}

// manyStops is more than any page has before its content's end.
const manyStops = 40

// tabsTo presses Tab until something has the focus. A name that ends with * is the beginning of one.
func (p *person) tabsTo(role, name string) {
	p.t.Helper()
	want := mark{role: role, name: name}.String()
	beginning, open := strings.CutSuffix(name, "*")
	for range manyStops {
		p.keys(kb.Tab)
		p.showsFocus()
		if at := p.focused(); at == want || open && strings.HasPrefix(at, role+` "`+beginning) {
			return
		}
	}
	p.t.Fatalf("Tab does not lead to %s", want)
}

// keepsFocusIn presses Tab as often as leads around a dialog. The focus may go to
// the browser's own controls in between, but to nothing behind the dialog.
func (p *person) keepsFocusIn(dialog part) {
	p.t.Helper()
	for range 2 * manyStops / 5 {
		p.keys(kb.Tab)
		if !asked[bool](dialog,
			"function() { return this.contains(document.activeElement) || document.activeElement === document.body }") {
			p.t.Fatalf("the focus left the dialog for %s", p.focused())
		}
	}
}

// showsFocus checks that what has the focus is in sight and has a ring around it.
func (p *person) showsFocus() {
	p.t.Helper()
	shown := evaluate[bool](p, `(() => {
		const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
		const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
		return ring && box.width > 0 && box.top >= 0 && box.left >= 0 && box.top < innerHeight && box.left < innerWidth;
	})()`)
	if !shown {
		p.t.Errorf("nothing shows that the focus is on %s", p.focused())
	}
}

// TestWhereTheFocusGoes: out of a dialog that came with the page, to the button that leads to it; and to the heading
// after another environment was chosen.
func TestWhereTheFocusGoes(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	p := s.signIn(t, "olivia@acme.example")
	p.open("/t/acme/members")
	member := evaluate[string](p, `document.querySelector("input[name=remove]").value`)
	p.open("/t/acme/members?remove=" + member)
	p.keys(kb.Escape)
	eventually(p, "the focus", func(ctx context.Context) (bool, error) {
		id, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.activeElement.id"))
		if err == nil && id != "remove-"+member {
			err = fmt.Errorf("it is on %q", id)
		}
		return true, err
	})
	p.open("/t/acme/development/keys")
	p.switchTo("Playground Read-only").follow()
	p.isOn("heading", "API keys")
}

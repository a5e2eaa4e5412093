package journey

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dojo/demo"
)

// TestPaletteByKeyboard: a member goes to another team's keys without a mouse; what they are not in is
// not found, Escape leads back to where they were, and what is typed last is what Enter opens.
func TestPaletteByKeyboard(t *testing.T) {
	t.Parallel()
	dev := openSite(t).signIn(t, "dev@acme.example")
	dev.open("/t/acme/development/catalog")
	dev.tabsTo("link", "Usage")
	dev.keys("k", chromedp.ModifierCtrl)
	dialog := dev.find("dialog", "Search")
	dev.isOn("combobox", "Search")
	dialog.find("option", "Acme Books / Development Unlocked").isThere()
	dialog.find("option", "Keyboard shortcuts").isThere()
	dev.keepsFocusIn(dialog)
	dev.keys(kb.Escape)
	dialog.isGone()
	dev.isOn("link", "Usage")

	dev.keys("/")
	dev.keys("kanso")
	dialog.says("Nothing found for")
	dev.keys(kb.Escape)
	dialog.isGone()

	dev.keys("k", chromedp.ModifierCtrl)
	dev.keys("umami keys")
	dialog.find("option", "API keys Umami Foods / *").isThere()
	for !strings.HasPrefix(dev.active(), "API keys Umami Foods") {
		dev.keys(kb.ArrowDown)
	}
	dev.examines("palette", look{"dark", 1440})
	dev.goes(kb.Enter)
	dev.isAt("/t/umami/playground/keys")
	dev.keys("k", chromedp.ModifierCtrl)
	dev.isOn("combobox", "Search")
	dev.keys("acme dev")
	dev.goes(kb.Enter) // before the answer is there
	dev.isAt("/t/acme/development")
}

// active is the option that the combobox points at.
func (p *person) active() string {
	return evaluate[string](p, `
		document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.textContent
		.trim().replace(/\s+/g, " ") ?? ""`)
}

// strikes presses keys in one go: what is typed ahead is forgotten after a second, and a slow machine takes longer
// between keys.
func (p *person) strikes(keys string) {
	p.t.Helper()
	evaluate[bool](p, fmt.Sprintf(`[...%q].every(key => {
		document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
		return true;
	})`, keys))
}

// TestSwitcherByKeyboard: what is typed in the menu leads to what begins so, and what it does not list
// is found in the filter; Home and End lead to its ends.
func TestSwitcherByKeyboard(t *testing.T) {
	t.Parallel()
	dev := openSite(t).signIn(t, "dev@acme.example")
	dev.open("/t/acme/development/keys")
	dev.opensSwitcher()
	dev.strikes("prod")
	dev.isOn("link", "Production Locked")
	dev.keys(kb.Home)
	dev.isOn("link", "Playground Read-only")
	dev.keys(kb.End)
	if at := dev.focused(); !strings.HasPrefix(at, `link "Umami Foods: Production`) {
		t.Errorf("End leads to %s", at)
	}
	dev.keys("zen") // begins no link
	dev.isOn("searchbox", "Find a team")
	dev.says("No team is called like this.")
	dev.find("searchbox", "Find a team").fill("")
	dev.keys("umam")
	dev.find("link", "Umami Foods / Production Unlocked").isThere()
	dev.keys(kb.ArrowDown)
	if at := dev.focused(); !strings.HasPrefix(at, `link "Umami Foods / `) {
		t.Errorf("from the filter an arrow leads to %s", at)
	}
	dev.keys(kb.ArrowUp)
	dev.find("searchbox", "Find a team").fill("uma")
	dev.examines("switcher-filter", look{"light", 390})
	dev.keys("m")
	dev.goes(kb.Enter)
	dev.isAt("/t/umami/playground")
}

// TestShortcutKeys lead on from a page, not while one types, not with other keys held, and not any
// more once they are switched off; Ctrl K goes on working.
func TestShortcutKeys(t *testing.T) {
	t.Parallel()
	dev := openSite(t).signIn(t, "dev@acme.example")
	dev.open("/t/acme/development")
	dev.keys("g")
	dev.goes("k")
	dev.isAt("/t/acme/development/keys")
	dev.keys("g")
	dev.goes("u")
	dev.isAt("/t/acme/development/usage")
	dev.open("/t/acme/development/catalog")
	dev.find("searchbox", "Product id or title").fill("")
	dev.keys("gk?/")
	if typed := dev.find("searchbox", "Product id or title").value(); typed != "gk?/" {
		t.Errorf("a field holds %q", typed)
	}
	dev.open("/t/acme/development")
	dev.keys("g", chromedp.ModifierCtrl)
	dev.keys("k")
	dev.isAt("/t/acme/development")

	dev.keys("?")
	sheet := dev.find("dialog", "Keyboard shortcuts")
	sheet.says("API keys", "Single-key shortcuts")
	sheet.find("checkbox", "Single-key shortcuts*").press()
	dev.examines("shortcuts", look{"light", 390})
	sheet.find("button", "Close").press()
	sheet.isGone()
	dev.open("/t/acme/development")
	dev.keys("g")
	dev.keys("k")
	dev.keys("/")
	dev.keys("k", chromedp.ModifierCtrl)
	dev.find("dialog", "Search").isThere()
	dev.keys(kb.Escape)
	dev.isAt("/t/acme/development")
}

// TestPaletteAtTheDesk: an engineer finds a team, a person and whose key ends like this.
func TestPaletteAtTheDesk(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, ade := s.signIn(t, "sol@dojo.example"), s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/keys")
	key := ade.viewsSecret()
	sol.open("/desk")
	sol.keys("k", chromedp.ModifierCtrl)
	sol.isOn("combobox", "Search")
	dialog := sol.find("dialog", "Search")
	sol.keys("olivia")
	dialog.find("option", "Olivia Grant olivia@acme.example*").isThere()
	sol.find("combobox", "Search").fill("")
	sol.keys(key[len(key)-4:])
	dialog.find("option", "Secret key ••••"+key[len(key)-4:]+" Active Acme Books / Development").isThere()

	// A whole key stays in the browser.
	sol.find("combobox", "Search").fill("")
	sol.find("combobox", "Search").paste(key)
	dialog.says("That looks like a key. It stays in this browser", "Compromised key")
	dialog.find("option", "Secret key ••••"+key[len(key)-4:]+" Active Acme Books / Development").isThere()
	if asked := sol.asked(); strings.Contains(asked, key[:12]) || !strings.Contains(asked, "q="+key[len(key)-4:]) {
		t.Errorf("with a key in the field these were asked for: %s", asked)
	}
	sol.find("combobox", "Search").fill("")
	sol.keys("acme books")
	dialog.find("option", "Acme Books At the desk").follow()
	sol.isAt("/desk/teams/acme")
	if strings.Contains(s.log.String(), key[:12]) {
		t.Error("the log holds the key")
	}
}

// asked are the addresses that the page's scripts have asked for.
func (p *person) asked() string {
	all, err := url.QueryUnescape(evaluate[string](p,
		`performance.getEntriesByType("resource").map((e) => e.name).join("\n")`))
	must(p.t, err)
	return all
}

// TestSearchWithoutJavaScript: the same on a page of its own.
func TestSearchWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	for _, email := range []string{"dev@acme.example", "sol@dojo.example"} {
		p := s.visitor(t)
		call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		p.open("/login")
		p.submitSignIn(email, demo.Password)
		p.find("link", "Search").follow()
		p.find("searchbox", "Search").fill("umami")
		p.find("button", "Search").follow()
		p.find("heading", "Teams and environments").isThere()
		if email == "sol@dojo.example" {
			p.find("link", "Umami Foods At the desk").follow()
			p.isAt("/desk/teams/umami")
			continue
		}
		p.find("link", "Umami Foods / Production Unlocked").follow()
		p.isAt("/t/umami/production")
		p.find("link", "Search").follow()
		p.find("searchbox", "Search").fill("0123456789abcdef0123456789abcdef01234567")
		p.find("button", "Search").followTo(422)
		p.says("That looks like a key, so it was not looked for.")
		p.isAt("/search")
	}
}

package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dojo/config"
	"dojo/demo"
)

// ctrl is the key that copying and pasting go with.
const ctrl = chromedp.ModifierCtrl

const umamiKeys = "/t/umami/production/keys"

// TestASecretHidesAgain: after a minute, and as soon as the tab is left.
func TestASecretHidesAgain(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open(umamiKeys)
	secret := uma.find("region", "Secret key")
	// What waits for a minute waits for the test.
	evaluate[bool](uma, `(() => {
		const real = setTimeout;
		window.waiting = [];
		window.setTimeout = (what, wait) => wait === 60000 ? waiting.push(what) : real(what, wait);
		return true;
	})()`)
	key := uma.viewsSecret()
	secret.says("Hidden again after 1 minute, or when you leave this tab")
	evaluate[int](uma, "waiting.splice(0).map((what) => what()).length")
	secret.find("button", "View").isThere()
	uma.hasForgotten(key)
	uma.isOn("button", "View")

	uma.viewsSecret()
	evaluate[bool](uma, `Object.defineProperty(document, "hidden", { configurable: true, value: true })
		&& document.dispatchEvent(new Event("visibilitychange"))`)
	uma.hasForgotten(key) // before any answer
	evaluate[bool](uma, "delete document.hidden")
	secret.find("button", "View").isThere()

	uma.viewsSecret()
	evaluate[bool](uma, `dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`)
	uma.hasForgotten(key)
	if waiting := evaluate[int](uma, "waiting.length"); waiting != 2 {
		t.Errorf("%d times something waits for a minute after two views", waiting)
	}
}

// hasForgotten checks that the page holds nothing of the key, shown or not.
func (p *person) hasForgotten(key string) {
	p.t.Helper()
	if strings.Contains(evaluate[string](p, "document.documentElement.outerHTML"), key) {
		p.t.Error("the secret key is still in the page")
	}
}

// TestASecretHidesAgainWithoutJavaScript: the page that shows it leads to the one that does not.
func TestASecretHidesAgainWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.visitor(t)
	call(uma, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	uma.open("/login?next=" + umamiKeys)
	uma.submitSignIn("uma@umami.example", demo.Password)
	secret := uma.find("region", "Secret key")
	secret.find("button", "View").follow()
	secret.says("Hidden again after 1 minute")
	secret.keepsSilentAbout("leave this tab")
	const leads = `document.querySelector("noscript meta[http-equiv=refresh]").content`
	if got := evaluate[string](uma, leads); got != "60;url="+umamiKeys {
		t.Errorf("the page leads to %q", got)
	}
}

// underAName serves the site over plain http under a name, as in an office: browsers give its
// pages no clipboard.
func underAName(c *config.Config) {
	c.PublicURL = strings.Replace(c.PublicURL, "localhost", "dojo.office.example", 1)
}

// TestCopyingWithoutAClipboard: it is copied the older way; where that fails too, the key is
// selected, and the page says which keys to press.
func TestCopyingWithoutAClipboard(t *testing.T) {
	t.Parallel()
	s := openSite(t, underAName)
	uma := s.signIn(t, "uma@umami.example")
	uma.open(umamiKeys)
	if evaluate[bool](uma, `"clipboard" in navigator`) {
		t.Fatal("the page has a clipboard")
	}
	secret := uma.find("region", "Secret key")
	key := uma.viewsSecret()
	secret.find("button", "Hide").press()
	secret.find("button", "View").isThere()
	secret.find("button", "Copy").press()
	secret.find("button", "Copied").isThere()
	uma.hasForgotten(key)
	uma.pastes(key)

	evaluate[bool](uma, `document.execCommand = () => false, true`)
	publishable := uma.find("region", "Publishable key")
	public := keyPattern.FindString(publishable.text())
	publishable.find("button", "Copy").press()
	publishable.says("Not copied yet. The text is selected: press Ctrl+C to copy it.")
	uma.keys("c", ctrl)
	publishable.find("button", "Copied").isThere()
	uma.pastes(public)

	uma.open(umamiKeys)
	evaluate[bool](uma, `document.execCommand = () => false, true`)
	secret.find("button", "Copy").press()
	secret.says(key, "press Ctrl+C")
	uma.keys("c", ctrl)
	secret.find("button", "Copied").isThere()
	secret.keepsSilentAbout("press Ctrl+C")
	evaluate[bool](uma, `dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`)
	secret.says("••••" + key[36:])
	uma.hasForgotten(key)
	uma.pastes(key)
}

// pastes looks into the clipboard as people do.
func (p *person) pastes(want string) {
	p.t.Helper()
	dialog := p.opensRevocation()
	note := dialog.find("textbox", "Note (optional)")
	note.fill("x")
	p.keys("a", ctrl)
	p.keys("v", ctrl)
	if got := note.value(); got != want {
		p.t.Errorf("the clipboard holds %q; want %q", got, want)
	}
	p.keys(kb.Escape)
}

// TestACopyIsOnRecordAsOne, apart from views.
func TestACopyIsOnRecordAsOne(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open(umamiKeys)
	key := uma.viewsSecret()
	uma.open(umamiKeys)
	uma.copies(key)
	uma.open(umamiKeys)
	uma.find("region", "Secret key").says("Last copied by Uma")
	uma.nav("Activity").follow()
	uma.find("main", "").says("copied the secret key ••••"+key[36:]+" without showing it",
		"viewed the secret key ••••"+key[36:])
}

package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// widths are those at which something of the layout changes, and around them.
var widths = []int64{320, 390, 640, 768, 895, 897, 900, 1024, 1280, 1440}

// TestTheTeamIsNamedAtEachWidth: whose environment it is can be read on the keys' page, with a key that
// was replaced, and in its dialog, and nothing is wider than the window.
func TestTheTeamIsNamedAtEachWidth(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/keys?revoke=secret")
	dialog := ade.find("dialog", "Revoke secret key")
	dialog.find("radio", "After a grace period").press()
	dialog.find("button", "Revoke and get a new key").follow()
	for _, path := range []string{"/t/acme/development/keys", "/t/acme/development/keys?revoke=secret"} {
		for _, width := range widths {
			ade.do(chromedp.EmulateViewport(width, 900))
			ade.open(path)
			ade.fits(path, look{width: width, scheme: "light"})
			const shown = `[...document.querySelectorAll(".switcher .caption, main > .heading .place, dialog[open] .place")]` +
				`.every(e => e.innerText.includes("Acme Books") && e.getBoundingClientRect().width > 60)`
			if !evaluate[bool](ade, shown) {
				t.Errorf("at %d pixels the team cannot be read on %s", width, path)
			}
		}
	}
}

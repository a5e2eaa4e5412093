package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"dojo/demo"
)

// TestWithoutJavaScript: every job can be done in a browser that runs no script.
func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.visitor(t)
	call(ade, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ade.open("/login")
	ade.find("button", "Fill in ade@acme.example").isGone()
	ade.submitSignIn("ade@acme.example", demo.Password)

	ade.nav("API keys").follow()
	ade.switchTo("Development*").follow()
	ade.isAt("/t/acme/development/keys")
	old := ade.viewsWithoutScript()
	ade.accepted(old)
	fresh := ade.revokesWithoutScript(old)
	ade.accepted(fresh)

	ade.switchTo("Production*").follow()
	ade.find("button", "Request unlock").follow()
	ade.find("textbox", "What will you use it for?").fill("Our shop goes live in December.")
	ade.find("button", "Send request").follow()
	ade.find("heading", "Waiting for a solutions engineer").isThere()
	ade.find("button", "Sign out").follow()
	ade.isAt("/login")
}

// viewsWithoutScript views the secret key and hides it again, each on a page of
// its own.
func (p *person) viewsWithoutScript() string {
	p.t.Helper()
	secret := p.find("region", "Secret key")
	secret.find("button", "Copy").isGone()
	secret.find("button", "View").follow()
	key := keyPattern.FindString(secret.text())
	if key == "" || strings.Contains(p.address(), key) {
		p.t.Fatalf("the key is %q at %s", key, p.address())
	}
	secret.find("button", "Hide").follow()
	secret.keepsSilentAbout(key)
	return key
}

func (p *person) revokesWithoutScript(old string) (fresh string) {
	p.t.Helper()
	secret, dialog := p.find("region", "Secret key"), p.find("dialog", "Revoke secret key")
	secret.find("button", "Revoke").follow()
	dialog.find("button", "Cancel").press()
	dialog.isGone()
	secret.find("button", "Revoke").follow()
	dialog.find("combobox", "Reason").choose("Compromised")
	dialog.find("button", "Revoke and get a new key").follow()
	p.find("status", "").says("Refused everywhere")
	p.refused(old)
	return p.viewsWithoutScript()
}

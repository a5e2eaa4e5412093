package journey

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"dojo/demo"
	"dojo/models"
)

// proofHeading is the first heading of the page that asks for a fresh proof.
const proofHeading = "Confirm that it is you"

// aWhile is longer than a proof of who one is counts.
const aWhile = models.ProofLife + time.Minute

// confirms proves with the password who is there, and goes on with what was begun.
func (p *person) confirms() {
	p.t.Helper()
	p.find("heading", proofHeading).isThere()
	p.find("textbox", "Password").fill(demo.Password)
	p.find("button", "Confirm").follow()
}

// viewsSecretAfterProof views the secret key when the last proof is too old.
func (p *person) viewsSecretAfterProof() string {
	p.t.Helper()
	secret := p.find("region", "Secret key")
	secret.find("button", "View").followTo(403)
	p.excuses("403 for ") // the part of the page that is not there yet
	p.confirms()
	return keyPattern.FindString(secret.text())
}

// TestProof: after a while what hurts asks for the password, and goes on with
// what was typed.
func TestProof(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open("/t/umami/production/keys")
	old := uma.viewsSecret()
	uma.open("/t/umami/production/keys")
	s.clock.pass(aWhile)

	revokesAfterAProof(uma, old)
	s.clock.pass(aWhile)
	copiesAfterAProof(uma)
	s.clock.pass(aWhile)
	viewsAfterAProof(uma)
}

// revokesAfterAProof: a wrong password and a step back change nothing.
func revokesAfterAProof(uma *person, old string) {
	fillsInRevocation(uma).followTo(403)
	uma.says("you are about to revoke a key")
	uma.isOn("textbox", "Password")
	uma.find("textbox", "Password").fill("not-the-password")
	uma.find("button", "Confirm").followTo(403)
	uma.find("alert", "").says("The password is wrong")
	uma.find("link", "Cancel").follow()
	uma.isAt("/t/umami/production/keys")
	uma.accepted(old)

	fillsInRevocation(uma).followTo(403)
	uma.confirms()
	uma.isAt("/t/umami/production/keys")
	uma.find("status", "").says("Refused everywhere")
	uma.row("Secret key", "Revoked", "Uma", "Other", "We move to another server.").isThere()
	uma.refused(old)
}

// fillsInRevocation types into the dialog, and returns the button that sends it.
func fillsInRevocation(uma *person) part {
	dialog := uma.opensRevocation()
	dialog.find("combobox", "Reason").choose("Other")
	dialog.find("radio", "Now").press()
	dialog.find("textbox", "Note (optional)").fill("We move to another server.")
	dialog.find("textbox", "Type production to confirm").fill("production")
	return dialog.find("button", "Revoke and get a new key")
}

// copiesAfterAProof: what cannot be copied yet waits for one press after the proof, and is not shown.
func copiesAfterAProof(uma *person) {
	secret := uma.find("region", "Secret key")
	secret.find("button", "Copy").followTo(403)
	uma.excuses("403 for ") // the script that asked for the key
	uma.confirms()
	uma.find("status", "").says("Confirmed. The key is not copied yet", "Press Copy")
	if shown := keyPattern.FindString(secret.text()); shown != "" {
		uma.t.Error("the key is shown, which nobody asked for")
	}
	uma.isOn("button", "Copy")
	uma.mayUseClipboard()
	evaluate[bool](uma, `navigator.clipboard.writeText("something else").then(() => true)`)
	uma.keys(kb.Enter)
	secret.find("button", "Copied").isThere()
	uma.accepted(evaluate[string](uma, "navigator.clipboard.readText()"))
}

// viewsAfterAProof: a proof holds for what follows.
func viewsAfterAProof(uma *person) {
	uma.nav("API keys").follow()
	key := uma.viewsSecretAfterProof()
	uma.accepted(key)
	secret := uma.find("region", "Secret key")
	secret.find("button", "Hide").press()
	secret.find("button", "View").isThere()
	if again := uma.viewsSecret(); again != key {
		uma.t.Errorf("the key is %q after %q", again, key)
	}
}

// TestProofWithoutJavaScript: the same in a browser that runs no script.
func TestProofWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.visitor(t)
	call(ade, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ade.open("/login?next=/t/acme/development/keys")
	ade.submitSignIn("ade@acme.example", demo.Password)
	secret, dialog := ade.find("region", "Secret key"), ade.find("dialog", "Revoke secret key")
	s.clock.pass(aWhile)
	secret.find("button", "View").followTo(403)
	ade.confirms()
	old := keyPattern.FindString(secret.text())
	ade.accepted(old)

	s.clock.pass(aWhile)
	secret.find("button", "Revoke").follow()
	dialog.find("combobox", "Reason").choose("Other")
	dialog.find("radio", "Now").press()
	dialog.find("textbox", "Note (optional)").fill("A laptop is lost.")
	dialog.find("button", "Revoke and get a new key").followTo(403)
	ade.confirms()
	ade.find("status", "").says("Refused everywhere")
	ade.row("Secret key", "Revoked", "Other", "A laptop is lost.").isThere()
	ade.refused(old)
}

// TestTheSessionEndsOverAForm: what was typed is there after signing in again, for whoever typed it and nobody else,
// and a tab of somebody else sends nothing in one's name.
func TestTheSessionEndsOverAForm(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	const useCase, text = "What will you use it for?", "Our shop goes live on 1 December. About 40,000 visitors a day."
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/production")
	ade.find("button", "Request unlock").press()
	ade.find("textbox", useCase).fill(text)
	other := ade.newTab()
	other.open("/t/acme/members")
	other.find("button", "Sign out").follow()
	ade.find("button", "Send request").follow()
	ade.says("You have been signed out.", "What you typed is kept.")
	ade.examines("login-kept")
	ade.submitSignIn("ade@acme.example", demo.Password)
	ade.says("What you typed is still here")
	if got := ade.find("textbox", useCase).value(); got != text {
		t.Errorf("the form holds %q", got)
	}
	ade.examines("form-kept")

	// In the second tab somebody else signs in meanwhile.
	other.open("/t/acme/members")
	other.find("button", "Sign out").follow()
	other.submitSignIn("dev@acme.example", demo.Password)
	ade.find("button", "Send request").followTo(409)
	ade.find("heading", "Somebody else filled in this form").isThere()
	ade.says("You are signed in as")
	ade.keepsSilentAbout("40,000 visitors")
	ade.examines("others-form")
	other.open("/t/acme/production")
	other.find("button", "Request unlock").isThere()
	ade.find("button", "Sign out, and sign in as who typed it").follow()
	ade.submitSignIn("ade@acme.example", demo.Password)
	if got := ade.find("textbox", useCase).value(); got != text {
		t.Errorf("the form holds %q", got)
	}
	ade.find("button", "Send request").follow()
	ade.find("status", "").says("Request sent")
}

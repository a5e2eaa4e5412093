package journey

import (
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

// device is an authenticator in the person's browser, as fingerprint readers are.
type device struct {
	owner *person
	id    webauthn.AuthenticatorID
}

// hasDevice gives the person's tab a device that says yes to everything.
func (p *person) hasDevice() device {
	p.t.Helper()
	call(p, webauthn.Enable, webauthn.EnableParams{})
	added := call(p, webauthn.AddVirtualAuthenticator,
		webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
	return device{p, added.AuthenticatorID}
}

// recognises decides whether the device knows the person who touches it.
func (d device) recognises(owner bool) {
	d.owner.t.Helper()
	call(d.owner, webauthn.SetUserVerified,
		webauthn.SetUserVerifiedParams{AuthenticatorID: d.id, IsUserVerified: owner})
}

// addsPasskey adds one on the page that it is offered on.
func (p *person) addsPasskey(name string) {
	p.t.Helper()
	p.find("textbox", "Name of the passkey").fill(name)
	p.find("button", "Add a passkey").follow()
	p.find("status", "").says("Passkey added")
}

// TestPasskey: a passkey opens the door without a password, proves later who is
// there, and opens nothing once it is removed.
func TestPasskey(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	touch := ade.hasDevice()
	ade.open("/account/security")
	ade.addsPasskey("Ade's laptop")
	passkeys := ade.find("region", "Passkeys")
	passkeys.says("Ade's laptop", "never used")
	ade.find("textbox", "Name of the passkey").fill("The same again")
	ade.find("button", "Add a passkey").press()
	ade.find("alert", "").says("This device has a passkey for your account already.")

	ade.find("button", "Sign out").follow()
	withPasskey := ade.find("button", "Sign in with a passkey")
	touch.recognises(false)
	withPasskey.press()
	ade.find("alert", "").says("No passkey was used")
	touch.recognises(true)
	withPasskey.follow()
	ade.isAt("/t/acme/playground")

	ade.open("/t/acme/development/keys")
	s.clock.pass(aWhile)
	ade.find("region", "Secret key").find("button", "View").followTo(403)
	ade.excuses("403 for ")
	ade.find("button", "Confirm with a passkey").follow()
	ade.accepted(keyPattern.FindString(ade.find("region", "Secret key").text()))

	ade.open("/account/security")
	passkeys.find("DisclosureTriangle", "").press()
	passkeys.find("textbox", "Name of Ade's laptop").fill("The red laptop")
	passkeys.find("button", "Rename").follow()
	ade.find("status", "").says("Passkey renamed")
	passkeys.says("The red laptop")
	passkeys.find("DisclosureTriangle", "").press()
	passkeys.find("button", "Remove*").follow()
	ade.find("status", "").says("Passkey removed")
	ade.find("button", "Sign out").follow()
	withPasskey.followTo(422)
	ade.find("alert", "").says("The passkey was not accepted")
}

// TestPasskeyAsSecondFactor: a passkey that is added where the team requires a
// second factor leads on, and stands in for the code after the password.
func TestPasskeyAsSecondFactor(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma, dev := s.signIn(t, "uma@umami.example"), s.signIn(t, "dev@acme.example")
	uma.hasDevice()
	dev.hasDevice()
	uma.open("/account/security")
	uma.addsPasskey("Key ring")
	uma.open("/t/umami/settings")
	uma.find("button", "Require a second factor").follow()

	dev.openTo(403, "/t/umami/development/keys")
	s.clock.pass(aWhile)
	dev.find("textbox", "Name of the passkey").fill("Phone")
	dev.find("button", "Add a passkey").followTo(403)
	dev.excuses("403 for ")
	dev.confirms()
	if kept := dev.find("textbox", "Name of the passkey").value(); kept != "Phone" {
		t.Errorf("the passkey's name has become %q", kept)
	}
	dev.find("button", "Add a passkey").follow()
	dev.isAt("/t/umami/development/keys")
	dev.find("region", "Secret key").isThere()

	dev.signsInAgain("dev@acme.example")
	dev.find("textbox", "Code").isGone()
	dev.find("button", "Sign in with a passkey").follow()
	dev.isAt("/t/umami/development")
}

package journey

import "testing"

// TestAKeyIsGivenAName: it stands beside the key, in the dialog that replaces it and in the activity, and
// goes over to the new key unless another one is typed.
func TestAKeyIsGivenAName(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/keys")
	secret := ade.find("region", "Secret key")
	secret.find("DisclosureTriangle", "Name this key secret key").press()
	secret.find("textbox", "Name").fill("Checkout server")
	secret.find("button", "Save").follow()
	ade.find("status", "").says("Name saved", "“Checkout server”")
	secret.says("Checkout server", "Rename")

	dialog := ade.opensRevocation()
	dialog.says("Checkout server")
	fresh := dialog.find("textbox", "Name of the new key (optional)")
	if carried := fresh.value(); carried != "Checkout server" {
		t.Errorf("the new key is to be called %q", carried)
	}
	fresh.fill("Till")
	dialog.find("button", "Revoke and get a new key").follow()
	secret.says("Till")
	ade.row("Secret key", "Checkout server", "Works for now").isThere()
	ade.nav("Activity").follow()
	ade.find("main", "").says("named the secret key", "“Checkout server” (rotation) with", "“Till”")
}

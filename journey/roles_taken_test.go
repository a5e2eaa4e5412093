package journey

import "testing"

// TestRoleTakenAway: a change of role and a removal hold from the very next
// press, on pages that are open too.
func TestRoleTakenAway(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, dev := s.signIn(t, "olivia@acme.example"), s.signIn(t, "dev@acme.example")
	const keys = "/t/acme/development/keys"
	dev.open(keys)
	secret := dev.viewsSecret()
	beside := dev.newTab()
	beside.open(keys)
	beside.find("region", "Secret key").find("button", "View").isThere()
	third := dev.newTab()
	third.open(keys)

	olivia.open("/t/acme/members")
	row := olivia.row("dev@acme.example")
	row.find("combobox", "Role of*").choose("Viewer")
	row.find("button", "Change*").follow()
	olivia.find("status", "").says("Role changed", "in every open window")

	beside.find("region", "Secret key").find("button", "View").follow()
	beside.excuses("403 for ") // the part of the page that is not there any more
	beside.maySeeNoSecret(secret)
	third.mayUseClipboard()
	third.find("region", "Secret key").find("button", "Copy").press()
	third.find("region", "Secret key").find("button", "Could not copy").isThere()
	third.excuses("403 for ")
	dev.find("region", "Secret key").find("button", "Hide").press()
	dev.find("region", "Secret key").find("button", "Hide").isGone()
	dev.nav("API keys").follow()
	dev.maySeeNoSecret(secret)

	olivia.row("dev@acme.example").find("button", "Remove*").follow()
	olivia.find("dialog", "Remove Dev*").find("button", "Remove").follow()
	olivia.find("status", "").says("Member removed")
	beside.nav("Interactions").followTo(404)
	beside.keepsSilentAbout("Acme Books")
	dev.openTo(404, keys)
	dev.open("/t/umami/development/keys")
	dev.accepted(dev.viewsSecret())
}

// maySeeNoSecret checks that the page of keys is that of somebody who may only
// look.
func (p *person) maySeeNoSecret(secret string) {
	p.t.Helper()
	p.says("You may look, not change.")
	region := p.find("region", "Secret key")
	region.find("button", "View").isGone()
	region.find("button", "Copy").isGone()
	p.keepsSilentAbout(secret)
}

package journey

import (
	"regexp"
	"strings"
	"time"
)

// keyPattern is what a key looks like.
var keyPattern = regexp.MustCompile(`\b[0-9a-f]{40}\b`)

// getsTheKey: the page that waited has changed by itself; the key is not in the
// page until it is asked for, and the clipboard really holds it.
func getsTheKey(ade *person) string {
	ade.says("Unlocked until 30 Nov 2027", "ACME-2026-031")
	ade.find("heading", "Overview").isThere()
	ade.nav("API keys").follow()
	before := evaluate[string](ade, "document.documentElement.outerHTML")
	key := ade.viewsSecret()
	if strings.Contains(before, key) {
		ade.t.Error("the secret key was in the page before it was asked for")
	}
	ade.isOn("button", "Hide")
	ade.copies(key)

	secret := ade.find("region", "Secret key")
	secret.find("button", "Hide").press()
	secret.find("button", "View").isThere()
	secret.keepsSilentAbout(key)
	ade.copies(key)
	return key
}

// viewsSecret views the secret key on the page of API keys and returns it.
func (p *person) viewsSecret() string {
	p.t.Helper()
	secret := p.find("region", "Secret key")
	secret.find("button", "View").press()
	secret.find("button", "Hide").isThere()
	key := keyPattern.FindString(secret.text())
	if key == "" {
		p.t.Fatalf("no key is shown:\n%s", secret.text())
	}
	return key
}

// copies presses the secret key's button and looks into the clipboard.
func (p *person) copies(key string) {
	p.t.Helper()
	p.mayUseClipboard()
	evaluate[bool](p, `navigator.clipboard.writeText("something else").then(() => true)`)
	secret := p.find("region", "Secret key")
	secret.find("button", "Copy").press()
	secret.find("button", "Copied").isThere()
	if got := evaluate[string](p, "navigator.clipboard.readText()"); got != key {
		p.t.Errorf("the clipboard holds %q, not the key", got)
	}
}

// sendsARecord runs the command that the page offers. The record shows up where
// it belongs, by itself, and nowhere else.
func sendsARecord(ade *person, key string) {
	ade.viewsSecret()
	command := ade.find("group", "Check one interaction (dry run, nothing is written)").text()
	if !strings.Contains(command, key) {
		ade.t.Fatalf("the key is not filled in:\n%s", command)
	}
	if answer := shell(ade.t, command); answer != `{"message":"success"}` {
		ade.t.Fatalf("a dry run is answered with %s", answer)
	}
	command = strings.Replace(command, "?dry_run=1", "", 1)
	ade.nav("Interactions").follow()
	ade.find("heading", "No interactions yet").isThere()
	if answer := shell(ade.t, command); answer != `{"message":"success"}` {
		ade.t.Fatalf("the command was answered with %s", answer)
	}
	ade.row("product_detail_page_view", "user-1", "product-1").isThere()
	ade.says("1 interaction")

	for _, other := range []string{"Playground*", "Development*"} {
		ade.switchTo(other).follow()
		ade.find("textbox", "User or anonymous id").fill("user-1")
		ade.find("button", "Filter").follow()
		ade.find("heading", "Nothing matches the filter").isThere()
	}
	ade.switchTo("Production*").follow()
}

// revokesNow: the very next request with the old key is refused, and the new one
// works.
func revokesNow(ade *person, old string) string {
	ade.accepted(old)
	ade.nav("API keys").follow()
	dialog := ade.opensRevocation()
	dialog.find("combobox", "Reason").choose("Compromised")
	dialog.find("textbox", "Note (optional)").fill("Pasted into a chat.")
	dialog.find("textbox", "Type production to confirm").fill("production")
	dialog.find("button", "Revoke and get a new key").follow()
	ade.find("status", "").says("Refused everywhere")
	ade.isOn("status", "") // where a screen reader goes on
	ade.refused(old)
	ade.row("Secret key", "Revoked", "Ade Balogun", "Compromised", "Pasted into a chat.").isThere()

	fresh := ade.viewsSecret()
	ade.accepted(fresh)
	return fresh
}

// opensRevocation opens the dialog for the secret key.
func (p *person) opensRevocation() part {
	p.t.Helper()
	p.find("region", "Secret key").find("button", "Revoke").press()
	return p.find("dialog", "Revoke secret key")
}

// revokesAfterAnHour: both keys work until the moment that the page shows, and
// then only the new one.
func revokesAfterAnHour(ade *person, old string) string {
	dialog := ade.opensRevocation()
	dialog.find("radio", "After a grace period").press()
	dialog.find("combobox", "Grace period").choose("1 hour")
	dialog.find("textbox", "Type production to confirm").fill("production")
	dialog.find("button", "Revoke and get a new key").follow()
	ade.find("status", "").says("New secret key issued", "until 23 Nov 2026, 11:30 UTC")
	ade.row("Secret key", "Works for now", "23 Nov 2026, 11:30 UTC", "Rotation").isThere()

	fresh := ade.viewsSecret()
	ade.accepted(old, fresh)
	ade.site.clock.pass(time.Hour - time.Second)
	ade.accepted(old, fresh)
	ade.site.clock.pass(time.Second)
	ade.refused(old)
	ade.accepted(fresh)
	ade.nav("API keys").follow()
	ade.row("Secret key", "Revoked", "Rotation").isThere()
	return fresh
}

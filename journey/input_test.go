package journey

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"dojo/demo"
)

const useCaseLabel = "What will you use it for?"

// TestRequestRefused: a use case that is missing or too long keeps what was typed,
// says so beside the field, and puts the focus there.
func TestRequestRefused(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/production")
	ade.find("button", "Request unlock").press()
	field, send := ade.find("textbox", useCaseLabel), ade.find("button", "Send request")

	send.press() // the browser itself holds back a form with nothing in it
	ade.isOn("textbox", useCaseLabel)
	field.fill("  ")
	send.followTo(422)
	ade.isOn("textbox", useCaseLabel)
	field.isWrong("Say what you will use it for.")

	long := strings.Repeat("A shop. ", 251)
	// as a page from before a new limit
	asked[bool](field, `function() { this.removeAttribute("maxlength"); return true }`)
	field.paste(long)
	send.followTo(422)
	ade.isOn("textbox", useCaseLabel)
	field.isWrong("This is too long: the limit is 2000 characters.")
	if kept := field.value(); kept != long {
		t.Errorf("of %d characters that were typed, %d are kept", len(long), len(kept))
	}
	field.fill("Our shop goes live in December.")
	send.follow()
	ade.find("heading", "Waiting for a solutions engineer").isThere()
}

// isWrong checks that a field is marked and that its description says why.
func (p part) isWrong(why string) {
	p.person.t.Helper()
	said := asked[string](p, `function() {
		const ids = this.getAttribute("aria-invalid") === "true" ? this.getAttribute("aria-describedby") : "";
		return ids.split(" ").map(id => document.getElementById(id)?.innerText ?? "").join(" ");
	}`)
	if !strings.Contains(said, why) {
		p.person.t.Errorf("%s is described by %q, which does not say %q", p, said, why)
	}
}

// TestRequestedTwice: a request for which another was faster changes nothing and
// says so, and so does one for an environment that is unlocked by then.
func TestRequestedTwice(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, dev := s.signIn(t, "ade@acme.example"), s.signIn(t, "dev@acme.example")
	for _, p := range []*person{ade, dev} {
		p.open("/t/acme/production?request=1")
		p.find("textbox", useCaseLabel).fill("For our shop.")
	}
	ade.find("button", "Send request").follow()
	dev.find("button", "Send request").follow()
	dev.find("alert", "").says("Nothing was changed")
	dev.find("heading", "Waiting for a solutions engineer").isThere()
	dev.says("Ade Balogun")
}

// TestRevocationRefused: in Production the name must be typed, and what was chosen
// stays chosen.
func TestRevocationRefused(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open("/t/umami/production/keys")
	key := uma.viewsSecret()
	dialog := uma.opensRevocation()
	confirm, revoke := dialog.find("textbox", "Type production to confirm"),
		dialog.find("button", "Revoke and get a new key")

	revoke.press()
	uma.isOn("textbox", "Type production to confirm")
	dialog.find("radio", "After a grace period").press()
	dialog.find("combobox", "Grace period").choose("7 days")
	dialog.find("combobox", "Reason").choose("Other")
	dialog.find("textbox", "Note (optional)").fill("We move to another server.")
	confirm.fill("development")
	revoke.followTo(422)

	uma.isOn("textbox", "Type production to confirm")
	confirm.isWrong("Type production to confirm")
	if got := dialog.choices(); got != "other grace 168h now 24h  We move to another server. development" {
		t.Errorf("the dialog has kept %s", got)
	}
	uma.accepted(key)
	dialog.find("button", "Cancel").press()
	dialog.isGone()
	uma.accepted(key)
}

// choices are the values that a dialog's form would send.
func (p part) choices() string {
	return asked[string](p, `function() { return [...new FormData(this.querySelector("form"))]
		.filter(([name]) => name !== "typed_as").map(([, value]) => value).join(" ") }`)
}

// TestRevokedTwice: a key that somebody else has revoked meanwhile stays as it is.
func TestRevokedTwice(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, dev := s.signIn(t, "ade@acme.example"), s.signIn(t, "dev@acme.example")
	for _, p := range []*person{ade, dev} {
		p.open("/t/acme/development/keys")
		p.opensRevocation().find("combobox", "Reason").choose("Compromised")
	}
	for _, p := range []*person{ade, dev} {
		p.find("button", "Revoke and get a new key").follow()
	}
	dev.find("alert", "").says("Nothing was changed", "Ade Balogun")
}

// TestSessionEnded: after signing out in another tab the next step leads to the
// sign-in, and from there to where it was going.
func TestSessionEnded(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/catalog") // asks for nothing by itself
	other := ade.newTab()
	other.open("/t/acme/playground")
	other.find("button", "Sign out").follow()

	ade.nav("API keys").follow()
	ade.isAt("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys")
	ade.submitSignIn("ade@acme.example", demo.Password)
	ade.isAt("/t/acme/development/keys")

	other.submitSignIn("ade@acme.example", demo.Password)
	other.find("button", "Sign out").follow()
	ade.find("region", "Secret key").find("button", "View").follow()
	ade.excuses("401 for ") // the part of the page that is not there
	ade.isAt("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys")
}

// TestDatabaseBusy: while the database takes no writes the page says so, and it
// comes back by itself.
func TestDatabaseBusy(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.open("/t/acme/development/keys")

	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "demo.db")+"?_txlock=immediate")
	must(t, err)
	defer db.Close()
	hold, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	ade.find("region", "Publishable key").find("button", "Revoke").press()
	ade.find("dialog", "Revoke publishable key").find("button", "Revoke and get a new key").followTo(503)
	ade.find("heading", "Dojo cannot reach its database").isThere()
	ade.examines("unavailable")

	must(t, hold.Rollback())
	ade.find("link", "Try again").follow()
	ade.find("region", "Publishable key").says("Active")
	ade.keepsSilentAbout("Refused everywhere")
}

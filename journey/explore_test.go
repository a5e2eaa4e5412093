package journey

import (
	"testing"

	"dojo/demo"
)

// TestExplore: a visitor without an account looks around the Playground, finds
// nothing to change and no secret, and the way to sign in.
func TestExplore(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	guest := s.visitor(t)
	guest.open("/login")
	guest.find("link", "Explore the Playground").follow()
	guest.isAt("/t/explore/playground")
	guest.says("You are looking around as a guest.", "Sample data, read-only")
	guest.nav("Catalog").follow()
	guest.says("150 products")
	guest.nav("API keys").follow()
	publishable := guest.find("region", "Publishable key")
	guest.mayUseClipboard()
	publishable.find("button", "Copy").press()
	publishable.find("button", "Copied").isThere()
	key := evaluate[string](guest, "navigator.clipboard.readText()")
	if !keyPattern.MatchString(key) {
		t.Errorf("the clipboard holds %q", key)
	}
	guest.find("region", "Secret key").isGone()
	for _, button := range []string{"View", "Revoke", "Sign out"} {
		guest.find("button", button).isGone()
	}
	for _, page := range []string{"Usage", "Activity", "Environment settings", "Members", "Settings"} {
		guest.nav(page).isGone()
	}
	guest.locksOut("/t/explore/members", "/t/explore/settings", "/t/explore/playground/activity",
		"/t/explore/playground/usage", "/t/explore/playground/settings")
	guest.open("/t/explore/playground/keys")
	guest.posts(200, "/t/explore/playground/keys", "kind", "secret")
	guest.isAt("/login?next=%2Ft%2Fexplore%2Fplayground%2Fkeys")

	guest.open("/t/explore/playground/keys")
	guest.find("main", "").find("link", "Sign in").follow()
	guest.submitSignIn("vic@acme.example", demo.Password)
	guest.isAt("/t/acme/playground")
	guest.open("/t/explore/playground")
	guest.find("link", "Go back to your teams").follow()
	guest.isAt("/t/acme/playground")
}

// locksOut checks that none of the pages is shown.
func (p *person) locksOut(paths ...string) {
	p.t.Helper()
	for _, path := range paths {
		p.openTo(403, path)
		p.find("link", "Sign in").isThere()
	}
}

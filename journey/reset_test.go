package journey

import (
	"testing"

	"dojo/demo"
	"dojo/models"
)

// TestReset: a lost password is replaced with a link from the mail, once, and
// whoever else was signed in is not any more.
func TestReset(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	other, ade := s.signIn(t, "ade@acme.example"), s.visitor(t)
	lapsed := ade.forgets("ade@acme.example")
	other.nav("Catalog").follow() // asks for nothing by itself, so that it is shown after the session's end
	s.clock.pass(models.ResetLink.Life())
	ade.openTo(410, lapsed)
	ade.find("heading", "This link has lapsed").isThere()
	ade.find("link", "Get a new link").follow()
	ade.isAt("/reset")

	link := ade.forgets("Ade@acme.example ")
	ade.open(link)
	ade.find("textbox", "New password").fill("dojo")
	ade.find("button", "Set password").followTo(422)
	ade.find("textbox", "New password").isWrong("at least 12 characters")
	ade.find("textbox", "New password").fill(longPassword)
	ade.find("button", "Set password").follow()
	ade.isAt("/t/acme/playground")

	other.nav("API keys").follow()
	other.isAt("/login?next=%2Ft%2Facme%2Fplayground%2Fkeys")
	other.find("textbox", "Email").fill("ade@acme.example")
	other.find("textbox", "Password").fill(demo.Password)
	other.find("button", "Sign in").followTo(422)
	other.submitSignIn("ade@acme.example", longPassword)
	other.isAt("/t/acme/playground/keys")
	other.readsMail("ade@acme.example", "Your Dojo password was changed")

	ade.openTo(410, link)
	ade.find("heading", "This link has been used").isThere()
	s.keptNoSecret(t, longPassword)
}

// forgets asks for a link that sets a new password, and returns where it leads.
func (p *person) forgets(email string) string {
	p.t.Helper()
	p.open("/login")
	p.find("link", "Forgot your password?").follow()
	p.find("textbox", "Email").fill(email)
	p.find("button", "Send link").follow()
	p.find("heading", "Look into your mail").isThere()
	return p.readsMail("ade@acme.example", "Set a new password for Dojo")
}

package journey

import (
	"testing"

	"dojo/models"
)

// TestDeclined: the member reads the engineer's reason, and asks again.
func TestDeclined(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	dev.open("/t/acme/production")
	dev.asks("We would like to see what it can do.")

	sol := s.signIn(t, "sol@dojo.example")
	sol.row("Acme Books", "Production").find("link", "Production").follow()
	sol.find("textbox", "Reason").fill("Please say which shop this is for.")
	sol.find("button", "Decline").follow()
	sol.find("status", "").says("Request declined", "Acme Books reads your reason")

	dev.says("Sol Marin declined the last request", "Please say which shop this is for.")
	dev.asks("For books.acme.example, from January.")
	dev.find("heading", "Waiting for a solutions engineer").isThere()
	dev.says("Please say which shop this is for.")
	sol.find("navigation", "Desk").find("link", "Requests").follow()
	sol.row("Acme Books", "For books.acme.example, from January.").isThere()
}

// TestTwoEngineers: of two decisions on one request the first counts, and the
// second engineer is told whose it was.
func TestTwoEngineers(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, mia := s.signIn(t, "sol@dojo.example"), s.newEngineer(t, "mia@dojo.example", "Mia Okafor")
	for _, engineer := range []*person{sol, mia} {
		engineer.row("Kanso Ceramics", "Development").find("link", "Development").follow()
	}
	sol.find("textbox", "Reason").fill("We talked on the phone: next month.")
	sol.find("button", "Decline").follow()

	mia.fillAgreement("KANSO-1", "06302027")
	mia.find("button", "Unlock").followTo(409)
	mia.find("alert", "").says("Sol Marin already declined this", "Your decision was not made and nothing was changed.")
	mia.says("We talked on the phone: next month.")
	mia.find("button", "Unlock").isGone()
	mia.find("link", "Kanso Ceramics").follow()
	mia.find("region", "Development").says("Locked")
}

// TestDecidedAfterWithdrawal: who decides on a request that was taken back is told
// so.
func TestDecidedAfterWithdrawal(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, sol := s.signIn(t, "ade@acme.example"), s.signIn(t, "sol@dojo.example")
	ade.open("/t/acme/production")
	ade.asks("A first look.")
	sol.open("/desk/requests")
	sol.row("Acme Books", "Production").find("link", "Production").follow()
	ade.find("button", "Withdraw").follow()

	sol.fillAgreement("ACME-1", "06302027")
	sol.find("button", "Unlock").followTo(409)
	sol.find("alert", "").says("Ade Balogun withdrew this request")
	ade.open("/t/acme/production")
	ade.find("heading", "Production is locked").isThere()
}

// newEngineer makes an account with a one-time link, as the command line prints
// it, and signs in with it.
func (s *site) newEngineer(t *testing.T, email, name string) *person {
	t.Helper()
	token, err := s.server.Store.CreateSetupLink(t.Context(), models.SystemActor("Command line"), email)
	must(t, err)
	p := s.visitor(t)
	p.open("/setup?token=" + token)
	p.find("textbox", "Name").fill(name)
	p.find("textbox", "Password").fill(longPassword)
	p.find("button", "Make my account").follow()
	p.isAt("/desk")
	return p
}

package journey

import "testing"

// TestJourney is what Dojo is for, told once from beginning to end: a customer
// asks for Production, a solutions engineer unlocks it, the customer's program
// sends its first record, and its key is revoked, once for each reason to.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.films("member")
	looksAround(ade)
	asksForProduction(ade)

	sol := s.signIn(t, "sol@dojo.example")
	sol.films("engineer")
	unlocksProduction(sol)
	first := getsTheKey(ade)
	sendsARecord(ade, first)

	second := revokesNow(ade, first)
	third := revokesAfterAnHour(ade, second)

	fourth := revokesTheLeakedKey(sol, ade, third)
	revokesWithoutANewKey(sol, ade, fourth)
	readsWhatHappened(ade)
	s.keptNoSecret(t, first, second, third, fourth)
}

// looksAround: one environment at a time, switched on the same page.
func looksAround(ade *person) {
	ade.isAt("/t/acme/playground")
	ade.says("Acme Books", "Sample data, read-only")

	ade.nav("Catalog").follow()
	ade.says("Sample data, read-only", "150 products")
	ade.switchTo("Development*").follow()
	ade.isAt("/t/acme/development/catalog")
	ade.says("The Lighthouse Ledger")
	ade.keepsSilentAbout("Sample data")

	ade.switchTo("Production Locked").follow()
	ade.isAt("/t/acme/production/catalog")
	ade.find("heading", "Production is locked").isThere()
	ade.find("button", "Environment Acme Books / Production*").isThere()
}

// asksForProduction asks, thinks again, and asks again.
func asksForProduction(ade *person) {
	ade.asks("Just trying.")
	ade.find("status", "").says("Request sent")
	ade.find("heading", "Waiting for a solutions engineer").isThere()
	ade.says("Ade Balogun", "Just trying.")

	ade.find("button", "Withdraw").follow()
	ade.find("status", "").says("Request withdrawn")
	ade.says("Withdrawn")

	ade.asks("Our shop goes live in December, about 40,000 visitors a month.")
	ade.find("heading", "Waiting for a solutions engineer").isThere()
}

// asks sends an unlock request from a locked environment's page.
func (p *person) asks(useCase string) {
	p.t.Helper()
	p.find("button", "Request unlock").press()
	p.find("textbox", "What will you use it for?").fill(useCase)
	p.find("button", "Send request").follow()
}

// unlocksProduction: the engineer finds the request at the desk.
func unlocksProduction(sol *person) {
	sol.isAt("/desk")
	row := sol.row("Acme Books", "Production")
	row.says("Our shop goes live in December", "Ade Balogun")
	row.find("link", "Acme Books").isThere()
	row.find("link", "Production").follow()

	sol.find("heading", "Acme Books: Production").isThere()
	sol.says("Our shop goes live in December", "olivia@acme.example", "Withdrawn")
	sol.fillAgreement("ACME-2026-031", "11302027")
	sol.find("button", "Unlock").follow()
	sol.find("status", "").says("Production of Acme Books is unlocked", "30 Nov 2027")
	sol.find("link", "Requests").follow()
	sol.find("link", "Decided").follow()
	sol.row("Our shop goes live in December", "by Sol Marin").isThere()
}

// fillAgreement types an agreement as a person does who goes on with Tab.
func (p *person) fillAgreement(reference, ends string) {
	p.t.Helper()
	p.find("textbox", "Agreement reference").fill(reference)
	p.keys("\t")
	p.isOn("Date", "Agreement ends")
	p.keys(ends)
}

// nav is a link of the team's navigation.
func (p *person) nav(name string) part {
	return p.find("navigation", "Team").find("link", name)
}

// switchTo opens the environments' menu and returns a link of it.
func (p *person) switchTo(environment string) part {
	p.t.Helper()
	p.find("button", "Environment*").press()
	return p.find("navigation", "Environments").find("link", environment)
}

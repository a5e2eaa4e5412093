package journey

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"dojo/config"
	"dojo/demo"
	"dojo/store/storetest"
)

// TestAgreement: it is made at the desk before the team has asked, starts, warns and ends by itself,
// and is renewed; the same keys work again. On both databases, and without JavaScript.
func TestAgreement(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		agreementLives(t, openSite(t), (*site).visitor, (*person).viewsSecret)
	})
	if storetest.Takes(storetest.Postgres) {
		t.Run("postgres, without JavaScript", func(t *testing.T) {
			t.Parallel()
			url := storetest.OpenPostgres(t).URL
			s := openSite(t, func(c *config.Config) { c.DatabaseURL = url })
			agreementLives(t, s, (*site).plainVisitor, (*person).viewsWithoutScript)
		})
	}
}

func agreementLives(
	t *testing.T, s *site, visitor func(*site, *testing.T) *person, viewsSecret func(*person) string,
) {
	begins := time.Date(2026, time.November, 26, 0, 0, 0, 0, time.UTC)
	ends := time.Date(2027, time.January, 16, 0, 0, 0, 0, time.UTC)
	ade, sol := visitor(s, t), visitor(s, t)
	sol.comesTo("/desk/teams/acme", "sol@dojo.example")
	sol.makesAgreement("ACME-2026-050", "Production", "11262026", "01152027")
	sol.find("region", "Production").says("Unlocks on 26 Nov 2026, 00:00 UTC, until 15 Jan 2027, 23:59 UTC.")
	ade.comesTo("/t/acme/production", "ade@acme.example")
	ade.says("It unlocks by itself on 26 Nov 2026, 00:00 UTC")

	ade.leaves()
	sol.leaves()
	s.isDownUntil(t, begins)
	ade.comesTo(ade.readsMail("ade@acme.example", "Production of Acme Books is unlocked"), "ade@acme.example")
	ade.says("Unlocked until 15 Jan 2027", "under agreement ACME-2026-050", "of 4,000 requests today")
	ade.nav("API keys").follow()
	key := viewsSecret(ade)
	ade.accepted(key)
	ade.leaves()

	for _, warning := range []struct {
		days int
		in   string
	}{{30, "30 days"}, {7, "7 days"}, {1, "1 day"}} {
		s.comes(t, ends.AddDate(0, 0, -warning.days))
		for _, to := range []string{"ade@acme.example", "sol@dojo.example"} {
			ade.readsMail(to, "The agreement for Production of Acme Books ends in "+warning.in)
		}
	}
	s.clock.set(ends.Add(-time.Second))
	ade.accepted(key)
	s.clock.set(ends)
	ade.isLockedOut(key)
	s.isDownUntil(t, ends.Add(time.Hour))
	ade.isLockedOut(key)

	const over = "Production of Acme Books is locked: its agreement has ended"
	sol.comesTo(sol.readsMail("sol@dojo.example", over), "sol@dojo.example")
	sol.find("button", "Renew").follow()
	sol.find("status", "").says("Agreement renewed", "It lasts until 16 Jan 2028, 23:59 UTC.")
	ade.accepted(key)
	ade.comesTo(ade.readsMail("ade@acme.example", over), "ade@acme.example")
	ade.says("Unlocked until 16 Jan 2028", "under agreement ACME-2026-050")
}

// plainVisitor comes in a browser that runs no script.
func (s *site) plainVisitor(t *testing.T) *person {
	t.Helper()
	p := s.visitor(t)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return p
}

// comesTo opens an address while nobody is signed in, signs in, and is there.
func (p *person) comesTo(address, email string) {
	p.t.Helper()
	p.open(address)
	p.submitSignIn(email, demo.Password)
	p.isAt(address)
}

// leaves the site, so that no page asks for news meanwhile.
func (p *person) leaves() {
	p.t.Helper()
	run(p, chromedp.Navigate("about:blank"))
}

// makesAgreement fills in the form from the page of a team at the desk, with days as they are typed,
// looks at what it does and saves it.
func (p *person) makesAgreement(reference, covers, firstDay, lastDay string) {
	p.t.Helper()
	p.find("link", "New agreement").follow()
	p.find("textbox", "Reference").fill(reference)
	if firstDay != "" {
		p.typesDay("First day", firstDay)
	}
	p.typesDay("Last day", lastDay)
	p.find("checkbox", covers).press()
	p.find("textbox", "Requests a day").fill("4000")
	p.find("button", "Preview").follow()
	p.find("region", "What this does").says(covers + " unlocks")
	p.find("button", "Save").follow()
	p.find("status", "").says("Agreement saved")
}

// typesDay types a day into the field, as month, day and year.
func (p *person) typesDay(name, day string) {
	p.t.Helper()
	asked[bool](p.find("Date", name), "function() { this.focus(); return true }")
	p.keys(day)
}

// isLockedOut checks that the API refuses the key because the environment is locked.
func (p *person) isLockedOut(key string) {
	p.t.Helper()
	if status, answer := p.site.upload(p.t, key); status == http.StatusOK || strings.Contains(answer, "invalid api key") {
		p.t.Errorf("a locked environment's key got %d %s", status, answer)
	}
}

// TestTrial: a team takes it by itself, its day has a limit, and it ends by itself; an agreement takes
// its place.
func TestTrial(t *testing.T) {
	t.Parallel()
	s := openSite(t, func(c *config.Config) { c.Trial = "14d,4" })
	kaito := s.visitor(t)
	kaito.comesTo("/t/kanso/development", "kaito@kanso.example")
	kaito.find("button", "Withdraw").follow()
	kaito.find("region", "Or try it at once").says("until 7 Dec 2026, 23:59 UTC", "4 requests a day")
	kaito.examines("locked-trial-offered")
	kaito.find("button", "Start trial").follow()
	kaito.find("status", "").says("The trial has begun")
	kaito.says("Trial until 7 Dec 2026, 23:59 UTC.", "0 of 4 requests today")
	kaito.nav("API keys").follow()
	key := kaito.viewsSecret()
	kaito.accepted(key, key, key, key)
	kaito.isLimited(key)
	kaito.sees("/t/kanso/development", "4 of 4 requests today. More are refused until 00:00 UTC.")
	kaito.examines("trial-used-up")
	kaito.readsMail("kaito@kanso.example", "Development of Kanso Ceramics has used 100 % of today's requests")
	s.isDownUntil(t, opened.Add(2*time.Hour))
	kaito.isLimited(key)
	s.clock.set(time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC))
	kaito.accepted(key)
	kaito.leaves()

	s.comes(t, time.Date(2026, time.December, 8, 0, 0, 0, 0, time.UTC))
	kaito.isLockedOut(key)
	over := kaito.readsMail("kaito@kanso.example", "The trial of Development of Kanso Ceramics is over")
	kaito.comesTo(over, "kaito@kanso.example")
	kaito.find("heading", "Development is locked").isThere()
	kaito.find("button", "Start trial").isGone()
	sol := s.visitor(t)
	sol.comesTo("/desk/teams/kanso", "sol@dojo.example")
	sol.makesAgreement("KANSO-1", "Development", "", "12312027")
	kaito.accepted(key, key, key, key, key)
	kaito.open("/t/kanso/development")
	kaito.says("Unlocked until 31 Dec 2027", "under agreement KANSO-1")
}

// isLimited checks that the API refuses the key because the day's requests are used up.
func (p *person) isLimited(key string) {
	p.t.Helper()
	if status, answer := p.site.upload(p.t, key); status != http.StatusTooManyRequests {
		p.t.Errorf("a key whose day is used up got %d %s", status, answer)
	}
}

// TestDecisionByMail: a request, the mail to the engineer, the decision on the page that it leads to,
// the mail to whoever asked, and the first call. Between them the decision is undone, which both sides
// are told of; it is not any more once a key was viewed.
func TestDecisionByMail(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	const unlocked = "Production of Acme Books is unlocked"
	const undone = "The decision on Production of Acme Books was taken back"
	dev, sol := s.visitor(t), s.visitor(t)
	dev.comesTo("/t/acme/production", "dev@acme.example")
	dev.asks("Our shop goes live in December.")
	sol.comesTo(sol.readsMail("sol@dojo.example", "Acme Books asks to unlock Production"), "sol@dojo.example")
	sol.find("heading", "Acme Books: Production").isThere()
	sol.fillAgreement("ACME-2026-013", "11302027")
	sol.find("button", "Unlock").follow()
	dev.readsMail("dev@acme.example", unlocked)
	sol.find("button", "Undo").follow()
	sol.find("status", "").says("The decision is undone", "the team is told")
	dev.open(dev.readsMail("dev@acme.example", undone))
	dev.find("heading", "Waiting for a solutions engineer").isThere()
	dev.find("button", "Sign out").follow()

	sol.fillAgreement("ACME-2026-031", "11302027")
	sol.find("button", "Unlock").follow()
	dev.comesTo(dev.readsMail("dev@acme.example", unlocked), "dev@acme.example")
	dev.isAt("/t/acme/production/keys")
	dev.accepted(dev.viewsSecret())
	sol.find("button", "Undo").follow()
	sol.find("alert", "").says("The decision stands")
}

// TestScenesOfAgreements: their pages at the desk, and what the team sees of one.
func TestScenesOfAgreements(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, ade := s.visitor(t), s.visitor(t)
	sol.comesTo("/desk/agreements", "sol@dojo.example")
	sol.examines("desk-agreements")
	sol.find("searchbox", "Search agreements").fill("nobody's")
	sol.find("button", "Search").follow()
	sol.examines("desk-agreements-search-none")
	sol.open("/desk/teams/acme")
	sol.find("link", "New agreement").follow()
	sol.find("textbox", "Reference").fill("ACME-2026-031")
	sol.typesDay("First day", "03042027")
	sol.typesDay("Last day", "03032027")
	sol.find("checkbox", "Production").press()
	sol.find("button", "Preview").followTo(422)
	sol.find("Date", "Last day").isWrong("The last day is before the first.")
	sol.examines("desk-agreement-new-wrong")
	sol.open("/desk/teams/acme")
	sol.makesAgreement("ACME-2026-031", "Production", "", "11302027")
	sol.examines("desk-agreement")
	ade.comesTo("/t/acme/production", "ade@acme.example")
	ade.find("meter", "*").isThere()
	ade.examines("overview-limited")
	sol.find("link", "Change").follow()
	sol.find("textbox", "Requests a day").fill("10")
	sol.find("button", "Preview").follow()
	sol.examines("desk-agreement-preview")
	sol.find("link", "Cancel").follow()
	sol.find("textbox", "Reason").fill("The key is in a public repository.")
	sol.find("button", "Lock now").follow()
	sol.find("status", "").says("Production is locked")
	sol.examines("desk-agreement-locked")
	ade.open("/t/acme/production/settings")
	ade.find("heading", "Production is locked").isThere()
	ade.says("The key is in a public repository.")
	ade.examines("locked-by-engineer")
}

// TestLockedAgain: an agreement ends soon, a renewal is asked for, and nobody decides in time. What is there stays
// readable, data are downloaded and a key is revoked; then the agreement is renewed from the request.
func TestLockedAgain(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma, sol := s.visitor(t), s.visitor(t)
	const keys = "/t/umami/production/keys"
	uma.comesTo(keys, "uma@umami.example")
	uma.says("24 days left", "Agreement UMAMI-2026-07 ends on 16 Dec 2026, 23:59 UTC")
	uma.examines("keys-ends-soon")
	uma.opensSwitcher()
	uma.find("navigation", "Environments").says("24 days left")
	uma.open(keys)
	uma.find("button", "Request renewal").follow()
	uma.says("You ask to renew agreement UMAMI-2026-07")
	uma.examines("unlock-renewal")
	uma.find("textbox", "What will you use it for?").fill("As before.")
	uma.find("button", "Send request").follow()
	uma.find("status", "").says("Request sent")
	uma.leaves()

	s.comes(t, time.Date(2026, time.December, 17, 0, 0, 0, 0, time.UTC))
	uma.comesTo(keys, "uma@umami.example")
	uma.find("region", "Production is locked").says("ended on 16 Dec 2026, 23:59 UTC", "Its keys are refused",
		"Waiting for a solutions engineer")
	uma.examines("keys-locked-again")
	uma.find("region", "Secret key").find("button", "View").isGone()
	dialog := uma.opensRevocation()
	dialog.says("No new key is issued while it is locked")
	uma.examines("revoke-locked")
	dialog.find("textbox", "Type production to confirm").fill("production")
	dialog.find("button", "Revoke now").follow()
	uma.find("status", "").says("Refused everywhere")
	uma.nav("Catalog").follow()
	uma.find("heading", "Production is locked").isThere()
	if file := uma.downloads("csv"); !strings.Contains(file, "product_id") {
		t.Errorf("the download holds %.200s", file)
	}
	uma.nav("Overview").follow()
	uma.examines("overview-locked-again")
	other := uma.newTab()
	other.open("/t/umami/production")
	other.find("link", "Open the request").follow()
	other.find("button", "Withdraw").follow()
	// The figures of the page are asked for first, and the banner after them at the same address.
	evaluate[bool](uma, `document.querySelector("#now-locked").dispatchEvent(new CustomEvent("every"))`)
	uma.find("region", "Production is locked").find("heading", "Waiting for a solutions engineer").isGone()
	other.find("status", "").find("button", "Undo").follow()

	sol.comesTo("/desk/requests", "sol@dojo.example")
	sol.row("Umami Foods", "Production").find("link", "Production").follow()
	sol.says("was unlocked under agreement UMAMI-2026-07, which ended on 16 Dec 2026, 23:59 UTC")
	sol.examines("desk-request-renewal")
	sol.find("button", "Renew").follow()
	sol.find("status", "").says("Agreement renewed")
	sol.find("button", "Use this agreement UMAMI-2026-07").follow()
	sol.find("status", "").says("Production of Umami Foods is unlocked")
	uma.says("Unlocked until 17 Dec 2027") // by itself
	uma.find("heading", "Production is locked").isGone()
	uma.nav("API keys").follow()
	uma.find("region", "Secret key").find("button", "Get a new key").follow()
	uma.find("status", "").says("New secret key issued")
}

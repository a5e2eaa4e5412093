package journey

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"dojo/demo"
	"dojo/models"
)

// scene is a page as its address alone shows it.
type scene struct{ name, path string }

// examinesAll looks at pages one after the other.
func (p *person) examinesAll(scenes ...scene) {
	p.t.Helper()
	for _, s := range scenes {
		p.open(s.path)
		p.examines(s.name)
	}
}

// environmentScenes are the pages of an unlocked environment.
func environmentScenes(team, environment string) []scene {
	at, named := "/t/"+team+"/"+environment, team+"-"+environment+"-"
	return []scene{
		{named + "overview", at}, {named + "keys", at + "/keys"}, {named + "catalog", at + "/catalog"},
		{named + "users", at + "/users"}, {named + "interactions", at + "/interactions"},
		{named + "activity", at + "/activity"},
		{named + "usage", at + "/usage"}, {named + "settings", at + "/settings"},
	}
}

// TestScenesAtTheDoor: what is seen before signing in.
func TestScenesAtTheDoor(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	p := s.visitor(t)
	p.open("/login")
	p.examines("login")
	p.triesToSignIn(422)
	p.examines("login-wrong")
	for range 10 {
		p.triesToSignIn(422)
	}
	p.triesToSignIn(429)
	p.examines("login-too-many")
	p.openTo(404, "/setup?token=never-given")
	p.examines("setup-gone")
	token, err := s.server.Store.CreateSetupLink(t.Context(), models.SystemActor("First start"), "")
	must(t, err)
	p.open("/setup?token=" + token)
	p.examines("setup")
	p.find("textbox", "Email").fill("mia@dojo.example")
	p.find("textbox", "Name").fill("Mia Okafor")
	p.find("textbox", "Password").fill("short")
	p.find("button", "Make my account").followTo(422)
	p.examines("setup-wrong")
}

func (p *person) triesToSignIn(status int) {
	p.t.Helper()
	p.find("textbox", "Email").fill("ade@acme.example")
	p.find("textbox", "Password").fill("not-the-password")
	p.find("button", "Sign in").followTo(status)
}

// TestScenesOfATeam: the pages of two environments and what opens on them.
func TestScenesOfATeam(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	dev.isAt("/")
	dev.examines("teams")
	dev.examinesAll(environmentScenes("acme", "playground")...)
	dev.examinesAll(environmentScenes("acme", "development")...)
	dev.examinesAll(
		scene{"team-activity", "/t/acme/activity"},
		scene{"catalog-no-match", "/t/acme/playground/catalog?q=nothing"},
		scene{"interactions-no-match", "/t/acme/development/interactions?user=nobody"},
	)
	dev.open("/t/acme/development/catalog?q=book-1001")
	dev.find("link", "book-1001").press()
	dev.find("region", "The Lighthouse Ledger").says(`"product_id": "book-1001"`)
	dev.examines("catalog-record")

	narrow := []look{{"light", 390}, {"dark", 390}}
	dev.open("/t/acme/development/keys")
	dev.wears(narrow[0])
	dev.find("button", "Menu").press()
	dev.nav("API keys").isThere()
	dev.examines("menu", narrow...)
	dev.openTo(404, "/t/kanso/playground")
	dev.examines("not-found")
}

// TestScenesOfKeys: a key viewed, the dialogs, and what comes of them.
func TestScenesOfKeys(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.examinesAll(
		scene{"umami-production-overview", "/t/umami/production"},
		scene{"umami-production-keys", "/t/umami/production/keys"},
		scene{"umami-production-activity", "/t/umami/production/activity"},
	)
	uma.open("/t/umami/production/keys")
	uma.viewsSecret()
	uma.examines("key-viewed")
	dialog := uma.opensRevocation()
	dialog.find("radio", "After a grace period").press()
	uma.examines("revoke-dialog")
	dialog.find("textbox", "Type production to confirm").fill("produktion")
	dialog.find("button", "Revoke and get a new key").followTo(422)
	uma.examines("revoke-dialog-wrong")
	dialog.find("textbox", "Type production to confirm").fill("production")
	dialog.find("button", "Revoke and get a new key").follow()
	uma.examines("key-replaced")
	uma.find("button", "Revoke now secret key*").follow()
	uma.examines("revoke-dialog-retiring")
	uma.find("textbox", "Type production to confirm").fill("production")
	uma.find("dialog", "Revoke previous secret key").find("button", "Revoke now").follow()
	uma.examines("key-revoked")
}

// TestScenesOfARequest: a locked environment from the first request to the end of
// the agreement, for who may ask and for who may not.
func TestScenesOfARequest(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, sol, vic := s.signIn(t, "ade@acme.example"), s.signIn(t, "sol@dojo.example"), s.signIn(t, "vic@acme.example")
	ade.open("/t/acme/production")
	ade.examines("locked")
	ade.opensSwitcher()
	ade.examines("locked-menu")
	ade.keys(kb.Escape)
	ade.find("button", "Request unlock").press()
	ade.find("textbox", "What will you use it for?").fill(" ")
	ade.find("button", "Send request").followTo(422)
	ade.examines("locked-asking-wrong")
	ade.find("textbox", "What will you use it for?").fill("Our shop goes live in December, about 40,000 visitors a " +
		"month.")
	ade.find("button", "Send request").follow()
	ade.examines("locked-pending")
	vic.open("/t/acme/production")
	vic.examines("locked-pending-viewer")

	sol.declines("Acme Books", "The data processing agreement is not signed yet.")
	ade.open("/t/acme/production")
	ade.examines("locked-declined")
	ade.asks("It is signed now.")
	sol.approves("Acme Books", "12012026")
	ade.open("/t/acme/production")
	ade.examinesAll(environmentScenes("acme", "production")...)

	// Pages that refresh themselves would be told that their session has run out.
	for _, p := range []*person{ade, vic} {
		p.open("/t/acme/playground/activity")
	}
	sol.open("/desk/teams")
	s.clock.pass(14 * 24 * time.Hour)
	ade.openTo(200, "/t/acme/production")
	ade.isAt("/login?next=%2Ft%2Facme%2Fproduction")
	ade.submitSignIn("ade@acme.example", demo.Password)
	ade.find("heading", "Production is locked").isThere()
	ade.examines("locked-lapsed")
}

// declines decides on a team's only pending request.
func (p *person) declines(team, reason string) {
	p.t.Helper()
	p.open("/desk/requests")
	p.row(team).find("link", "Production").follow()
	p.find("textbox", "Reason").fill(reason)
	p.find("button", "Decline").follow()
}

// approves decides on a team's only pending request.
func (p *person) approves(team, ends string) {
	p.t.Helper()
	p.open("/desk/requests")
	p.row(team).find("link", "Production").follow()
	p.fillAgreement("ACME-2026-031", ends)
	p.find("button", "Unlock").follow()
}

// TestScenesOfAViewer: what somebody sees who may only look.
func TestScenesOfAViewer(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	vic := s.signIn(t, "vic@acme.example")
	vic.examinesAll(scene{"keys-viewer", "/t/acme/development/keys"}, scene{"locked-viewer", "/t/acme/production"})
	vic.posts(403, "/t/acme/production/unlock-requests", "use_case", "Let me in.")
	vic.examines("forbidden")
}

// TestScenesAtTheDesk: the solutions engineers' pages.
func TestScenesAtTheDesk(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, uma := s.signIn(t, "sol@dojo.example"), s.signIn(t, "uma@umami.example")
	sol.examinesAll(
		scene{"desk-home", "/desk"}, scene{"desk-requests", "/desk/requests"}, scene{"desk-requests-decided", "/desk/requests?state=decided"},
		scene{"desk-teams", "/desk/teams"}, scene{"desk-teams-no-match", "/desk/teams?q=nobody"},
		scene{"desk-team", "/desk/teams/umami"}, scene{"desk-team-pending", "/desk/teams/kanso"},
		scene{"desk-compromise", "/desk/compromise"},
	)
	sol.open("/desk/requests")
	sol.row("Kanso Ceramics").find("link", "Development").follow()
	sol.examines("desk-request")
	late := sol.newTab()
	late.open(sol.address())
	sol.fillAgreement("KANSO-1", "01012026")
	sol.find("button", "Unlock").followTo(422)
	sol.examines("desk-request-wrong")
	sol.find("textbox", "Reason").fill("We talked on the phone: next month.")
	sol.find("button", "Decline").follow()
	sol.examines("desk-request-decided")
	sol.open("/desk/requests")
	sol.examines("desk-requests-none")
	late.find("textbox", "Reason").fill("Not this year.")
	late.find("button", "Decline").followTo(409)
	late.examines("desk-request-conflict")

	uma.open("/t/umami/production/keys")
	key := uma.viewsSecret()
	sol.compromiseScenes(key)
	uma.open("/t/umami/production/keys")
	uma.examines("keys-none")
}

func (p *person) compromiseScenes(key string) {
	p.t.Helper()
	p.open("/desk/compromise")
	p.find("textbox", "Compromised key").fill("not a key")
	p.find("button", "Find").followTo(422)
	p.examines("desk-compromise-wrong")
	p.find("textbox", "Compromised key").fill("0123456789abcdef0123456789abcdef01234567")
	p.find("button", "Find").follow()
	p.examines("desk-compromise-unknown")
	p.looksUp(key)
	p.examines("desk-compromise-found")
	p.find("textbox", "What happened?").fill(" ")
	p.find("button", "Revoke").followTo(422)
	p.examines("desk-compromise-revoke-wrong")
	p.find("radio", "Revoke without a new key").press()
	p.find("textbox", "What happened?").fill("Seen in a public repository.")
	p.find("button", "Revoke").follow()
	p.examines("desk-compromise-revoked")
}

package journey

import "testing"

// TestRequestIsTalkedAboutAndUndone: the engineer asks back, decides, and takes the decision back.
func TestRequestIsTalkedAboutAndUndone(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, sol := s.signIn(t, "ade@acme.example"), s.signIn(t, "sol@dojo.example")
	ade.open("/t/acme/production")
	ade.asks("Our shop, https://shop.example.")
	sol.open("/desk")
	sol.row("Acme Books", "Production").find("link", "Production").follow()
	sol.find("textbox", "Reply").fill("For how many visitors?")
	sol.find("button", "Send reply").follow()
	ade.open("/t/acme/production")
	ade.says("For how many visitors?")
	ade.find("link", "Open the conversation").follow()
	ade.find("textbox", "Reply").fill("About 40,000 a day.")
	ade.find("button", "Send reply").follow()
	ade.examines("request-conversation")

	sol.open(sol.address())
	sol.says("About 40,000 a day.")
	sol.fillAgreement("ACME-2026-031", "11302027")
	sol.find("button", "Unlock").follow()
	sol.examines("desk-request-undo")
	sol.find("button", "Undo").follow()
	sol.find("status", "").says("The decision is undone")
	ade.open("/t/acme/production")
	ade.find("heading", "Production is locked").isThere()
	ade.says("Waiting for a solutions engineer")
}

// TestViewAsTheTeam: the engineer looks, changes nothing, and the team reads what was looked at.
func TestViewAsTheTeam(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, vic := s.signIn(t, "sol@dojo.example"), s.signIn(t, "vic@acme.example")
	sol.open("/desk/teams/acme")
	sol.examines("desk-team-view")
	sol.find("region", "View as the team").find("textbox", "Reason").fill("They asked about a 403.")
	sol.find("button", "View as team").follow()
	sol.isAt("/t/acme/playground")
	sol.says("You are viewing", "Acme Books", "as the team sees it")
	sol.open("/t/acme/development/keys")
	sol.examines("viewing-keys")
	sol.posts(403, "/t/acme/development/keys", "kind", "secret")
	sol.open("/t/acme/members")
	sol.find("button", "Leave").follow()
	sol.isAt("/desk/teams/acme")
	vic.open("/t/acme/activity")
	vic.says("began to view the team's pages, read-only", "They asked about a 403.", "viewed the page /development/keys",
		"stopped viewing the team's pages")
}

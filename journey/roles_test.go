package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestViewer: somebody who may look sees no secret and no button that changes
// something, and is told whom to ask.
func TestViewer(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	vic := s.signIn(t, "vic@acme.example")
	vic.open("/t/acme/development/keys")
	vic.says("You may look, not change.", "Ade Balogun")
	vic.find("region", "Publishable key").find("button", "Copy").isThere()
	secret := vic.find("region", "Secret key")
	secret.says("Hidden")
	for _, button := range []string{"View", "Copy", "Revoke"} {
		secret.find("button", button).isGone()
	}
	vic.find("region", "Publishable key").find("button", "Revoke").isGone()

	vic.open("/t/acme/production")
	vic.says("Ask a colleague.", "Olivia Grant")
	vic.find("button", "Request unlock").isGone()
	vic.posts(403, "/t/acme/production/unlock-requests", "use_case", "Let me in.")
	vic.find("heading", "You may not do this").isThere()
	vic.open("/t/acme/production/catalog")
	vic.keepsSilentAbout("Waiting")
}

// TestOtherTeam: a team that one is not in looks the same as none at all, and so
// does the desk to a customer and a team to an engineer.
func TestOtherTeam(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade, sol := s.signIn(t, "ade@acme.example"), s.signIn(t, "sol@dojo.example")
	ade.openTo(404, "/t/no-such-team/production/keys")
	nothing := ade.text()
	for _, path := range []string{"/t/umami/production/keys", "/t/umami/activity", "/t/acme/staging", "/desk",
		"/desk/teams/acme"} {
		ade.openTo(404, path)
		if shown := ade.text(); shown != nothing {
			t.Errorf("%s shows something else than a team that does not exist:\n%s", path, shown)
		}
	}
	sol.openTo(404, "/t/acme/development/keys")
	ade.openTo(404, "/nowhere")
	ade.open("/t/acme/playground")
	ade.openTo(404, "/t/umami/production")
	ade.find("link", "Back to Dojo").follow()
	ade.isAt("/t/acme/playground")
}

// TestTwoTeams: who is in two teams chooses one, and goes over to the other from
// the environments' menu, to where they were in it last.
func TestTwoTeams(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	dev.isAt("/")
	dev.says("Acme Books", "Umami Foods", "Developer")
	dev.open("/t/acme/development")
	dev.switchTo("Umami Foods").follow()
	dev.isAt("/t/umami/playground")
	dev.switchTo("Development*").follow()
	dev.switchTo("Acme Books").follow()
	dev.isAt("/t/acme/development")
	dev.switchTo("Umami Foods").follow()
	dev.isAt("/t/umami/development")
	dev.says("Umami Foods", "UMAMI-2026-02")
}

// posts sends a form that the page does not offer.
func (p *person) posts(status int, path, field, value string) {
	p.t.Helper()
	p.follows(status, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
		const form = document.createElement("form");
		form.method = "post";
		form.action = %q;
		const input = document.createElement("input");
		input.name = %q;
		input.value = %q;
		form.append(input);
		document.body.append(form);
		form.submit();
	}`, path, field, value)))
}

package journey

import (
	"net/http"
	"strings"
	"testing"

	"dojo/config"
	"dojo/models"
	"dojo/store"
)

// TestFirstHour: from an empty database to the first interaction. Two people press at most nine
// things that lead on; what they type and where they paste a key or a link is not counted.
func TestFirstHour(t *testing.T) {
	t.Parallel()
	empty := "sqlite:" + t.TempDir() + "/dojo.db"
	_, _, err := store.Migrate(t.Context(), empty)
	must(t, err)
	s := openSite(t, func(c *config.Config) { c.DatabaseURL = empty })
	token, err := s.server.Store.CreateSetupLink(t.Context(), models.SystemActor("Dojo"), "eva@first.example")
	must(t, err)
	presses := 0
	press := func(p part) part {
		presses++
		return p
	}

	eva := s.visitor(t)
	eva.sees("/login", "Nobody has an account yet.")
	eva.open("/setup?token=" + token)
	eva.find("textbox", "Name").fill("Eva First")
	eva.find("textbox", "Password").fill(longPassword)
	press(eva.find("button", "Make my account")).follow()
	eva.find("heading", "Create your first team").isThere()
	eva.find("textbox", "Team name").fill("Café Zürich")
	eva.find("textbox", "Owner’s email").fill("ivy@cafe.example")
	press(eva.find("button", "Create team and invite owner")).follow()
	eva.isAt("/desk/teams/cafe-zurich")
	link := evaluate[string](eva, `document.getElementById("flash-link").textContent`)

	ivy := s.visitor(t)
	ivy.films("newcomer")
	ivy.open(strings.TrimPrefix(link, s.origin))
	ivy.find("textbox", "Name").fill("Ivy Owner")
	ivy.find("textbox", "Password").fill(longPassword)
	press(ivy.find("button", "Accept invitation")).follow()
	ivy.isAt("/t/cafe-zurich/playground")
	press(ivy.find("link", "Unlock Development")).follow()
	press(ivy.find("button", "Request unlock")).press()
	ivy.find("textbox", "What will you use it for?").fill("We sell coffee.")
	press(ivy.find("button", "Send request")).follow()
	ivy.isAt("/t/cafe-zurich/development")

	eva.open("/desk")
	press(eva.row("Café Zürich").find("link", "Development")).follow()
	eva.fillAgreement("CAFE-1", "11302027")
	press(eva.find("button", "Unlock")).follow()

	ivy.says("Unlocked until 30 Nov 2027") // by itself
	ivy.find("heading", "Overview").isThere()
	press(ivy.find("button", "Copy command")).press()
	ivy.find("button", "Copied").isThere()
	command := evaluate[string](ivy, `document.getElementById("code-curl-text").textContent`)
	_, key, _ := strings.Cut(command, "X-API-KEY: ")
	if status, answer := s.upload(t, key[:models.KeyLength]); status != http.StatusOK {
		t.Fatalf("the first interaction is answered %d: %s", status, answer)
	}
	ivy.find("region", "What to do next").find("link", "Send the first interaction*").isGone()
	if presses > 9 {
		t.Errorf("it took %d presses, more than 9", presses)
	}
}

package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dojo/models"
)

const settingsPath = "/t/acme/settings"

// TestARenamedTeamKeepsItsLinks: old addresses lead to the new ones, forms among
// them, until another name is theirs again.
func TestARenamedTeamKeepsItsLinks(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		ade := s.as(s.Ade)
		p := ade.get(settingsPath)
		p.press(p.root, "Save", "name", "Acme & Daughters", "slug", "daughters").goesTo("/t/daughters/settings").
			says("status", "Saved").expect(http.StatusOK, "Acme & Daughters")
		for old, now := range map[string]string{
			"/t/acme":                          "/t/daughters",
			keysPath + "?revoke=secret":        "/t/daughters/development/keys?revoke=secret",
			"/t/acme/activity?who=a%26b&q=%2F": "/t/daughters/activity?who=a%26b&q=%2F",
		} {
			if p := ade.get(old).expect(http.StatusTemporaryRedirect); p.header.Get("Location") != now {
				t.Errorf("%s leads to %s", old, p.header.Get("Location"))
			}
		}
		view := keysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
		to := ade.post(view, nil).expect(http.StatusTemporaryRedirect).header.Get("Location") // 307 keeps the method and the form
		ade.post(to, nil).expect(http.StatusOK)
		uma := s.as(s.Uma)
		uma.get(keysPath).expect(http.StatusNotFound)
		s.unchanged(t, "a name of another", func() {
			for _, taken := range []string{"umami", "explore", "new", "Not A Name", ""} {
				p := ade.post("/t/daughters/settings", url.Values{"name": {"Acme"}, "slug": {taken}}).expect(http.StatusUnprocessableEntity)
				p.refuses(p.root, "Address name", taken, "")
			}
			uma.post("/t/umami/settings", url.Values{"name": {"Umami"}, "slug": {"acme"}}).expect(http.StatusUnprocessableEntity)
		})
		ade.post("/t/daughters/settings", url.Values{"name": {"Acme Books"}, "slug": {"acme"}}).goesTo(settingsPath).expect(http.StatusOK)
		ade.get("/t/daughters/members").expect(http.StatusTemporaryRedirect)
	})
}

func TestARequiredSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		olivia, dev := s.as(s.Olivia), s.as(s.Dev)
		olivia.addApp()
		p := olivia.get(settingsPath)
		p.press(p.root, "Require a second factor").goesTo(settingsPath).says("status", "Saved").expect(http.StatusOK, "Required")

		s.unchanged(t, "a member without one", func() {
			for _, address := range []string{"/t/acme/development", keysPath, membersPath, settingsPath, "/t/acme"} {
				dev.get(address).expect(http.StatusForbidden, "Acme Books requires a second factor")
				dev.get(address, refresh).expect(http.StatusForbidden)
			}
			dev.post(keysPath+"/"+s.Key(models.Development, models.Secret).ID+"/view", nil).expect(http.StatusForbidden, "requires a second factor")
			dev.post(membersPath+"/leave", nil).expect(http.StatusForbidden, "requires a second factor")
		})
		dev.get("/account").expect(http.StatusOK)
		p = dev.get(keysPath)
		p = p.press(p.root, "Set up an authenticator app").expect(http.StatusOK)
		p.press(p.root, "Turn on", "code", s.code(p.appSecret())).expect(http.StatusOK, "You have a second factor now.", "Go on to Acme Books")
		dev.get(keysPath).expect(http.StatusOK, "Secret key")

		olivia.get(membersPath).expect(http.StatusOK, "Missing")
		s.as(s.Vic).get(keysPath).expect(http.StatusForbidden, "requires a second factor")
		p = olivia.get(settingsPath)
		p.press(p.root, "Stop requiring a second factor").goesTo(settingsPath).says("status", "Saved")
		s.as(s.Vic).get(keysPath).expect(http.StatusOK)
	})
}

func TestWhoViewsProductionsSecret(t *testing.T) {
	s := onSQLite(t)
	s.Unlock(models.Production)
	ade, dev := s.as(s.Ade), s.as(s.Dev)
	keys := productionPath + "/keys"
	view := keys + "/" + s.Key(models.Production, models.Secret).ID + "/view"
	dev.view(keys)
	p := ade.get(settingsPath)
	p.press(p.region("Production’s secret key"), "Save", "role", "admin").goesTo(settingsPath).says("status", "Saved")
	s.unchanged(t, "viewing it as a developer", func() {
		p := dev.get(keys).expect(http.StatusOK)
		if hasButton(p.region("Secret key"), "View") || !hasButton(p.region("Secret key"), "Revoke") {
			t.Error("a developer is offered to view it, or not to revoke it")
		}
		dev.post(view, nil).expect(http.StatusForbidden)
	})
	dev.view(keysPath) // Development's is as it was
	ade.view(keys)
	for _, bad := range []string{"", "viewer", "owner", "engineer"} {
		s.unchanged(t, "the role "+bad, func() {
			ade.post(settingsPath+"/production-secret", url.Values{"role": {bad}}).goesTo(settingsPath).says("alert", "Nothing was changed")
		})
	}
}

func TestDeletingAndRestoringATeam(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		olivia, dev, sol := s.as(s.Olivia), s.as(s.Dev), s.as(s.Sol)
		key := dev.view(keysPath)
		link := s.invite("ivy@new.example", "viewer")
		p := olivia.get(settingsPath + "?delete=1").expect(http.StatusOK)
		s.unchanged(t, "another name", func() {
			for _, typed := range []string{"", "acme", "acme books", "Umami Foods"} {
				refused := p.press(p.dialog(), "Delete team", "confirm", typed).expect(http.StatusUnprocessableEntity)
				refused.refuses(refused.dialog(), "Type Acme Books to confirm", typed, "Type the team's name")
			}
		})
		p.press(p.dialog(), "Delete team", "confirm", "Acme Books").goesTo("/?all").says("status", "Acme Books is deleted", "Its keys are refused everywhere.")
		if s.accepted(key) {
			t.Error("a key of the deleted team is accepted")
		}
		for _, b := range []*browser{olivia, dev} {
			b.get(keysPath).expect(http.StatusNotFound)
			b.get(keysPath, refresh).expect(http.StatusNotFound)
		}
		s.visitor().get(link).expect(http.StatusNotFound)
		sol.get("/desk/teams").expect(http.StatusOK, "Acme Books")
		s.Database.Clock.Add(models.TeamKept - time.Microsecond)

		sol = s.as(s.Sol)
		p = sol.get("/desk/teams/acme").expect(http.StatusOK, "Olivia Owner")
		p.press(p.root, "Restore").goesTo("/desk/teams/acme").says("status", "Acme Books is restored", "Its keys stay revoked")
		p = s.as(s.Dev).get(keysPath).expect(http.StatusOK, "No secret key.")
		if s.accepted(key) {
			t.Error("a key of the restored team lives again")
		}
		sol.post("/desk/teams/acme/restore", nil).goesTo("/desk/teams/acme").says("alert", "Nothing was changed", "is not deleted")
		s.visitor().get(link).expect(http.StatusGone)

		s.as(s.Olivia).post(settingsPath+"/delete", url.Values{"confirm": {"Acme Books"}}).expect(http.StatusSeeOther)
		s.Database.Clock.Add(models.TeamKept)
		s.as(s.Sol).post("/desk/teams/acme/restore", nil).goesTo("/desk/teams/acme").says("alert", "Nothing was changed", "more than 30 days ago")
	})
}

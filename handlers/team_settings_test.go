package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

const settingsPath = "/t/acme/settings"

// TestARenamedTeamKeepsItsLinks: old addresses lead to the new ones, forms among
// them, until another name is theirs again.
func TestARenamedTeamKeepsItsLinks(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade := s.As(s.Ade)
		p := ade.Get(settingsPath)
		p.Press(p.Root, "Save", "name", "Acme & Daughters", "slug", "daughters").GoesTo("/t/daughters/settings").
			Says("status", "Saved").Expect(http.StatusOK, "Acme & Daughters")
		for old, now := range map[string]string{
			"/t/acme":                           "/t/daughters",
			webtest.KeysPath + "?revoke=secret": "/t/daughters/development/keys?revoke=secret",
			"/t/acme/activity?who=a%26b&q=%2F":  "/t/daughters/activity?who=a%26b&q=%2F",
		} {
			if p := ade.Get(old).Expect(http.StatusTemporaryRedirect); p.Header.Get("Location") != now {
				t.Errorf("%s leads to %s", old, p.Header.Get("Location"))
			}
		}
		view := webtest.KeysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
		// 307 keeps the method and the form
		to := ade.Post(view, nil).Expect(http.StatusTemporaryRedirect).Header.Get("Location")
		ade.Post(to, nil).Expect(http.StatusOK)
		uma := s.As(s.Uma)
		uma.Get(webtest.KeysPath).Expect(http.StatusNotFound)
		s.Unchanged(t, "a name of another", func() {
			for _, taken := range []string{"umami", "explore", "new", "Not A Name", ""} {
				p := ade.Post("/t/daughters/settings", url.Values{"name": {"Acme"}, "slug": {taken}}).
					Expect(http.StatusUnprocessableEntity)
				p.Refuses(p.Root, "Address name", taken, "")
			}
			uma.Post("/t/umami/settings", url.Values{"name": {"Umami"}, "slug": {"acme"}}).
				Expect(http.StatusUnprocessableEntity)
		})
		ade.Post("/t/daughters/settings", url.Values{"name": {"Acme Books"}, "slug": {"acme"}}).GoesTo(settingsPath).
			Expect(http.StatusOK)
		ade.Get("/t/daughters/members").Expect(http.StatusTemporaryRedirect)
	})
}

func TestARequiredSecondFactor(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		olivia, dev := s.As(s.Olivia), s.As(s.Dev)
		olivia.AddApp()
		p := olivia.Get(settingsPath)
		p.Press(p.Root, "Require a second factor").GoesTo(settingsPath).Says("status", "Saved").
			Expect(http.StatusOK, "Required")

		s.Unchanged(t, "a member without one", func() {
			for _, address := range []string{"/t/acme/development", webtest.KeysPath, webtest.MembersPath, settingsPath,
				"/t/acme"} {
				dev.Get(address).Expect(http.StatusForbidden, "Acme Books requires a second factor")
				dev.Get(address, refresh).Expect(http.StatusForbidden)
			}
			dev.Post(webtest.KeysPath+"/"+s.Key(models.Development, models.Secret).ID+"/view", nil).
				Expect(http.StatusForbidden, "requires a second factor")
			dev.Post(webtest.MembersPath+"/leave", nil).Expect(http.StatusForbidden, "requires a second factor")
		})
		dev.Get("/account").Expect(http.StatusOK)
		p = dev.Get(webtest.KeysPath)
		p = p.Press(p.Root, "Set up an authenticator app").Expect(http.StatusOK)
		p.Press(p.Root, "Turn on", "code", s.Code(p.AppSecret())).
			Expect(http.StatusOK, "You have a second factor now.", "Go on to Acme Books")
		dev.Get(webtest.KeysPath).Expect(http.StatusOK, "Secret key")

		olivia.Get(webtest.MembersPath).Expect(http.StatusOK, "Missing")
		s.As(s.Vic).Get(webtest.KeysPath).Expect(http.StatusForbidden, "requires a second factor")
		p = olivia.Get(settingsPath)
		p.Press(p.Root, "Stop requiring a second factor").GoesTo(settingsPath).Says("status", "Saved")
		s.As(s.Vic).Get(webtest.KeysPath).Expect(http.StatusOK)
	})
}

func TestWhoViewsProductionsSecret(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Unlock(models.Production)
	ade, dev := s.As(s.Ade), s.As(s.Dev)
	keys := webtest.ProductionPath + "/keys"
	view := keys + "/" + s.Key(models.Production, models.Secret).ID + "/view"
	dev.View(keys)
	p := ade.Get(settingsPath)
	p.Press(p.Region("Production’s secret key"), "Save", "role", "admin").GoesTo(settingsPath).Says("status", "Saved")
	s.Unchanged(t, "viewing it as a developer", func() {
		p := dev.Get(keys).Expect(http.StatusOK)
		if webtest.HasButton(p.Region("Secret key"), "View") || !webtest.HasButton(p.Region("Secret key"), "Revoke") {
			t.Error("a developer is offered to view it, or not to revoke it")
		}
		dev.Post(view, nil).Expect(http.StatusForbidden)
	})
	dev.View(webtest.KeysPath) // Development's is as it was
	ade.View(keys)
	for _, bad := range []string{"", "viewer", "owner", "engineer"} {
		s.Unchanged(t, "the role "+bad, func() {
			ade.Post(settingsPath+"/production-secret", url.Values{"role": {bad}}).GoesTo(settingsPath).
				Says("alert", "Nothing was changed")
		})
	}
}

func TestDeletingAndRestoringATeam(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		olivia, dev, sol := s.As(s.Olivia), s.As(s.Dev), s.As(s.Sol)
		key := dev.View(webtest.KeysPath)
		link := s.Invite("ivy@new.example", "viewer")
		p := olivia.Get(settingsPath + "?delete=1").Expect(http.StatusOK)
		s.Unchanged(t, "another name", func() {
			for _, typed := range []string{"", "acme", "acme books", "Umami Foods"} {
				refused := p.Press(p.Dialog(), "Delete team", "confirm", typed).Expect(http.StatusUnprocessableEntity)
				refused.Refuses(refused.Dialog(), "Type Acme Books to confirm", typed, "Type the team's name")
			}
		})
		p.Press(p.Dialog(), "Delete team", "confirm", "Acme Books").GoesTo("/?all").
			Says("status", "Acme Books is deleted", "Its keys are refused everywhere.")
		if s.Accepted(key) {
			t.Error("a key of the deleted team is accepted")
		}
		for _, b := range []*webtest.Browser{olivia, dev} {
			b.Get(webtest.KeysPath).Expect(http.StatusNotFound)
			b.Get(webtest.KeysPath, refresh).Expect(http.StatusNotFound)
		}
		s.Visitor().Get(link).Expect(http.StatusNotFound)
		sol.Get("/desk/teams").Expect(http.StatusOK, "Acme Books")
		s.Database.Clock.Add(models.TeamKept - time.Microsecond)

		sol = s.As(s.Sol)
		p = sol.Get("/desk/teams/acme").Expect(http.StatusOK, "Olivia Owner")
		p.Press(p.Root, "Restore").GoesTo("/desk/teams/acme").
			Says("status", "Acme Books is restored", "Its keys stay revoked")
		p = s.As(s.Dev).Get(webtest.KeysPath).Expect(http.StatusOK, "No secret key.")
		if s.Accepted(key) {
			t.Error("a key of the restored team lives again")
		}
		sol.Post("/desk/teams/acme/restore", nil).GoesTo("/desk/teams/acme").
			Says("alert", "Nothing was changed", "is not deleted")
		s.Visitor().Get(link).Expect(http.StatusGone)

		s.As(s.Olivia).Post(settingsPath+"/delete", url.Values{"confirm": {"Acme Books"}}).Expect(http.StatusSeeOther)
		s.Database.Clock.Add(models.TeamKept)
		s.As(s.Sol).Post("/desk/teams/acme/restore", nil).GoesTo("/desk/teams/acme").
			Says("alert", "Nothing was changed", "more than 30 days ago")
	})
}

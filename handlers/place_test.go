package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestWhoseAndWhichEnvironmentIsSaid: on each page of an environment, in the button that
// switches it, and in each dialog that changes something.
func TestWhoseAndWhichEnvironmentIsSaid(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	const place = "Acme Books / Development"
	for _, section := range []string{"", "/keys", "/catalog", "/users", "/interactions", "/usage", "/activity",
		"/settings"} {
		p := ade.Get("/t/acme/development"+section).Expect(http.StatusOK, place)
		if !webtest.HasButton(p.Root, "Environment "+place) {
			t.Errorf("the switcher on %s/ does not say %q", section, place)
		}
	}
	ade.Get("/t/acme/production/keys").Expect(http.StatusOK, "Production is locked Acme Books / Production")
	for path, place := range map[string]string{
		webtest.KeysPath + "?revoke=secret":      place,
		webtest.KeysPath + "?revoke=publishable": place,
		"/t/acme/members?remove=" + s.Vic.UserID: "Acme Books",
	} {
		dialog := ade.Get(path).Expect(http.StatusOK).Dialog()
		if dialog == nil || !strings.Contains(webtest.Words(dialog), place) {
			t.Errorf("the dialog of %s does not say %q", path, place)
		}
	}
}

// TestATeamsPageLeadsBackToWhereOneCameFrom, also after its forms, whatever another tab has looked at meanwhile.
func TestATeamsPageLeadsBackToWhereOneCameFrom(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Unlock(models.Production)
	ade := s.As(s.Ade)
	members := ade.Get(webtest.ProductionPath).Expect(http.StatusOK).Link("Members")
	ade.Get("/t/acme/development").Expect(http.StatusOK) // in another tab
	for what, p := range map[string]*webtest.Page{
		"the page":           ade.Get(members),
		"the page after one": ade.Get("/t/acme/settings", "Referer: "+s.Url+members),
	} {
		if keys := p.Expect(http.StatusOK).Link("API keys"); keys != webtest.ProductionPath+"/keys" {
			t.Errorf("%s leads to %s", what, keys)
		}
	}
	for _, odd := range []string{"?via=nowhere", "?via=", ""} {
		if keys := ade.Get("/t/acme/members" + odd).Expect(http.StatusOK).Link("API keys"); keys != webtest.KeysPath {
			t.Errorf("without a place one came from, %q leads to %s", odd, keys)
		}
	}
}

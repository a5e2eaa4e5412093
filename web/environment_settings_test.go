package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
)

const environmentSettings = "/t/acme/development/settings"

// TestOriginsHoldFromTheNextRequest, on both engines and by the API's own answers.
func TestOriginsHoldFromTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		key := s.keyText(models.Development, models.Publishable)
		from := func(origin string) *page { return s.uploads(key, "Origin: "+origin) }
		from("https://evil.example").expect(http.StatusOK)

		ade := s.as(s.Ade)
		p := ade.get(environmentSettings).expect(http.StatusOK, "Any origin")
		p = p.press(p.region("Allowed origins"), "Save", "origins", "HTTPS://Shop.example/\r\nhttp://localhost:3000").goesTo(environmentSettings).says("status", "Saved")
		if got := value(p.control(p.root, "Origins")); got != "https://shop.example\nhttp://localhost:3000" {
			t.Errorf("the list is %q", got)
		}
		if answer := from("https://evil.example").expect(http.StatusForbidden); !strings.Contains(answer.body, "origin_not_allowed") {
			t.Errorf("another origin is answered with %s", answer.body)
		}
		from("https://shop.example").expect(http.StatusOK)
		from("http://localhost:3000").expect(http.StatusOK)
		s.uploads(key).expect(http.StatusOK) // no browser

		p.press(p.region("Allowed origins"), "Save", "origins", "").goesTo(environmentSettings).expect(http.StatusOK, "Any origin")
		from("https://evil.example").expect(http.StatusOK)
		ade.get("/t/acme/development/activity").expect(http.StatusOK,
			"changed the environment's settings (allowed origins: https://shop.example http://localhost:3000)", "(allowed origins: any)")
	})
}

func TestBrowserSecretsAreRefusedFromTheNextRequest(t *testing.T) {
	s := onSQLite(t)
	key := s.keyText(models.Development, models.Secret)
	inBrowser := func() *page { return s.uploads(key, "Sec-Fetch-Site: same-origin") }
	inBrowser().expect(http.StatusOK)

	ade := s.as(s.Ade)
	p := ade.get(environmentSettings)
	p = p.press(p.region("Secret key in browsers"), "Refuse the secret key from browsers").goesTo(environmentSettings).expect(http.StatusOK, "Refused")
	if answer := inBrowser().expect(http.StatusForbidden); !strings.Contains(answer.body, "secret_key_in_browser") {
		t.Errorf("a browser is answered with %s", answer.body)
	}
	s.uploads(key).expect(http.StatusOK)
	p.press(p.region("Secret key in browsers"), "Accept the secret key from browsers").goesTo(environmentSettings)
	inBrowser().expect(http.StatusOK)
}

func TestWrongOriginsComeBack(t *testing.T) {
	s := onSQLite(t)
	p := s.as(s.Ade).get(environmentSettings)
	p = p.press(p.region("Allowed origins"), "Save", "origins", "https://shop.example/cart").expect(http.StatusUnprocessableEntity)
	p.refuses(p.root, "Origins", "https://shop.example/cart", "Write the origin alone")
}

func TestWhoMayNotChangeTheSettingsReadsThem(t *testing.T) {
	s := onSQLite(t)
	s.ok(s.Team(s.Ade, s.Acme).SetAllowedOrigins(t.Context(), models.Development, "https://shop.example"))
	p := s.as(s.Dev).get(environmentSettings).expect(http.StatusOK, "You may look, not change.", "https://shop.example", "Accepted")
	s.as(s.Dev).post(environmentSettings+"/origins", url.Values{"origins": {"nonsense"}}).expect(http.StatusForbidden)
	for _, button := range []string{"Save", "Refuse the secret key from browsers"} {
		if hasButton(p.root, button) {
			t.Errorf("a developer has the button %q", button)
		}
	}
}

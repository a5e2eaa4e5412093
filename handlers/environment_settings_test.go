package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

const environmentSettings = "/t/acme/development/settings"

// TestOriginsHoldFromTheNextRequest, on both engines and by the API's own answers.
func TestOriginsHoldFromTheNextRequest(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		key := s.KeyText(models.Development, models.Publishable)
		from := func(origin string) *webtest.Page { return s.Uploads(key, "Origin: "+origin) }
		from("https://evil.example").Expect(http.StatusOK)

		ade := s.As(s.Ade)
		p := ade.Get(environmentSettings).Expect(http.StatusOK, "Any origin")
		p = p.Press(p.Region("Allowed origins"), "Save", "origins", "HTTPS://Shop.example/\r\nhttp://localhost:3000").
			GoesTo(environmentSettings).Says("status", "Saved")
		if got := webtest.Value(p.Control(p.Root, "Origins")); got != "https://shop.example\nhttp://localhost:3000" {
			t.Errorf("the list is %q", got)
		}
		if answer := from("https://evil.example").
			Expect(http.StatusForbidden); !strings.Contains(answer.Body, "origin_not_allowed") {
			t.Errorf("another origin is answered with %s", answer.Body)
		}
		from("https://shop.example").Expect(http.StatusOK)
		from("http://localhost:3000").Expect(http.StatusOK)
		s.Uploads(key).Expect(http.StatusOK) // no browser

		p.Press(p.Region("Allowed origins"), "Save", "origins", "").GoesTo(environmentSettings).
			Expect(http.StatusOK, "Any origin")
		from("https://evil.example").Expect(http.StatusOK)
		ade.Get("/t/acme/development/activity").Expect(http.StatusOK,
			"changed the environment's settings (allowed origins: https://shop.example http://localhost:3000)",
			"(allowed origins: any)")
	})
}

func TestBrowserSecretsAreRefusedFromTheNextRequest(t *testing.T) {
	s := webtest.OnSQLite(t)
	key := s.KeyText(models.Development, models.Secret)
	inBrowser := func() *webtest.Page { return s.Uploads(key, "Sec-Fetch-Site: same-origin") }
	inBrowser().Expect(http.StatusOK)

	ade := s.As(s.Ade)
	p := ade.Get(environmentSettings)
	p = p.Press(p.Region("Secret key in browsers"), "Refuse the secret key from browsers").GoesTo(environmentSettings).
		Expect(http.StatusOK, "Refused")
	if answer := inBrowser().Expect(http.StatusForbidden); !strings.Contains(answer.Body, "secret_key_in_browser") {
		t.Errorf("a browser is answered with %s", answer.Body)
	}
	s.Uploads(key).Expect(http.StatusOK)
	p.Press(p.Region("Secret key in browsers"), "Accept the secret key from browsers").GoesTo(environmentSettings)
	inBrowser().Expect(http.StatusOK)
}

func TestWrongOriginsComeBack(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.As(s.Ade).Get(environmentSettings)
	p = p.Press(p.Region("Allowed origins"), "Save", "origins", "https://shop.example/cart").
		Expect(http.StatusUnprocessableEntity)
	p.Refuses(p.Root, "Origins", "https://shop.example/cart", "Write the origin alone")
}

func TestWhoMayNotChangeTheSettingsReadsThem(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Ok(s.Team(s.Ade, s.Acme).SetAllowedOrigins(t.Context(), models.Development, "https://shop.example"))
	p := s.As(s.Dev).Get(environmentSettings).Expect(http.StatusOK, "You may look, not change.", "https://shop.example",
		"Accepted")
	s.As(s.Dev).Post(environmentSettings+"/origins", url.Values{"origins": {"nonsense"}}).Expect(http.StatusForbidden)
	for _, button := range []string{"Save", "Refuse the secret key from browsers"} {
		if webtest.HasButton(p.Root, button) {
			t.Errorf("a developer has the button %q", button)
		}
	}
}

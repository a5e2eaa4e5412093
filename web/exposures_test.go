package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

// TestExposuresAreShownUntilSeenTo: a secret key that stands in an address is told
// of on the overview and beside the key, until somebody has seen to it, and again
// when it is seen again.
func TestExposuresAreShownUntilSeenTo(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		const overview, title = "/t/acme/development", "The secret key is sent in URLs"
		secret := s.keyText(models.Development, models.Secret)
		leak := func() {
			s.Database.Clock.Add(time.Second)
			s.visitor().get("/v1/products/_ids?api_key="+secret, "User-Agent: curl/8.5.0").expect(http.StatusOK)
		}
		leak()
		leak()
		vic := s.as(s.Vic).get(overview).expect(http.StatusOK, title)
		if text := words(vic.region(title)); !strings.Contains(text, "2 requests, last just now from 127.0.0.1 by curl 8.5") || hasButton(vic.root, "Mark as resolved") {
			t.Errorf("a viewer reads %s", text)
		}
		dev := s.as(s.Dev)
		p := dev.get(keysPath)
		if !strings.Contains(words(p.region("Secret key")), title) || strings.Contains(words(p.region("Publishable key")), title) {
			t.Error("the warning does not stand beside its key")
		}
		p = p.press(p.region(title), "Mark as resolved").goesTo(keysPath).says("status", "Noted")
		if strings.Contains(p.body, title) || strings.Contains(dev.get(overview).body, title) {
			t.Error("what was seen to is still shown")
		}
		dev.get("/t/acme/development/activity").expect(http.StatusOK, "resolved a warning: a secret key in a URL")
		leak()
		p = dev.get(overview).expect(http.StatusOK, title)
		p.press(p.region(title), "Mark as resolved").goesTo(overview)
	})
}

// TestExposuresSayTheWorstFirst, with the headings of all kinds.
func TestExposuresSayTheWorstFirst(t *testing.T) {
	s := onSQLite(t)
	key, now := s.Key(models.Development, models.Secret), s.Store.Now()
	var use models.Use
	for _, kind := range models.ExposureKinds() {
		use.Exposures = append([]models.Exposure{{EnvironmentID: key.EnvironmentID, Kind: kind, KeyID: key.ID, FirstSeenAt: now, LastSeenAt: now, Requests: 1}}, use.Exposures...)
	}
	s.ok(s.Store.AddUse(t.Context(), use))
	body := words(s.as(s.Vic).get("/t/acme/development").expect(http.StatusOK).root)
	last := -1
	for _, title := range []string{"A web page uses the secret key", "The secret key is sent in URLs", "A program asks for records that are not here", "A server uses the publishable key"} {
		at := strings.Index(body, title)
		if at <= last {
			t.Errorf("%q is at %d, after %d", title, at, last)
		}
		last = at
	}
}

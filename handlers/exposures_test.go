package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// TestExposuresAreShownUntilSeenTo: a secret key that stands in an address is told
// of on the overview and beside the key, until somebody has seen to it, and again
// when it is seen again.
func TestExposuresAreShownUntilSeenTo(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		const overview, title = "/t/acme/development", "The secret key is sent in URLs"
		secret := s.KeyText(models.Development, models.Secret)
		leak := func() {
			s.Database.Clock.Add(time.Second)
			s.Visitor().Get("/v1/products/_ids?api_key="+secret, "User-Agent: curl/8.5.0").Expect(http.StatusOK)
		}
		leak()
		leak()
		vic := s.As(s.Vic).Get(overview).Expect(http.StatusOK, title)
		if text := webtest.Words(vic.Region(title)); !strings.Contains(text,
			"2 requests, last just now from 127.0.0.1 by curl 8.5") || webtest.HasButton(vic.Root, "Mark as resolved") {
			t.Errorf("a viewer reads %s", text)
		}
		dev := s.As(s.Dev)
		p := dev.Get(webtest.KeysPath)
		if !strings.Contains(webtest.Words(p.Region("Secret key")), title) ||
			strings.Contains(webtest.Words(p.Region("Publishable key")), title) {
			t.Error("the warning does not stand beside its key")
		}
		p = p.Press(p.Region(title), "Mark as resolved").GoesTo(webtest.KeysPath).Says("status", "Noted")
		if strings.Contains(p.Body, title) || strings.Contains(dev.Get(overview).Body, title) {
			t.Error("what was seen to is still shown")
		}
		dev.Get("/t/acme/development/activity").Expect(http.StatusOK, "resolved a warning: a secret key in a URL")
		leak()
		p = dev.Get(overview).Expect(http.StatusOK, title)
		p.Press(p.Region(title), "Mark as resolved").GoesTo(overview)
	})
}

// TestOneAlarmForOneFact: keys that are seen in the same way share an alarm, which leads to each of them, and is
// resolved for all.
func TestOneAlarmForOneFact(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		const title = "The secret key is sent in URLs"
		ade, id := s.As(s.Ade), s.Key(models.Development, models.Secret).ID
		leak := func(key string) {
			s.Database.Clock.Add(time.Second)
			s.Visitor().Get("/v1/products/_ids?api_key="+key, "User-Agent: curl/8.5.0").Expect(http.StatusOK)
		}
		old := ade.View(webtest.KeysPath)
		ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"grace"}, "grace": {"24h"},
			"reason": {"rotation"}}).Expect(http.StatusSeeOther)
		fresh := ade.View(webtest.KeysPath)
		leak(old)
		leak(fresh)
		for _, path := range []string{"/t/acme/development", webtest.KeysPath} {
			p := ade.Get(path)
			alarm := p.Region(title) // which is the only one
			said := webtest.Words(alarm)
			for _, part := range []string{"2 requests", "Revoke the secret key ••••" + old[36:],
				"Revoke the secret key ••••" + fresh[36:]} {
				if !strings.Contains(said, part) {
					t.Errorf("the alarm on %s lacks %q: %s", path, part, said)
				}
			}
			if strings.Count(webtest.Words(p.Root), title) != 1 || strings.Contains(p.Body, "notice exposure bad") {
				t.Errorf("%s alarms more than once, or as of what lets others in", path)
			}
		}
		p := ade.Get(webtest.KeysPath)
		p = p.Press(p.Region(title), "Mark as resolved").GoesTo(webtest.KeysPath).Says("status", "Noted")
		if strings.Contains(p.Body, title) {
			t.Error("it is resolved for one key only")
		}
	})
}

// TestExposuresSayTheWorstFirst, with the headings of all kinds.
func TestExposuresSayTheWorstFirst(t *testing.T) {
	s := webtest.OnSQLite(t)
	key, now := s.Key(models.Development, models.Secret), s.Store.Now()
	var use models.Use
	for _, kind := range models.ExposureKinds() {
		use.Exposures = append([]models.Exposure{{EnvironmentID: key.EnvironmentID, Kind: kind, KeyID: key.ID,
			FirstSeenAt: now, LastSeenAt: now, Requests: 1}}, use.Exposures...)
	}
	s.Ok(s.Store.AddUse(t.Context(), use))
	body := webtest.Words(s.As(s.Vic).Get("/t/acme/development").Expect(http.StatusOK).Root)
	last := -1
	for _, title := range []string{"A web page uses the secret key", "The secret key is sent in URLs",
		"A program asks for records that are not here", "A server uses the publishable key"} {
		at := strings.Index(body, title)
		if at <= last {
			t.Errorf("%q is at %d, after %d", title, at, last)
		}
		last = at
	}
}

// TestURLsAreAcceptedForAProgram: a program that sends the secret key in URLs is an alarm until somebody accepts it,
// and a quiet line on the keys page then, from which it can be an alarm again. Another one is an alarm all the while.
func TestURLsAreAcceptedForAProgram(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		const overview, title, accept = "/t/acme/development", "The secret key is sent in URLs", "Accept for this program"
		secret := s.KeyText(models.Development, models.Secret)
		send := func(agent string) {
			s.Database.Clock.Add(time.Second)
			s.Visitor().Get("/v1/products/_ids?api_key="+secret, "User-Agent: "+agent).Expect(http.StatusOK)
		}
		send("curl/8.5.0")
		if vic := s.As(s.Vic).Get(overview); webtest.HasButton(vic.Root, accept) {
			t.Error("a viewer may accept it")
		}
		dev := s.As(s.Dev)
		p := dev.Get(overview)
		p = p.Press(p.Region(title), accept).GoesTo(overview).Says("status", "Accepted for")
		if strings.Contains(p.Body, title) {
			t.Error("what was accepted is still on the overview")
		}
		p = p.Press(p.Root, "Undo").GoesTo(webtest.KeysPath).Says("status", "No longer accepted")
		p.Press(p.Region(title), accept).GoesTo(webtest.KeysPath)
		send("curl/8.6.0")
		keys := dev.Get(webtest.KeysPath)
		said := webtest.Words(keys.Region("Secret key"))
		if strings.Contains(keys.Body, title) || !strings.Contains(said, "Sent in URLs by") ||
			!strings.Contains(said, "curl 2 requests, last just now Accepted by Dev") {
			t.Errorf("beside the key it says: %s", said)
		}
		dev.Get("/t/acme/development/activity").Expect(http.StatusOK, "accepted that curl sends the secret key in URLs")

		send("shop-sync/2")
		send("wget/1")
		p = dev.Get(webtest.KeysPath)
		alarm := p.Region(title)
		if said := webtest.Words(alarm); !strings.Contains(said, "2 requests") || strings.Contains(said, "curl") ||
			strings.Count(said, accept) != 2 {
			t.Errorf("the alarm for two other programs says: %s", said)
		}
		p.Press(p.Region("Secret key"), "Warn again").GoesTo(webtest.KeysPath).Says("status", "No longer accepted")
		if said := webtest.Words(dev.Get(overview).Region(title)); !strings.Contains(said, "curl") {
			t.Errorf("when it is accepted no more, the alarm says: %s", said)
		}
	})
}

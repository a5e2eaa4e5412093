package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
)

// TestKeysPageSaysWhoUsesThem, from the first use to the last attempt with the
// revoked key.
func TestKeysPageSaysWhoUsesThem(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		dev, old := s.as(s.Dev), s.keyText(models.Development, models.Secret)
		in := func(p *page, region string, texts ...string) {
			t.Helper()
			for _, text := range texts {
				if got := words(p.region(region)); !strings.Contains(got, text) {
					t.Errorf("%s lacks %q: %s", region, text, got)
				}
			}
		}
		in(dev.get(keysPath), "Secret key", "Never used")

		s.uploads(old).expect(http.StatusOK)
		s.uploads(old).expect(http.StatusOK)
		p := dev.get(keysPath + "?revoke=secret")
		in(p, "Secret key", "Last used just now from 127.0.0.1 by curl 8.5", "used 2 times in the last 24 hours by 1 caller", "curl 8.5 127.0.0.1 2 requests")
		if text := words(p.dialog()); !strings.Contains(text, "This key was used 2 times in the last 24 hours by 1 caller.") {
			t.Errorf("the dialog says %s", text)
		}

		id := s.Key(models.Development, models.Secret).ID
		dev.post(keysPath+"/"+id+"/revoke", url.Values{"when": {"grace"}, "grace": {"24h"}, "reason": {"rotation"}}).expect(http.StatusSeeOther)
		s.Database.Clock.Add(time.Hour)
		in(dev.get(keysPath), "Previous keys", "23 h 0 min left", "Nobody has used it since it was replaced.")
		s.uploads(old).expect(http.StatusOK)
		in(dev.get(keysPath), "Previous keys", "Still using it since it was replaced: curl 8.5 127.0.0.1")

		s.Database.Clock.Add(24 * time.Hour)
		s.uploads(old).expect(http.StatusUnauthorized)
		dev = s.as(s.Dev)
		p = dev.get(keysPath)
		in(p, "Previous keys", "1 refused attempt in the last 7 days by programs that still hold it: curl 8.5")
		links := find(p.region("Previous keys"), func(n *html.Node) bool { return attribute(n, "href") == usagePath+"?key="+id })
		if len(links) != 1 {
			t.Fatal("nothing leads to the key's requests")
		}
		dev.get(attribute(links[0], "href")).expect(http.StatusOK, "Refused: the grace period is over")
	})
}

// TestDeskSaysWhoUsesALeakedKey, before anything is done about it.
func TestDeskSaysWhoUsesALeakedKey(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		key := s.keyText(models.Development, models.Secret)
		sol := s.as(s.Sol)
		find := func() *page { return sol.post("/desk/compromise", url.Values{"key": {key}}) }
		find().expect(http.StatusOK, "Never: no request with it was let in")
		s.uploads(key).expect(http.StatusOK)
		find().expect(http.StatusOK, "2 Mar 2026, 09:30 UTC from 127.0.0.1 by curl 8.5", "It was used once in the last 24 hours by 1 caller.", "Callers curl 8.5 127.0.0.1")
	})
}

// TestOverviewSaysHowTheDayGoes, against yesterday at the same time.
func TestOverviewSaysHowTheDayGoes(t *testing.T) {
	s := onSQLite(t)
	const overview = "/t/acme/development"
	key := s.keyText(models.Development, models.Secret)
	upload := func(n int) {
		for range n {
			s.uploads(key).expect(http.StatusOK)
		}
	}
	dev := s.as(s.Dev)
	p := dev.get(overview).expect(http.StatusOK, "Requests today 0", "Never used", "Send the first interaction, and see it arrive", "This line ticks itself")
	if step := words(p.region("What to do next")); strings.Contains(step, "arrive , done") {
		t.Errorf("the step is done too early: %s", step)
	}
	upload(3)
	p = dev.get(overview).expect(http.StatusOK, "Requests today 3", "none by this time yesterday", "Last used just now")
	if step := words(p.region("What to do next")); !strings.Contains(step, "Send the first interaction, and see it arrive , done") {
		t.Errorf("the step has not ticked: %s", step)
	}
	s.Database.Clock.Add(26 * time.Hour)
	dev = s.as(s.Dev)
	s.visitor().get("/v1/products/p-1", "X-API-KEY: "+key).expect(http.StatusNotFound)
	dev.get(overview).expect(http.StatusOK, "Requests today 1", "about 3 by this time yesterday", "Errors today 1", "0 of them refused")
}

// TestGuestsSeeNothingOfUse on the pages that they may look at.
func TestGuestsSeeNothingOfUse(t *testing.T) {
	s := onSQLite(t)
	for _, path := range []string{"/t/explore/playground", "/t/explore/playground/keys"} {
		p := s.visitor().get(path).expect(http.StatusOK)
		for _, text := range []string{"Requests today", "Never used", "Usage", "Environment settings", "Last used"} {
			if strings.Contains(words(p.root), text) {
				t.Errorf("%s tells a guest of %q", path, text)
			}
		}
	}
}

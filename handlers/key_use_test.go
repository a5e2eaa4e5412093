package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

// TestKeysPageSaysWhoUsesThem, from the first use to the last attempt with the
// revoked key.
func TestKeysPageSaysWhoUsesThem(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev, old := s.As(s.Dev), s.KeyText(models.Development, models.Secret)
		in := func(p *webtest.Page, region string, texts ...string) {
			t.Helper()
			for _, text := range texts {
				if got := webtest.Words(p.Region(region)); !strings.Contains(got, text) {
					t.Errorf("%s lacks %q: %s", region, text, got)
				}
			}
		}
		in(dev.Get(webtest.KeysPath), "Secret key", "Never used")

		s.Uploads(old).Expect(http.StatusOK)
		s.Uploads(old).Expect(http.StatusOK)
		p := dev.Get(webtest.KeysPath + "?revoke=secret")
		in(p, "Secret key", "Last used just now from 127.0.0.1 by curl 8.5",
			"used 2 times in the last 24 hours by 1 caller", "curl 8.5 127.0.0.1 2 requests")
		if text := webtest.Words(p.Dialog()); !strings.Contains(text,
			"This key was used 2 times in the last 24 hours by 1 caller.") {
			t.Errorf("the dialog says %s", text)
		}

		id := s.Key(models.Development, models.Secret).ID
		dev.Post(webtest.KeysPath+"/"+id+"/revoke",
			url.Values{"when": {"grace"}, "grace": {"24h"}, "reason": {"rotation"}}).Expect(http.StatusSeeOther)
		s.Database.Clock.Add(time.Hour)
		in(dev.Get(webtest.KeysPath), "Previous keys", "23 h 0 min left", "Nobody has used it since it was replaced.")
		s.Uploads(old).Expect(http.StatusOK)
		in(dev.Get(webtest.KeysPath), "Previous keys", "Still using it since it was replaced: curl 8.5 127.0.0.1")

		s.Database.Clock.Add(24 * time.Hour)
		s.Uploads(old).Expect(http.StatusUnauthorized)
		dev = s.As(s.Dev)
		p = dev.Get(webtest.KeysPath)
		in(p, "Previous keys", "1 refused attempt in the last 7 days by programs that still hold it: curl 8.5")
		links := webtest.Find(p.Region("Previous keys"),
			func(n *html.Node) bool { return webtest.Attribute(n, "href") == webtest.UsagePath+"?key="+id })
		if len(links) != 1 {
			t.Fatal("nothing leads to the key's requests")
		}
		dev.Get(webtest.Attribute(links[0], "href")).Expect(http.StatusOK, "Refused: the grace period is over")
	})
}

// TestDeskSaysWhoUsesALeakedKey, before anything is done about it.
func TestDeskSaysWhoUsesALeakedKey(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		key := s.KeyText(models.Development, models.Secret)
		sol := s.As(s.Sol)
		find := func() *webtest.Page { return sol.Post("/desk/compromise", url.Values{"key": {key}}) }
		find().Expect(http.StatusOK, "Never: no request with it was let in")
		s.Uploads(key).Expect(http.StatusOK)
		find().Expect(http.StatusOK, "2 Mar 2026, 09:30 UTC from 127.0.0.1 by curl 8.5",
			"It was used once in the last 24 hours by 1 caller.", "Callers curl 8.5 127.0.0.1")
	})
}

// TestGuestsSeeNothingOfUse on the pages that they may look at.
func TestGuestsSeeNothingOfUse(t *testing.T) {
	s := webtest.OnSQLite(t)
	for _, path := range []string{"/t/explore/playground", "/t/explore/playground/keys"} {
		p := s.Visitor().Get(path).Expect(http.StatusOK)
		for _, text := range []string{"Requests today", "Never used", "Usage", "Environment settings", "Last used"} {
			if strings.Contains(webtest.Words(p.Root), text) {
				t.Errorf("%s tells a guest of %q", path, text)
			}
		}
	}
}

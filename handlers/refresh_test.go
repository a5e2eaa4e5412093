package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// poller is a page that is open and asks every five seconds for what has changed.
type poller struct {
	site    *webtest.Site
	browser *webtest.Browser
	address string
	version string
	bytes   int // of all answers, with their headers
	pages   int // how many of them were whole pages
}

func (p *poller) poll() *webtest.Page {
	p.site.T.Helper()
	p.site.Database.Clock.Add(5 * time.Second)
	page := p.browser.Get(p.address, "HX-Request: true", "If-None-Match: "+p.version)
	p.bytes += len(page.Body)
	for name, values := range page.Header {
		p.bytes += len(name) + len(strings.Join(values, "")) + len(": \r\n")
	}
	switch page.Status {
	case http.StatusNotModified:
		if page.Body != "" {
			p.site.T.Errorf("304 has a body: %s", page.Body)
		}
	case http.StatusOK:
		p.pages++
	default:
		p.site.T.Fatalf("%s answers %d", p.address, page.Status)
	}
	p.version = page.Header.Get("ETag")
	return page
}

// TestAnHourOfAnOpenPage costs little as long as nothing happens, and shows what does.
func TestAnHourOfAnOpenPage(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	for range 60 {
		s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+secret)
	}
	// Of two of them a quarter of an hour is enough to know.
	for address, polls := range map[string]int{webtest.UsagePath: 720, webtest.UsagePath + "?status=404": 180,
		"/t/acme/development": 180} {
		p := &poller{site: s, browser: s.As(s.Vic), address: address}
		for range polls {
			p.poll()
		}
		if p.bytes > polls<<20/720 || p.pages > 2 { // the first one, and one when the hour changes
			t.Errorf("%s: %d polls cost %d bytes, with %d pages", address, polls, p.bytes, p.pages)
		}
		t.Logf("%s: %d polls, %d bytes, %d pages", address, polls, p.bytes, p.pages)
	}
}

// TestAnOpenPageShowsWhatIsNew, whoever caused it.
func TestAnOpenPageShowsWhatIsNew(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		secret := s.KeyText(models.Development, models.Secret)
		s.Uploads(secret)
		for address, part := range map[string]string{webtest.UsagePath: "figures", "/t/acme/development": "now",
			"/t/acme/development/interactions": "arrivals"} {
			p := &poller{site: s, browser: s.As(s.Olivia), address: address}
			if first := p.poll(); !strings.Contains(first.Body, `data-hx-target="#`+part+`"`) ||
				!strings.Contains(first.Body, `id="`+part+`"`) {
				t.Fatalf("%s has no part %s that refreshes itself", address, part)
			}
			if again := p.poll(); again.Status != http.StatusNotModified {
				t.Errorf("%s is sent again", address)
			}
			s.Uploads(secret)
			if fresh := p.poll(); fresh.Status != http.StatusOK {
				t.Errorf("%s is not sent after a request", address)
			}
			other := s.As(s.Vic).Get(address, "HX-Request: true", "If-None-Match: "+p.version)
			if strings.HasSuffix(address, "interactions") {
				continue // the same page for everybody may be the same
			}
			if other.Status != http.StatusOK {
				t.Errorf("%s: the version of one person is another one's", address)
			}
			whole := p.browser.Get(address, "If-None-Match: "+p.version)
			if whole.Status != http.StatusOK {
				t.Errorf("%s: a browser that opens the page gets %d", address, whole.Status)
			}
		}
		p := &poller{site: s, browser: s.As(s.Olivia), address: webtest.UsagePath}
		p.poll()
		team := s.Team(s.Olivia, s.Acme)
		_, err := team.RevokeKey(t.Context(), models.Development, s.Key(models.Development, models.Secret).ID,
			models.Revocation{Reason: models.Rotation})
		s.Ok(err)
		if fresh := p.poll(); !strings.Contains(fresh.Body, "revoked 2 Mar 2026") {
			t.Error("the usage page does not tell of the revocation")
		}
	})
}

package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

func TestUsageShowsWhatBecameOfRequests(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		publishable, secret := s.KeyText(models.Development, models.Publishable),
			s.KeyText(models.Development, models.Secret)
		vic := s.As(s.Vic)
		vic.Get(webtest.UsagePath).Expect(http.StatusOK, "No requests yet", publishable)

		for range 3 {
			s.Uploads(publishable).Expect(http.StatusOK)
		}
		s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+secret, "User-Agent: okhttp/4.9.3").
			Expect(http.StatusNotFound)
		refused := s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+publishable, "User-Agent: curl/8.5.0").
			Expect(http.StatusForbidden)

		p := vic.Get(webtest.UsagePath).Expect(http.StatusOK)
		for region, texts := range map[string][]string{
			"In short":            {"Requests 5", "Refused 1", "Errors 1", "Error rate 40%"},
			"Requests over time":  {"by hour", "Mon 2 Mar, 09:00 3 1 1 5"},
			"What became of them": {"Succeeded 60% 3", "Not found 20% 1", "Refused: it needs the secret key 20% 1"},
			"By endpoint":         {"POST /v1/interactions 3", "GET /v1/products/:id"},
			"Callers": {"curl 8.5", "okhttp 4.9", "127.0.0.1", "Publishable key", "Secret key",
				"1 refused"},
			"Recent requests": {"GET /v1/products/p-1", "Refused: it needs the secret key", "403",
				"POST /v1/interactions"},
		} {
			for _, text := range texts {
				if got := webtest.Words(p.Region(region)); !strings.Contains(got, text) {
					t.Errorf("%s lacks %q: %s", region, text, got)
				}
			}
		}
		for _, secretText := range []string{publishable, secret} {
			if strings.Contains(p.Body, secretText) {
				t.Error("the page shows a key")
			}
		}
		only := vic.Get(webtest.UsagePath + "?refused=1").Expect(http.StatusOK)
		if rows := webtest.Find(only.Region("Recent requests"), webtest.IsTag("tr")); len(rows) != 2 ||
			!strings.Contains(only.Body, webtest.UsagePath+"/requests/"+refused.RequestID()) {
			t.Errorf("there are %d rows of refused requests", len(rows)-1)
		}
		one := vic.Get(webtest.UsagePath + "?range=week&key=" + s.Key(models.Development, models.Secret).ID)
		if text := webtest.Words(one.Region("Recent requests")); strings.Contains(text, "POST /v1/interactions") ||
			!strings.Contains(text, "Not found") {
			t.Errorf("of the secret key there is %s", text)
		}
		s.Database.Clock.Add(24 * time.Hour)
		vic = s.As(s.Vic)
		vic.Get(webtest.UsagePath).Expect(http.StatusOK, "Requests 0", "5 in the 24 hours before")
		vic.Get(webtest.UsagePath+"?range=month").Expect(http.StatusOK, "Requests 5", "by day")
		vic.Get(webtest.UsagePath+"?range=century&before=x&after=-1-y&key='").
			Expect(http.StatusOK, "No request matches the filter.")
	})
}

func TestUsageListsGoByPages(t *testing.T) {
	s := webtest.OnSQLite(t)
	key := s.Key(models.Development, models.Secret)
	var use models.Use
	for i := range 120 {
		use.Requests = append(use.Requests, models.Request{
			ID: models.NewID(), EnvironmentID: key.EnvironmentID, KeyID: key.ID,
			At:     s.Store.Now().Add(-time.Duration(i) * time.Second),
			Method: "GET", Path: "/v1/users/_ids", Endpoint: "GET /v1/users/_ids", Status: 200,
			Outcome: models.Succeeded,
		})
	}
	s.Ok(s.Store.AddUse(context.Background(), use))
	p := s.As(s.Vic).Get(webtest.UsagePath)
	var seen []string
	for range 3 {
		for _, link := range webtest.Find(p.Root,
			func(n *html.Node) bool { return webtest.Attribute(n, "class") == "request" }) {
			seen = append(seen, webtest.Attribute(link, "href"))
		}
		if next := webtest.Find(p.Root,
			func(n *html.Node) bool { return webtest.Attribute(n, "rel") == "next" }); len(next) == 1 {
			p = p.Browser.Get(webtest.Attribute(next[0], "href"))
		}
	}
	if len(seen) != 120 {
		t.Fatalf("three pages show %d requests", len(seen))
	}
	for i, href := range seen {
		if want := webtest.UsagePath + "/requests/" + use.Requests[i].ID; href != want {
			t.Fatalf("row %d leads to %s, not to %s", i, href, want)
		}
	}
}

package handlers_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// TestUsageIsAboutWhatItsBarLeaves, all of it: the figures, the chart, the callers and the list.
func TestUsageIsAboutWhatItsBarLeaves(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		publishable, secret := s.KeyText(models.Development, models.Publishable),
			s.KeyText(models.Development, models.Secret)
		for range 3 {
			s.Uploads(publishable).Expect(http.StatusOK)
		}
		get := func(path, key, agent string) {
			s.Visitor().Get(path, "X-API-KEY: "+key, "User-Agent: "+agent)
		}
		get("/v1/products/p-1", secret, "okhttp/4.9.3")
		get("/v1/users/u-1", secret, "okhttp/4.9.3")
		get("/v1/products/p-1", publishable, "sneaky/1")
		secretID := s.Key(models.Development, models.Secret).ID
		vic := s.As(s.Vic)
		for query, want := range map[string]struct {
			figures, callers, list, not string
		}{
			"": {"Requests 6", "curl 8.5", "POST /v1/interactions", "match"},
			"key=" + secretID: {"Requests 2 none in the 24 hours before", "okhttp 4.9", "GET /v1/users/u-1",
				"curl"},
			"outcome=refused": {"Requests 1 none in the 24 hours before Refused 1", "sneaky 1",
				"GET /v1/products/p-1", "okhttp"},
			"outcome=missed":              {"Errors 2", "okhttp 4.9", "GET /v1/users/u-1", "sneaky"},
			"status=404":                  {"Requests 2 kept in the last 24 hours", "okhttp 4.9", "GET /v1/users/u-1", "sneaky"},
			"status=4xx":                  {"Requests 3 kept", "sneaky 1", "GET /v1/users/u-1", "curl"},
			"path=/v1/products":           {"Requests 2 kept", "sneaky 1", "GET /v1/products/p-1", "users/u-1"},
			"path=post+/v1":               {"Requests 3 kept", "curl 8.5", "POST /v1/interactions", "okhttp"},
			"address=127.0":               {"Requests 6 kept", "okhttp 4.9", "POST /v1/interactions", "match"},
			"address=203.0.113.&path=/v1": {"Requests 0 kept", "Nobody", "No request matches the filter.", "okhttp"},
			"from=2026-03-02&to=2026-03-02": {"Requests 6 none on the day before", "okhttp 4.9",
				"POST /v1/interactions", "match"},
			"to=2026-03-01":   {"Requests 0", "Nobody from", "No request matches the filter.", "okhttp"},
			"from=2026-02-20": {"Requests 6", "okhttp 4.9", "POST /v1/interactions", "match"},
		} {
			p := vic.Get(webtest.UsagePath + "?" + query).Expect(http.StatusOK)
			figures, callers, list := webtest.Words(p.Region("In short")), webtest.Words(p.Region("Callers")),
				webtest.Words(p.Region("Recent requests"))
			if !strings.Contains(figures, want.figures) || !strings.Contains(callers, want.callers) ||
				!strings.Contains(list, want.list) || strings.Contains(callers+list, want.not) {
				t.Errorf("%s:\n%s\n%s\n%s", query, figures, callers, list)
			}
		}
		p := vic.Get(webtest.UsagePath + "?key=" + secretID).Expect(http.StatusOK)
		if text := webtest.Words(p.Region("By endpoint")) + webtest.Words(p.Region("What became of them")) +
			webtest.Words(p.Region("Requests over time")); strings.Contains(text, "interactions") ||
			strings.Contains(text, "Succeeded 60%") || !strings.Contains(text, "09:00 0 0 2 2") {
			t.Errorf("of the secret key there is %s", text)
		}
		vic.Get(webtest.UsagePath+"?status=404").Expect(http.StatusOK,
			"Status, path and address are known only of requests that are kept one by one.",
			"All requests of this time are: 6 requests.")
		s.Database.Exec("DELETE FROM requests WHERE method = 'POST'")
		vic.Get(webtest.UsagePath+"?status=404").Expect(http.StatusOK, "Of the 6 requests of this time 3 are kept")
	})
}

// TestUsageSaysWhatCannotBe, shows nothing then, and gives no file.
func TestUsageSaysWhatCannotBe(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Uploads(s.KeyText(models.Development, models.Secret)).Expect(http.StatusOK)
	vic, key := s.As(s.Vic), models.NewKey()
	for query, want := range map[string]string{
		"from=2026-03-02&to=2026-03-01": "The first day comes after the last one.",
		"from=2026-03-32":               "Write a day as 2026-11-25.",
		"from=2027-01-01":               "The first day is yet to come.",
		"from=1999-01-01":               "Requests are counted for 400 days.",
		"status=teapot":                 "Write a status as 404, or 4xx",
		"path=products":                 "Write the beginning of a path",
		"address=office":                "Write an IP address or the beginning of one",
		"path=/" + key:                  "This held a key.",
	} {
		p := vic.Get(webtest.UsagePath+"?"+query).Expect(http.StatusOK, want, "Nothing is shown")
		if strings.Contains(p.Body, "Recent requests") || strings.Contains(p.Body, key) {
			t.Errorf("%s shows requests or the key", query)
		}
		vic.Get(webtest.UsagePath + "?" + query + "&format=csv").Expect(http.StatusUnprocessableEntity)
	}
	vic.Get(webtest.UsagePath+"?range=century&outcome=fine").Expect(http.StatusOK,
		"“century” is none of the choices of Range", "“fine” is none of the choices of Outcome", "Requests 1")
	vic.Get(webtest.UsagePath + "?format=xls").Expect(http.StatusNotFound)
}

// TestLikeRequestsAreFolded: those in a row that differ in nothing but their moments are one line.
func TestLikeRequestsAreFolded(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	get := func(path string, times int) {
		for range times {
			s.Database.Clock.Add(time.Second)
			s.Visitor().Get(path, "X-API-KEY: "+secret)
		}
	}
	get("/verify", 4)
	get("/v1/products/p-1", 1)
	get("/verify", 2)
	list := s.As(s.Vic).Get(webtest.UsagePath).Region("Recent requests")
	lines := webtest.Find(list, webtest.IsTag("tr"))[1:]
	if len(lines) != 3 {
		t.Fatalf("there are %d lines: %s", len(lines), webtest.Words(list))
	}
	for i, want := range []string{"2 Mar, 09:30:37 since 2 Mar, 09:30:36 2 × GET /verify , 200",
		"2 Mar, 09:30:35 GET /v1/products/p-1",
		"2 Mar, 09:30:34 since 2 Mar, 09:30:31 4 × GET /verify , 200"} {
		if got := webtest.Words(lines[i]); !strings.HasPrefix(got, want) {
			t.Errorf("line %d is %s", i, got)
		}
	}
	if links := webtest.Find(lines[2], webtest.IsTag("a")); len(links) != 4 {
		t.Errorf("four requests have %d explanations", len(links))
	}
}

// TestUsageAsTables: what the bar leaves, of the requests and of who sent them.
func TestUsageAsTables(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	for range 3 {
		s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+secret, "User-Agent: =cmd|' /C calc'!A0").Expect(404)
	}
	s.Uploads(secret).Expect(http.StatusOK)
	vic := s.As(s.Vic)
	page := vic.Get(webtest.UsagePath + "?status=404").Expect(http.StatusOK)
	p := vic.Get(page.Link("CSV")).Expect(http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\uFEFF"))).ReadAll()
	s.Ok(err)
	if len(rows) != 4 || rows[0][3] != "path" || rows[1][3] != "/v1/products/p-1" || rows[1][5] != "404" ||
		rows[1][9] != "'=cmd|' /C calc'!A0" || rows[1][0] != "2026-03-02T09:30:30Z" {
		t.Errorf("the requests are %q", rows)
	}
	if strings.Contains(p.Body, secret) {
		t.Error("the table has the key")
	}
	p = vic.Get(page.Link("JSON Lines")).Expect(http.StatusOK)
	var line struct {
		Path   string
		Status int
		At     time.Time
	}
	s.Ok(json.NewDecoder(strings.NewReader(p.Body)).Decode(&line))
	if line.Path != "/v1/products/p-1" || line.Status != 404 || line.At.IsZero() || strings.Count(p.Body, "\n") != 3 {
		t.Errorf("the requests are %s", p.Body)
	}
	p = vic.Get(webtest.UsagePath + "?list=callers&format=csv").Expect(http.StatusOK)
	if lines := strings.Split(strings.TrimSpace(p.Body), "\r\n"); len(lines) != 3 || !strings.Contains(lines[1], ",3,0") {
		t.Errorf("the callers are %q", lines)
	}
}

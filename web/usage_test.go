package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
)

const (
	usagePath = "/t/acme/development/usage"
	oneView   = `{"data":[{"type":"home_page_view","user_id":"u-1"}]}`
)

// keyText is the text of one of Acme's active keys.
func (s *site) keyText(environment models.EnvironmentKind, kind models.KeyKind) string {
	s.t.Helper()
	text, err := s.Team(s.Olivia, s.Acme).ViewKey(context.Background(), environment, s.Key(environment, kind).ID)
	s.ok(err)
	return text
}

// uploads sends an interaction, and says what it was answered with.
func (s *site) uploads(key string, headers ...string) *page {
	s.t.Helper()
	return s.visitor().send(http.MethodPost, "/v1/interactions", oneView, append(headers, "X-API-KEY: "+key, "User-Agent: curl/8.5.0")...)
}

func (p *page) requestID() string { return p.header.Get("X-Request-Id") }

func TestUsageShowsWhatBecameOfRequests(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		publishable, secret := s.keyText(models.Development, models.Publishable), s.keyText(models.Development, models.Secret)
		vic := s.as(s.Vic)
		vic.get(usagePath).expect(http.StatusOK, "No requests yet", publishable)

		for range 3 {
			s.uploads(publishable).expect(http.StatusOK)
		}
		s.visitor().get("/v1/products/p-1", "X-API-KEY: "+secret, "User-Agent: okhttp/4.9.3").expect(http.StatusNotFound)
		refused := s.visitor().get("/v1/products/p-1", "X-API-KEY: "+publishable, "User-Agent: curl/8.5.0").expect(http.StatusForbidden)

		p := vic.get(usagePath).expect(http.StatusOK)
		for region, texts := range map[string][]string{
			"In short":            {"Requests 5", "Refused 1", "Errors 1", "Error rate 40%"},
			"Requests over time":  {"by hour", "Mon 2 Mar, 09:00 3 1 1 5"},
			"What became of them": {"Succeeded 60% 3", "Not found 20% 1", "Refused: it needs the secret key 20% 1"},
			"By endpoint":         {"POST /v1/interactions 3", "GET /v1/products/:id"},
			"Callers":             {"curl 8.5", "okhttp 4.9", "127.0.0.1", "Publishable key", "Secret key", "1 refused"},
			"Recent requests":     {"GET /v1/products/p-1", "Refused: it needs the secret key", "403", "POST /v1/interactions"},
		} {
			for _, text := range texts {
				if got := words(p.region(region)); !strings.Contains(got, text) {
					t.Errorf("%s lacks %q: %s", region, text, got)
				}
			}
		}
		for _, secretText := range []string{publishable, secret} {
			if strings.Contains(p.body, secretText) {
				t.Error("the page shows a key")
			}
		}
		only := vic.get(usagePath + "?refused=1").expect(http.StatusOK)
		if rows := find(only.region("Recent requests"), isTag("tr")); len(rows) != 2 || !strings.Contains(only.body, usagePath+"/requests/"+refused.requestID()) {
			t.Errorf("there are %d rows of refused requests", len(rows)-1)
		}
		one := vic.get(usagePath + "?range=week&key=" + s.Key(models.Development, models.Secret).ID)
		if text := words(one.region("Recent requests")); strings.Contains(text, "POST /v1/interactions") || !strings.Contains(text, "Not found") {
			t.Errorf("of the secret key there is %s", text)
		}
		s.Database.Clock.Add(24 * time.Hour)
		vic = s.as(s.Vic)
		vic.get(usagePath).expect(http.StatusOK, "Requests 0", "5 in the 24 hours before")
		vic.get(usagePath+"?range=month").expect(http.StatusOK, "Requests 5", "by day")
		vic.get(usagePath+"?range=century&before=x&after=-1-y&key='").expect(http.StatusOK, "No request matches the filter.")
	})
}

func TestUsageListsGoByPages(t *testing.T) {
	s := onSQLite(t)
	key := s.Key(models.Development, models.Secret)
	var use models.Use
	for i := range 120 {
		use.Requests = append(use.Requests, models.Request{
			ID: models.NewID(), EnvironmentID: key.EnvironmentID, KeyID: key.ID, At: s.Store.Now().Add(-time.Duration(i) * time.Second),
			Method: "GET", Path: "/v1/users/_ids", Endpoint: "GET /v1/users/_ids", Status: 200, Outcome: models.Succeeded,
		})
	}
	s.ok(s.Store.AddUse(context.Background(), use))
	p := s.as(s.Vic).get(usagePath)
	var seen []string
	for range 3 {
		for _, link := range find(p.root, func(n *html.Node) bool { return attribute(n, "class") == "request" }) {
			seen = append(seen, attribute(link, "href"))
		}
		if next := find(p.root, func(n *html.Node) bool { return attribute(n, "rel") == "next" }); len(next) == 1 {
			p = p.browser.get(attribute(next[0], "href"))
		}
	}
	if len(seen) != 120 {
		t.Fatalf("three pages show %d requests", len(seen))
	}
	for i, href := range seen {
		if want := usagePath + "/requests/" + use.Requests[i].ID; href != want {
			t.Fatalf("row %d leads to %s, not to %s", i, href, want)
		}
	}
}

// explain pastes the text into the form and follows where it leads.
func (b *browser) explain(pasted string) *page {
	b.site.t.Helper()
	usage := b.get(usagePath)
	p := usage.press(usage.root, "Explain", "request", pasted)
	if p.status != http.StatusSeeOther {
		return p
	}
	return b.get(p.header.Get("Location"))
}

// TestEveryRefusalIsExplained makes requests that are refused, each at another
// check, and reads why, and where that is set right.
func TestEveryRefusalIsExplained(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		ctx := context.Background()
		acme, err := s.server.Store.Team(ctx, s.Olivia, "acme") // its changes reach the gate
		s.ok(err)
		publishable, secret := s.keyText(models.Development, models.Publishable), s.keyText(models.Development, models.Secret)
		playground := s.keyText(models.Playground, models.Secret)
		s.ok(acme.SetAllowedOrigins(ctx, models.Development, "https://shop.example"))
		s.ok(acme.RefuseBrowserSecrets(ctx, models.Development, true))
		get := func(headers ...string) *page { return s.visitor().get("/v1/products/_ids", headers...) }

		const keys, settings = "/t/acme/development/keys", "/t/acme/development/settings"
		vic := s.as(s.Vic)
		explained := func(answer *page, status int, title, failed, fix string) {
			t.Helper()
			answer.expect(status)
			p := vic.explain(answer.requestID()).expect(http.StatusOK)
			if p.heading() != title {
				t.Errorf("the heading is %q, want %q", p.heading(), title)
			}
			if got := words(p.region("What was checked, in order")); !strings.Contains(got, "Failed: "+failed) {
				t.Errorf("%s: the checks are %s", title, got)
			}
			answers := find(p.region("Why, and what to do"), func(n *html.Node) bool { return n.Data == "a" && attribute(n, "href") == fix })
			if fix != "" && len(answers) == 0 {
				t.Errorf("%s: nothing leads to %s: %s", title, fix, words(p.region("Why, and what to do")))
			}
		}
		explained(get(), 401, "Refused: no key", "No key was given", keys)
		explained(get("X-API-KEY: "+secret, "Authorization: Bearer "+publishable), 400, "Refused: more than one key", "More than one key was given", "")
		explained(get("X-API-KEY: \""+secret+"\""), 401, "Refused: not a key", "What was given cannot be a key", keys)
		explained(get("X-API-KEY: "+models.NewKey()), 401, "Refused: unknown key", "No team has or had this key", keys)
		explained(get("X-API-KEY: "+publishable), 403, "Refused: it needs the secret key", "This endpoint takes the secret key", keys)
		explained(get("X-API-KEY: "+secret, "Sec-Fetch-Site: cross-site"), 403, "Refused: secret key in a browser", "A browser sent the secret key", settings)
		explained(s.uploads(publishable, "Origin: https://evil.example"), 403, "Refused: the origin is not allowed", "The page’s origin is not in the list The page is on https://evil.example. Allowed now: https://shop.example.", settings)

		// A key of another environment: the explanation is there, and says so.
		write := s.visitor().send(http.MethodPost, "/v1/products", `{"data":[]}`, "X-API-KEY: "+playground).expect(400)
		elsewhere := vic.explain(write.requestID()).expect(200, "The request showed a key of Playground, not of Development.")
		if !strings.Contains(elsewhere.body, "/t/acme/playground/usage/requests/"+write.requestID()) {
			t.Error("nothing leads to the Playground's page")
		}
		explained(write, 400, "Refused: the Playground is read-only", "The Playground is read-only", keys)

		// Revoked: who did it, when and why, and where the new key is.
		_, err = acme.RevokeKey(ctx, models.Development, s.Key(models.Development, models.Secret).ID, models.Revocation{Reason: models.Compromised, Note: "Seen in a chat."})
		s.ok(err)
		explained(get("X-API-KEY: "+secret), 401, "Refused: the key is revoked",
			"The key is revoked Olivia Owner revoked it on 2 Mar 2026, 09:30 UTC (compromised): Seen in a chat.", keys)

		// Retired.
		old := s.keyText(models.Development, models.Secret)
		_, err = acme.RevokeKey(ctx, models.Development, s.Key(models.Development, models.Secret).ID, models.Revocation{Grace: time.Hour, Reason: models.Rotation})
		s.ok(err)
		s.Database.Clock.Add(time.Hour)
		explained(get("X-API-KEY: "+old), 401, "Refused: the grace period is over", "The key’s grace period is over", keys)

		// Locked: the usage page is not there, the explanation is.
		fresh := s.keyText(models.Development, models.Secret)
		s.Database.Exec("UPDATE environments SET agreement_ends_at = unlocked_at WHERE team_id = '" + s.Acme.ID + "' AND kind = 'development'")
		s.ok(s.server.gate.Load(ctx))
		locked := get("X-API-KEY: " + fresh).expect(403)
		p := vic.get(usagePath).expect(200, "Development is locked")
		p = p.press(p.root, "Explain", "request", locked.requestID())
		p.goesTo(usagePath+"/requests/"+locked.requestID()).expect(200, "Refused: the agreement has ended", "Request an unlock.")
	})
}

func TestWhatWasLetInIsExplained(t *testing.T) {
	s := onSQLite(t)
	secret := s.keyText(models.Development, models.Secret)
	vic := s.as(s.Vic)
	fine := s.uploads(secret).expect(200)
	vic.explain(fine.requestID()).expect(200, "Succeeded", "The API did what it was asked to")
	missed := s.visitor().get("/v1/products/p-1", "X-API-KEY: "+secret).expect(404)
	vic.explain(missed.requestID()).expect(200, "Not found", "Look whether the product is in this environment. Catalog")
	wrong := s.visitor().send(http.MethodPost, "/v1/products", "{}", "X-API-KEY: "+secret).expect(422)
	vic.explain(wrong.requestID()).expect(200, "Rejected", "dry_run=1")
}

// TestPastedAnswers: the id is found in whatever is pasted, and a key that is
// pasted with it shows up nowhere.
func TestPastedAnswers(t *testing.T) {
	s := onSQLite(t)
	id := s.uploads(s.keyText(models.Development, models.Secret)).requestID()
	vic := s.as(s.Vic)
	for _, pasted := range []string{
		id, "  " + id + "\n", `"` + id + `"`, "'" + id + "',", "X-Request-Id: " + id,
		"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nx-request-id: " + id + "\r\nabcdefghijklmnopqrstuvwxyz: 1\r\n\r\n{\"message\":\"success\"}",
		`{"X-Request-Id": "` + id + `"}`,
	} {
		if p := vic.post(usagePath+"/requests", url.Values{"request": {pasted}}); p.header.Get("Location") != usagePath+"/requests/"+id {
			t.Errorf("%q leads to %q", pasted, p.header.Get("Location"))
		}
	}
	for _, pasted := range []string{"", "hello", strings.ToUpper(id) + "x", id + "2", id[1:]} {
		p := vic.post(usagePath+"/requests", url.Values{"request": {pasted}}).expect(http.StatusUnprocessableEntity)
		p.refuses(p.root, "Explain a request", pasted, "There is no request id in this")
	}
	key := models.NewKey()
	p := vic.post(usagePath+"/requests", url.Values{"request": {"curl -H X-API-KEY:" + key}}).expect(http.StatusUnprocessableEntity)
	if strings.Contains(p.body, key) {
		t.Error("the page shows the key that was pasted")
	}
}

// TestAnotherTeamsRequestExplainsNothing: it is as unknown as one that never was.
func TestAnotherTeamsRequestExplainsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		request := s.request(models.Development, models.KeyIsRevoked)
		uma := s.as(s.Uma)
		foreign := uma.get("/t/umami/playground/usage/requests/"+request.ID).expect(http.StatusNotFound, "Nothing is known of this request", "older than 30 days")
		none := uma.get("/t/umami/playground/usage/requests/" + models.NewID()).expect(http.StatusNotFound)
		if foreign.body != none.body {
			t.Error("another team's request and none can be told apart")
		}
	})
}

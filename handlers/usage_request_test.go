package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

// TestEveryRefusalIsExplained makes requests that are refused, each at another
// check, and reads why, and where that is set right.
func TestEveryRefusalIsExplained(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ctx := context.Background()
		acme, err := s.Server.Store.Team(ctx, s.Olivia, "acme") // its changes reach the gate
		s.Ok(err)
		publishable, secret := s.KeyText(models.Development, models.Publishable),
			s.KeyText(models.Development, models.Secret)
		playground := s.KeyText(models.Playground, models.Secret)
		s.Ok(acme.SetAllowedOrigins(ctx, models.Development, "https://shop.example"))
		s.Ok(acme.RefuseBrowserSecrets(ctx, models.Development, true))
		get := func(headers ...string) *webtest.Page { return s.Visitor().Get("/v1/products/_ids", headers...) }

		const keys, settings = "/t/acme/development/keys", "/t/acme/development/settings"
		vic := s.As(s.Vic)
		explained := func(answer *webtest.Page, status int, title, failed, fix string) {
			t.Helper()
			answer.Expect(status)
			p := vic.Explain(answer.RequestID()).Expect(http.StatusOK)
			if p.Heading() != title {
				t.Errorf("the heading is %q, want %q", p.Heading(), title)
			}
			if got := webtest.Words(p.Region("What was checked, in order")); !strings.Contains(got, "Failed: "+failed) {
				t.Errorf("%s: the checks are %s", title, got)
			}
			answers := webtest.Find(p.Region("Why, and what to do"),
				func(n *html.Node) bool { return n.Data == "a" && webtest.Attribute(n, "href") == fix })
			if fix != "" && len(answers) == 0 {
				t.Errorf("%s: nothing leads to %s: %s", title, fix, webtest.Words(p.Region("Why, and what to do")))
			}
		}
		explained(get(), 401, "Refused: no key", "No key was given", keys)
		explained(get("X-API-KEY: "+secret, "Authorization: Bearer "+publishable), 400, "Refused: more than one key",
			"More than one key was given", "")
		explained(get("X-API-KEY: \""+secret+"\""), 401, "Refused: not a key", "What was given cannot be a key", keys)
		explained(get("X-API-KEY: "+models.NewKey()), 401, "Refused: unknown key", "No team has or had this key", keys)
		explained(get("X-API-KEY: "+publishable), 403, "Refused: it needs the secret key",
			"This endpoint takes the secret key", keys)
		explained(get("X-API-KEY: "+secret, "Sec-Fetch-Site: cross-site"), 403, "Refused: secret key in a browser",
			"A browser sent the secret key", settings)
		explained(s.Uploads(publishable, "Origin: https://evil.example"), 403, "Refused: the origin is not allowed",
			"The page’s origin is not in the list The page is on https://evil.example. Allowed now: "+
				"https://shop.example.", settings)

		// A key of another environment: the explanation is there, and says so.
		write := s.Visitor().Send(http.MethodPost, "/v1/products", `{"data":[]}`, "X-API-KEY: "+playground).Expect(400)
		elsewhere := vic.Explain(write.RequestID()).
			Expect(200, "The request showed a key of Playground, not of Development.")
		if !strings.Contains(elsewhere.Body, "/t/acme/playground/usage/requests/"+write.RequestID()) {
			t.Error("nothing leads to the Playground's page")
		}
		explained(write, 400, "Refused: the Playground is read-only", "The Playground is read-only", keys)

		// Revoked: who did it, when and why, and where the new key is.
		_, err = acme.RevokeKey(ctx, models.Development, s.Key(models.Development, models.Secret).ID,
			models.Revocation{Reason: models.Compromised, Note: "Seen in a chat."})
		s.Ok(err)
		explained(get("X-API-KEY: "+secret), 401, "Refused: the key is revoked",
			"The key is revoked Olivia Owner revoked it on 2 Mar 2026, 09:30 UTC (compromised): Seen in a chat.", keys)

		// Retired.
		old := s.KeyText(models.Development, models.Secret)
		_, err = acme.RevokeKey(ctx, models.Development, s.Key(models.Development, models.Secret).ID,
			models.Revocation{Grace: time.Hour, Reason: models.Rotation})
		s.Ok(err)
		s.Database.Clock.Add(time.Hour)
		explained(get("X-API-KEY: "+old), 401, "Refused: the grace period is over", "The key’s grace period is over",
			keys)

		// Locked: the usage page is not there, the explanation is.
		fresh := s.KeyText(models.Development, models.Secret)
		s.Database.Exec("UPDATE agreement_covers SET ends_at = starts_at")
		served, err := s.Server.Store.Team(ctx, s.Olivia, "acme")
		s.Ok(err)
		// the gate reads all of it again
		s.Ok(served.SetAllowedOrigins(ctx, models.Development, "https://shop.example"))
		locked := get("X-API-KEY: " + fresh).Expect(403)
		p := vic.Get(webtest.UsagePath).Expect(200, "Development is locked")
		p = p.Press(p.Root, "Explain", "request", locked.RequestID())
		p.GoesTo(webtest.UsagePath+"/requests/"+locked.RequestID()).
			Expect(200, "Refused: the agreement has ended", "Request an unlock.")
	})
}

func TestWhatWasLetInIsExplained(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	vic := s.As(s.Vic)
	fine := s.Uploads(secret).Expect(200)
	vic.Explain(fine.RequestID()).Expect(200, "Succeeded", "The API did what it was asked to")
	missed := s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+secret).Expect(404)
	vic.Explain(missed.RequestID()).Expect(200, "Not found", "Look whether the product is in this environment. Catalog")
	wrong := s.Visitor().Send(http.MethodPost, "/v1/products", "{}", "X-API-KEY: "+secret).Expect(422)
	vic.Explain(wrong.RequestID()).Expect(200, "Rejected", "dry_run=1")
}

// TestPastedAnswers: the id is found in whatever is pasted, and a key that is
// pasted with it shows up nowhere.
func TestPastedAnswers(t *testing.T) {
	s := webtest.OnSQLite(t)
	id := s.Uploads(s.KeyText(models.Development, models.Secret)).RequestID()
	vic := s.As(s.Vic)
	for _, pasted := range []string{
		id, "  " + id + "\n", `"` + id + `"`, "'" + id + "',", "X-Request-Id: " + id,
		"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nx-request-id: " + id +
			"\r\nabcdefghijklmnopqrstuvwxyz: 1\r\n\r\n{\"message\":\"success\"}",
		`{"X-Request-Id": "` + id + `"}`,
	} {
		if p := vic.Post(webtest.UsagePath+"/requests",
			url.Values{"request": {pasted}}); p.Header.Get("Location") != webtest.UsagePath+"/requests/"+id {
			t.Errorf("%q leads to %q", pasted, p.Header.Get("Location"))
		}
	}
	for _, pasted := range []string{"", "hello", strings.ToUpper(id) + "x", id + "2", id[1:]} {
		p := vic.Post(webtest.UsagePath+"/requests", url.Values{"request": {pasted}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "Explain a request", pasted, "There is no request id in this")
	}
	key := models.NewKey()
	p := vic.Post(webtest.UsagePath+"/requests", url.Values{"request": {"curl -H X-API-KEY:" + key}}).
		Expect(http.StatusUnprocessableEntity)
	if strings.Contains(p.Body, key) {
		t.Error("the page shows the key that was pasted")
	}
}

// TestAnotherTeamsRequestExplainsNothing: it is as unknown as one that never was.
func TestAnotherTeamsRequestExplainsNothing(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		request := s.Request(models.Development, models.KeyIsRevoked)
		uma := s.As(s.Uma)
		foreign := uma.Get("/t/umami/playground/usage/requests/"+request.ID).
			Expect(http.StatusNotFound, "Nothing is known of this request", "older than 30 days")
		none := uma.Get("/t/umami/playground/usage/requests/" + models.NewID()).Expect(http.StatusNotFound)
		if foreign.Body != none.Body {
			t.Error("another team's request and none can be told apart")
		}
	})
}

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/handlers"
	"dojo/models"
	"dojo/passwords"
	"dojo/session"
	"dojo/store/storetest"
)

// TestWithoutTheDatabase: the pages say so, nothing is half done, nobody is
// signed out, and all is well by itself afterwards.
func TestWithoutTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		ade := s.as(s.Ade)
		key := ade.view(keysPath)
		id := s.Key(models.Development, models.Secret).ID
		before := s.dump()
		end := s.Database.Outage()
		for _, visit := range s.failing(ade, id) {
			p := visit()
			p.expect(http.StatusServiceUnavailable, "Dojo cannot reach its database", "Nothing was changed.", "Try again in 5 seconds.", "request id")
			if p.header.Get("Retry-After") != "5" || len(p.header["Set-Cookie"]) > 0 {
				t.Errorf("%s: %v", p.path, p.header)
			}
			if !strings.Contains(s.log.String(), p.header.Get("X-Request-Id")) {
				t.Errorf("%s: the log does not name the request", p.path)
			}
		}
		if s.Database.Engine == storetest.SQLite { // it can be read while it is locked
			ade.get(keysPath).expect(http.StatusOK)
		} else {
			s.visitor().get("/readyz").expect(http.StatusServiceUnavailable)
		}
		s.visitor().get("/healthz").expect(http.StatusOK)
		end()
		waitUntil(t, "the database is back", func() bool { return s.visitor().get("/readyz").status == http.StatusOK })
		if after := s.dump(); after != before {
			t.Errorf("something was changed:\n%s", firstDifference(before, after))
		}
		waitUntil(t, "the key is accepted again", func() bool { return s.visitor().get("/verify", "X-API-KEY: "+key).status == http.StatusOK })
		ade.get(keysPath).expect(http.StatusOK, "Ade Admin")
		ade.post(keysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}}).goesTo(keysPath).says("status", "Refused everywhere")
	})
}

// failing are requests that cannot be answered in the outage: on SQLite, where
// another process holds the file, those that change something.
func (s *site) failing(ade *browser, key string) []func() *page {
	revoke := func() *page {
		return ade.post(keysPath+"/"+key+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}})
	}
	if s.Database.Engine == storetest.SQLite {
		return []func() *page{revoke}
	}
	return []func() *page{
		revoke,
		func() *page { return ade.get(keysPath) },
		func() *page { return ade.get("/") },
		func() *page { return ade.post("/logout", nil) },
		func() *page { return ade.get("/login") },
		func() *page { return s.visitor().signIn("ade@acme.example", password) },
		func() *page { return s.visitor().get("/setup?token=x") },
	}
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes", what)
		}
	}
}

// brokenGate fails in the middle of a request, after its change.
type brokenGate struct{}

func (brokenGate) Refuses(keyID string) (refused, known bool) { panic("no gate for " + keyID) }

func TestAPanicShowsNothingOfItself(t *testing.T) {
	s := onSQLite(t)
	s.server.dashboard = newDashboard(handlers.New(handlers.Options{
		Store: s.server.Store, Gate: brokenGate{}, Sessions: session.New(s.server.Store, false), Passwords: passwords.New(1),
		Logger: s.server.logger,
	}), s.server.config, s.server.logger)
	ade := s.as(s.Ade)
	id := s.Key(models.Development, models.Secret).ID
	p := ade.post(keysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}}).
		expect(http.StatusInternalServerError, "Something went wrong on our side")
	if !strings.Contains(words(p.root), "add the request id "+p.header.Get("X-Request-Id")) {
		t.Error("the page does not name the request")
	}
	for _, detail := range []string{"panic", "no gate", id, "goroutine", ".go:"} {
		if strings.Contains(p.body, detail) {
			t.Errorf("the page shows %q", detail)
		}
	}
	failed := s.logged("request failed")
	if len(failed) != 1 || failed[0]["request_id"] != p.header.Get("X-Request-Id") || failed[0]["level"] != "ERROR" ||
		!strings.Contains(failed[0]["error"].(string), "no gate for") || !strings.Contains(failed[0]["error"].(string), "faults_test.go") {
		t.Errorf("the log has %v", failed)
	}
	ade.get(keysPath).expect(http.StatusOK)
}

// logged are the lines of the log with the message.
func (s *site) logged(message string) (lines []map[string]any) {
	s.t.Helper()
	for text := range strings.Lines(s.log.String()) {
		var line map[string]any
		s.ok(json.Unmarshal([]byte(text), &line))
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

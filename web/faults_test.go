package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/handlers"
	"dojo/models"
	"dojo/passwords"
	"dojo/session"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestWithoutTheDatabase: the pages say so, nothing is half done, nobody is
// signed out, and all is well by itself afterwards.
func TestWithoutTheDatabase(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade := s.As(s.Ade)
		key := ade.View(webtest.KeysPath)
		id := s.Key(models.Development, models.Secret).ID
		before := s.Dump()
		end := s.Database.Outage()
		for i, visit := range failing(s, ade, id) {
			p := visit()
			p.Expect(http.StatusServiceUnavailable, "Dojo cannot reach its database", "Try again in 5 seconds.", "request id",
				"A page that you have open may be out of date.")
			sent := strings.Contains(p.Body, "Whether what you sent was done cannot be known now.")
			if sent == strings.Contains(p.Body, "Nothing was changed.") || sent != (i == 0 || i == 3 || i == 5) {
				t.Errorf("%s: %s", p.Path, webtest.Words(p.Root))
			}
			if p.Header.Get("Retry-After") != "5" || len(p.Header["Set-Cookie"]) > 0 {
				t.Errorf("%s: %v", p.Path, p.Header)
			}
			if !strings.Contains(s.Log.String(), p.Header.Get("X-Request-Id")) {
				t.Errorf("%s: the log does not name the request", p.Path)
			}
		}
		if s.Database.Engine == storetest.SQLite { // it can be read while it is locked
			ade.Get(webtest.KeysPath).Expect(http.StatusOK)
		} else {
			s.Visitor().Get("/readyz").Expect(http.StatusServiceUnavailable)
		}
		s.Visitor().Get("/healthz").Expect(http.StatusOK)
		end()
		webtest.WaitUntil(t, "the database is back",
			func() bool { return s.Visitor().Get("/readyz").Status == http.StatusOK })
		if after := s.Dump(); after != before {
			t.Errorf("something was changed:\n%s", webtest.FirstDifference(before, after))
		}
		webtest.WaitUntil(t, "the key is accepted again",
			func() bool { return s.Visitor().Get("/verify", "X-API-KEY: "+key).Status == http.StatusOK })
		ade.Get(webtest.KeysPath).Expect(http.StatusOK, "Ade Admin")
		ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}}).
			GoesTo(webtest.KeysPath).Says("status", "Refused everywhere")
	})
}

// failing are requests that cannot be answered in the outage: on SQLite, where
// another process holds the file, those that change something. The first, the fourth and the sixth
// send something.
func failing(s *webtest.Site, ade *webtest.Browser, key string) []func() *webtest.Page {
	revoke := func() *webtest.Page {
		return ade.Post(webtest.KeysPath+"/"+key+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}})
	}
	if s.Database.Engine == storetest.SQLite {
		return []func() *webtest.Page{revoke}
	}
	return []func() *webtest.Page{
		revoke,
		func() *webtest.Page { return ade.Get(webtest.KeysPath) },
		func() *webtest.Page { return ade.Get("/") },
		func() *webtest.Page { return ade.Post("/logout", nil) },
		func() *webtest.Page { return ade.Get("/login") },
		func() *webtest.Page { return s.Visitor().SignIn("ade@acme.example", webtest.Password) },
		func() *webtest.Page { return s.Visitor().Get("/setup?token=x") },
	}
}

// brokenEvidence fails in the middle of a request.
type brokenEvidence struct{}

func (brokenEvidence) Flush(context.Context) error { panic("no evidence for 4711") }

func TestAPanicShowsNothingOfItself(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Server.ReplaceHandlers(handlers.New(handlers.Options{
		Store: s.Server.Store, Evidence: brokenEvidence{}, Sessions: session.New(s.Server.Store, false),
		Passwords: passwords.New(1), Logger: s.Logger,
	}))
	ade := s.As(s.Ade)
	p := ade.Get(webtest.KeysPath).Expect(http.StatusInternalServerError, "Something went wrong on our side")
	if !strings.Contains(webtest.Words(p.Root), "add the request id "+p.Header.Get("X-Request-Id")) {
		t.Error("the page does not name the request")
	}
	for _, detail := range []string{"panic", "no evidence", "4711", "goroutine", ".go:"} {
		if strings.Contains(p.Body, detail) {
			t.Errorf("the page shows %q", detail)
		}
	}
	failed := s.Logged("request failed")
	if len(failed) != 1 || failed[0]["request_id"] != p.Header.Get("X-Request-Id") || failed[0]["level"] != "ERROR" ||
		!strings.Contains(failed[0]["error"].(string), "no evidence for") ||
		!strings.Contains(failed[0]["error"].(string), "faults_test.go") {
		t.Errorf("the log has %v", failed)
	}
	ade.Get("/account").Expect(http.StatusOK)
}

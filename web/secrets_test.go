package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

// TestSecretsStaySecret walks through everything that the program answers, as
// everybody. No secret key is in any answer but the one to View, and in the log
// is no key, no password, no cookie, no one-time token and no query.
//
// It runs by itself, since the API's log is the process's own.
func TestSecretsStaySecret(t *testing.T) {
	s := newSite(t, storetest.OpenSQLite(t))
	before := slog.Default()
	slog.SetDefault(s.server.logger)
	defer slog.SetDefault(before)

	ade := s.as(s.Ade)
	secret := ade.view(keysPath)
	publishable := shownKey(ade.get(keysPath).region("Publishable key"))
	if views := s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.viewed'"); views != 1 {
		t.Fatalf("viewing left %d lines in the activity list", views)
	}
	people := s.crowd()
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if strings.HasSuffix(path, "/revoke") || strings.HasSuffix(path, "/view") || path == "/logout" {
			continue
		}
		for sort, b := range people {
			address := s.address(path, row.environment) + "?needle=in-the-query&found=" + s.Key(models.Development, models.Secret).ID
			p := b.send(method, address, row.form+"&needle=in-the-form&key="+secret)
			if strings.Contains(p.body+fmt.Sprint(p.header), secret) {
				t.Errorf("%s by %s shows the secret key", row.route, sort)
			}
		}
	}
	for _, kind := range []string{"?revoke=secret", "?revoke=publishable", ""} {
		if p := ade.get(keysPath + kind); strings.Contains(p.body, secret) {
			t.Errorf("%s shows the secret key", p.path)
		}
	}
	people["engineer"].post(compromisePath, url.Values{"key": {secret}}).expect(http.StatusOK, "Acme Books")

	typed := "typed-" + password
	s.visitor().signIn("olivia@acme.example", typed)
	b := s.visitor()
	b.signIn("olivia@acme.example", password).expect(http.StatusSeeOther)
	token, err := s.Store.CreateSetupLink(t.Context(), storetest.System, "")
	s.ok(err)
	s.visitor().get("/setup?token="+token).expect(http.StatusOK, "Make your account")
	api := s.visitor()
	api.get("/verify?api_key=" + secret)
	api.send(http.MethodPost, "/v1/interactions?api_key="+publishable, `{"data":[]}`, "Content-Type: application/json")
	api.get("/v1/products/needle-in-the-path", "Authorization: Bearer "+secret)
	api.get("/v1/products/x", "X-API-KEY: "+secret+"0")

	logged := s.log.String()
	for what, text := range map[string]string{
		"the secret key": secret, "the publishable key": publishable, "a password": typed, "part of a password": "correct horse",
		"a cookie": b.current().Value, "another cookie": ade.current().Value, "a one-time token": token,
		"a query or form": "needle", "an API key's query": "api_key=",
	} {
		if strings.Contains(logged, text) {
			line, _, _ := strings.Cut(logged[strings.LastIndex(logged[:strings.Index(logged, text)], "\n")+1:], "\n")
			t.Errorf("%s is in the log: %s", what, line)
		}
	}
	if len(s.logged("request")) < 100 {
		t.Errorf("the log has only %d requests", len(s.logged("request")))
	}
}

// TestRequestsAreLogged: each with what finds it again, and no more.
func TestRequestsAreLogged(t *testing.T) {
	s := onSQLite(t)
	p := s.as(s.Ade).get(keysPath + "?revoke=secret")
	line := s.logged("request")[0]
	for name, want := range map[string]any{
		"method": "GET", "route": "/t/:team/:environment/keys", "team": "acme", "status": float64(200), "user": s.Ade.UserID,
		"address": "127.0.0.1", "request_id": p.header.Get("X-Request-Id"), "level": "INFO",
	} {
		if line[name] != want {
			t.Errorf("%s is %v; want %v", name, line[name], want)
		}
	}
	if q := s.visitor().get("/login", "X-Request-Id: chosen-by-the-client"); q.header.Get("X-Request-Id") == "chosen-by-the-client" {
		t.Error("a client chooses its request's id")
	}
}

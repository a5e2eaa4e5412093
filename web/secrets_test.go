package web_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestSecretsStaySecret walks through everything that the program answers, as
// everybody. No secret key is in any answer but the one to View, and in the log
// is no key, no password, no cookie, no one-time token and no query.
//
// It runs by itself, since the API's log is the process's own.
func TestSecretsStaySecret(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t))
	before := slog.Default()
	slog.SetDefault(s.Logger)
	defer slog.SetDefault(before)

	ade := s.As(s.Ade)
	secret := ade.View(webtest.KeysPath)
	publishable := webtest.ShownKey(ade.Get(webtest.KeysPath).Region("Publishable key"))
	if views := s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.viewed'"); views != 1 {
		t.Fatalf("viewing left %d lines in the activity list", views)
	}
	people := s.Crowd()
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if strings.HasSuffix(path, "/revoke") || strings.HasSuffix(path, "/view") || path == "/logout" {
			continue
		}
		for sort, b := range people {
			address := s.Address(path, row.environment) + "?needle=in-the-query&found=" +
				s.Key(models.Development, models.Secret).ID
			p := b.Send(method, address, row.form+"&needle=in-the-form&key="+secret)
			if strings.Contains(p.Body+fmt.Sprint(p.Header), secret) {
				t.Errorf("%s by %s shows the secret key", row.route, sort)
			}
		}
	}
	for _, kind := range []string{"?revoke=secret", "?revoke=publishable", ""} {
		if p := ade.Get(webtest.KeysPath + kind); strings.Contains(p.Body, secret) {
			t.Errorf("%s shows the secret key", p.Path)
		}
	}
	people["engineer"].Post(webtest.CompromisePath, url.Values{"key": {secret}}).Expect(http.StatusOK, "Acme Books")

	typed := "typed-" + webtest.Password
	s.Visitor().SignIn("olivia@acme.example", typed)
	b := s.Visitor()
	b.SignIn("olivia@acme.example", webtest.Password).Expect(http.StatusSeeOther)
	token, err := s.Store.CreateSetupLink(t.Context(), storetest.System, "")
	s.Ok(err)
	s.Visitor().Get("/setup?token="+token).Expect(http.StatusOK, "Make your account")
	api := s.Visitor()
	api.Get("/verify?api_key=" + secret)
	api.Send(http.MethodPost, "/v1/interactions?api_key="+publishable, `{"data":[]}`, "Content-Type: application/json")
	api.Get("/v1/products/needle-in-the-path", "Authorization: Bearer "+secret)
	api.Get("/v1/products/x", "X-API-KEY: "+secret+"0")

	logged := s.Log.String()
	for what, text := range map[string]string{
		"the secret key": secret, "the publishable key": publishable, "a password": typed,
		"part of a password": "correct horse",
		"a cookie":           b.Current().Value, "another cookie": ade.Current().Value, "a one-time token": token,
		"a query or form": "needle", "an API key's query": "api_key=",
	} {
		if strings.Contains(logged, text) {
			line, _, _ := strings.Cut(logged[strings.LastIndex(logged[:strings.Index(logged, text)], "\n")+1:], "\n")
			t.Errorf("%s is in the log: %s", what, line)
		}
	}
	if len(s.Logged("request")) < 100 {
		t.Errorf("the log has only %d requests", len(s.Logged("request")))
	}
}

// TestRequestsAreLogged: each with what finds it again, and no more.
func TestRequestsAreLogged(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.As(s.Ade).Get(webtest.KeysPath + "?revoke=secret")
	line := s.Logged("request")[0]
	for name, want := range map[string]any{
		"method": "GET", "route": "/t/:team/:environment/keys", "team": "acme", "status": float64(200),
		"user":    s.Ade.UserID,
		"address": "127.0.0.1", "request_id": p.Header.Get("X-Request-Id"), "level": "INFO",
	} {
		if line[name] != want {
			t.Errorf("%s is %v; want %v", name, line[name], want)
		}
	}
	if q := s.Visitor().Get("/login",
		"X-Request-Id: chosen-by-the-client"); q.Header.Get("X-Request-Id") == "chosen-by-the-client" {
		t.Error("a client chooses its request's id")
	}
}

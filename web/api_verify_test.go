package web_test

import (
	"context"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

func TestVerifySaysWhoseKeyItIs(t *testing.T) {
	w := newAPIWorld(t, storetest.OpenSQLite(t))
	key := w.Key(models.Development, models.Secret)
	got := w.request("GET", "/verify", "", "X-API-KEY: "+w.secret(), "X-Dojo-Team: umami")
	expect(t, got, 200, "")
	for name, want := range map[string]string{
		"X-Dojo-Team": "acme", "X-Dojo-Environment": "development", "X-Dojo-Key-Kind": "secret", "X-Dojo-Key-Id": key.ID,
	} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	expect(t, w.request("GET", "/verify", "", "X-API-KEY: "+w.secret(), "Accept: application/json"),
		200, `{"team":"acme","environment":"development","key_kind":"secret","key_id":"`+key.ID+`"}`)
	expect(t, w.request("HEAD", "/verify", "", "X-API-KEY: "+w.secret()), 200, "")
	if w.log.Len() > 0 {
		t.Errorf("/verify wrote to the log: %s", w.log.String())
	}
	refused := w.request("GET", "/verify", "", "X-API-KEY: "+models.NewKey(), "X-Dojo-Team: umami")
	expect(t, refused, 401, invalidKey)
	if refused.Header().Get("X-Dojo-Team") != "" {
		t.Error("a refusal names a team")
	}
}

// PUBLIC, SECRET and SAMPLE are the publishable and the secret key of Development
// and the secret key of the Playground.
func TestVerifyForAProxy(t *testing.T) {
	w := newAPIWorld(t, storetest.OpenSQLite(t))
	public, secret, sample := "?api_key="+w.publishable(), "?api_key="+w.secret(), "?api_key="+w.key(models.Playground, models.Secret)
	for _, c := range []struct {
		name    string
		headers []string
		status  int
		body    string
	}{
		{"publishable on interactions", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/interactions" + public}, 200, ""},
		{"publishable elsewhere", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + public}, 403, secretNeeded},
		{"publishable, other method", []string{"X-Forwarded-Method: DELETE", "X-Forwarded-Uri: /v1/interactions" + public}, 403, secretNeeded},
		{"publishable, method not told", []string{"X-Forwarded-Uri: /v1/interactions" + public}, 403, secretNeeded},
		{"publishable, path not told", []string{"X-Forwarded-Method: POST", "X-API-KEY: " + public[9:]}, 403, secretNeeded},
		{"secret by X-Original-URI", []string{"X-Forwarded-Method: POST", "X-Original-URI: /v1/products" + secret}, 200, ""},
		{"both headers agree", []string{"X-Forwarded-Method: GET", "X-Original-URI: /a" + secret, "X-Forwarded-Uri: /a" + secret}, 200, ""},
		{"a client's own header beside the proxy's", []string{"X-Forwarded-Method: POST", "X-Original-URI: /v1/products" + public, "X-Forwarded-Uri: /v1/interactions" + public},
			400, `{"message":"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values.","errors":true}`},
		{"two methods", []string{"X-Forwarded-Method: GET", "X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + sample},
			400, `{"message":"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values.","errors":true}`},
		{"write to the Playground", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + sample}, 400, readOnly},
		{"reading the Playground", []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: /v1/products/1" + sample}, 200, ""},
		{"asking the Playground", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/search/search" + sample}, 200, ""},
		{"another key in a header", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + secret, "X-API-KEY: " + public[9:]}, 400, ambiguousKey},
		{"no key", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products"}, 401, invalidKey},
		{"the client wants JSON", []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: /a" + secret, "Accept: application/json"}, 200, ""},
	} {
		got := w.request("GET", "/verify", "", append(c.headers, "From: "+proxy)...)
		if got.Code != c.status || got.Body.String() != c.body {
			t.Errorf("%s: got %d %s", c.name, got.Code, got.Body)
		}
	}
	// Nobody else is believed: the key in the forwarded address does not count, nor
	// does the route.
	expect(t, w.request("GET", "/verify", "", "X-Forwarded-Uri: /v1/products"+secret), 401, invalidKey)
	expect(t, w.request("GET", "/verify"+public, "", "X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products"), 200, "")
}

func TestAPIIsUnavailableWithoutAGate(t *testing.T) {
	w := newAPIWorld(t, storetest.OpenSQLite(t))
	secret := w.secret()
	w.gate.Suspend()
	for _, path := range []string{"/verify", "/v1/products/1", "/v1/nothing"} {
		got := w.request("GET", path, "", "X-API-KEY: "+secret)
		expect(t, got, 503, `{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable","errors":true}`)
		if got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", path)
		}
	}
	if err := w.gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	expect(t, w.request("GET", "/verify", "", "X-API-KEY: "+secret), 200, "")
}

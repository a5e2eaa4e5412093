package api_test

import (
	"context"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestVerifySaysWhoseKeyItIs(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	key := w.Key(models.Development, models.Secret)
	got := w.Request("GET", "/verify", "", "X-API-KEY: "+w.Secret(), "X-Dojo-Team: umami")
	webtest.Expect(t, got, 200, "")
	for name, want := range map[string]string{
		"X-Dojo-Team": "acme", "X-Dojo-Environment": "development", "X-Dojo-Key-Kind": "secret", "X-Dojo-Key-Id": key.ID,
	} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", "X-API-KEY: "+w.Secret(), "Accept: application/json"),
		200, `{"team":"acme","environment":"development","key_kind":"secret","key_id":"`+key.ID+`"}`)
	webtest.Expect(t, w.Request("HEAD", "/verify", "", "X-API-KEY: "+w.Secret()), 200, "")
	if w.Log.Len() > 0 {
		t.Errorf("/verify wrote to the log: %s", w.Log.String())
	}
	refused := w.Request("GET", "/verify", "", "X-API-KEY: "+models.NewKey(), "X-Dojo-Team: umami")
	webtest.Expect(t, refused, 401, invalidKey)
	if refused.Header().Get("X-Dojo-Team") != "" {
		t.Error("a refusal names a team")
	}
}

// PUBLIC, SECRET and SAMPLE are the publishable and the secret key of Development
// and the secret key of the Playground.
func TestVerifyForAProxy(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	public, secret, sample := "?api_key="+w.Publishable(), "?api_key="+w.Secret(), "?api_key="+w.KeyText(models.Playground, models.Secret)
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
			400, `{"message":"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values."}`},
		{"two methods", []string{"X-Forwarded-Method: GET", "X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + sample},
			400, `{"message":"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values."}`},
		{"write to the Playground", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + sample}, 400, readOnly},
		{"reading the Playground", []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: /v1/products/1" + sample}, 200, ""},
		{"asking the Playground", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/search/search" + sample}, 200, ""},
		{"another key in a header", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products" + secret, "X-API-KEY: " + public[9:]}, 400, ambiguousKey},
		{"no key", []string{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products"}, 401, invalidKey},
		{"the client wants JSON", []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: /a" + secret, "Accept: application/json"}, 200, ""},
	} {
		got := w.Request("GET", "/verify", "", append(c.headers, "From: "+webtest.Proxy)...)
		if got.Code != c.status || got.Body.String() != c.body {
			t.Errorf("%s: got %d %s", c.name, got.Code, got.Body)
		}
	}
	// Nobody else is believed: the key in the forwarded address does not count, nor
	// does the route.
	webtest.Expect(t, w.Request("GET", "/verify", "", "X-Forwarded-Uri: /v1/products"+secret), 401, invalidKey)
	webtest.Expect(t, w.Request("GET", "/verify"+public, "", "X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products"), 200, "")
}

func TestAPIIsUnavailableWithoutAGate(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := w.Secret()
	w.Gate.Suspend()
	for _, path := range []string{"/verify", "/v1/products/1", "/v1/nothing"} {
		got := w.Request("GET", path, "", "X-API-KEY: "+secret)
		webtest.Expect(t, got, 503, `{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable"}`)
		if got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", path)
		}
	}
	if err := w.Gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", "X-API-KEY: "+secret), 200, "")
}

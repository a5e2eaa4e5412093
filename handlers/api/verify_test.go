package api_test

import (
	"context"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestVerifySaysWhoseKeyItIs(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	key := w.Key(models.Development, models.Secret)
	got := w.Request("GET", "/verify", "", "X-API-KEY: "+w.Secret(), "X-Dojo-Team: umami")
	webtest.Expect(t, got, 200, "")
	for name, want := range map[string]string{
		"X-Dojo-Team": "acme", "X-Dojo-Environment": "development", "X-Dojo-Key-Kind": "secret",
		"X-Dojo-Key-Id": key.ID,
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

func TestAPIIsUnavailableWithoutAGate(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := w.Secret()
	w.Gate.Suspend()
	for _, path := range []string{"/verify", "/v1/products/1", "/v1/nothing"} {
		got := w.Request("GET", path, "", "X-API-KEY: "+secret)
		webtest.Expect(t, got, 503,
			`{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable","errors":true}`)
		if got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", path)
		}
	}
	if err := w.Gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", "X-API-KEY: "+secret), 200, "")
}

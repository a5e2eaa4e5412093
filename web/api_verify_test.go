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

func TestAPIIsUnavailableWithoutAGate(t *testing.T) {
	w := newAPIWorld(t, storetest.OpenSQLite(t))
	secret := w.secret()
	w.gate.Suspend()
	for _, path := range []string{"/verify", "/v1/products/1", "/v1/nothing"} {
		got := w.request("GET", path, "", "X-API-KEY: "+secret)
		expect(t, got, 503, `{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable"}`)
		if got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", path)
		}
	}
	if err := w.gate.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	expect(t, w.request("GET", "/verify", "", "X-API-KEY: "+secret), 200, "")
}

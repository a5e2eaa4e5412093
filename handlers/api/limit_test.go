package api_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestAPILimitsRequests(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Gate.SetLimit(1)
	const limited = `{"message":"This environment has made too many requests. Try again in a moment.","code":"rate_limited"}`
	secret, public := "X-API-KEY: "+w.Secret(), "X-API-KEY: "+w.Publishable()
	upload := func(key string) (status int, wait string) {
		got := w.Request("POST", "/v1/interactions", `{"data":[]}`, key, "Origin: https://shop.example")
		if got.Code == 429 {
			webtest.Expect(t, got, 429, limited)
		}
		if got.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Error("a page cannot read the answer")
		}
		return got.Code, got.Header().Get("Retry-After")
	}
	for i, want := range []string{"200 ", "200 ", "429 1", "429 1"} {
		if status, wait := upload(public); fmt.Sprint(status, " ", wait) != want {
			t.Errorf("request %d: got %d, to wait %q, want %s", i, status, wait, want)
		}
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 429, limited)
	webtest.Expect(t, w.Request("GET", "/v1/users/1", "", secret), 429, limited)
	webtest.Expect(t, w.Request("GET", "/v1/users/1", "", public), 403, secretNeeded)
	webtest.Expect(t, w.Request("GET", "/verify", ""), 401, invalidKey)
	w.Database.Clock.Add(time.Second)
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 200, "")
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 429, limited)
}

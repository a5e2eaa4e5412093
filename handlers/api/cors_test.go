package api_test

import (
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestAPIAnswersPagesOfListedOrigins(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	const refused = `{"message":"Pages of this origin may not use this key. Its team lists the origins that may.","code":"origin_not_allowed"}`
	const shop, other = "https://shop.example", "https://other.example"
	w.AllowOrigins(models.Development, "https://www.shop.example "+shop)
	w.AllowOrigins(models.Playground, shop)
	public, secret, sample := w.Publishable(), w.Secret(), w.KeyText(models.Playground, models.Publishable)
	for _, c := range []struct {
		name, key, origin string
		status            int
		body, allow, vary string
	}{
		{"listed", public, shop, 200, success, shop, "Origin"},
		{"listed second", public, "https://www.shop.example", 200, success, "https://www.shop.example", "Origin"},
		{"not listed", public, other, 403, refused, "", "Origin"},
		{"sandboxed page", public, "null", 403, refused, "", "Origin"},
		{"part of one that is listed", public, "https://shop.exampl", 403, refused, "", "Origin"},
		{"no page", public, "", 200, success, "*", "Origin"},
		{"secret key", secret, other, 200, success, "*", ""},
		{"listed, read-only", sample, shop, 400, readOnly, "*", ""},
		{"not listed, read-only", sample, other, 403, refused, "", "Origin"},
		{"nobody's key", models.NewKey(), other, 401, invalidKey, "*", ""},
		{"no key", "", other, 401, invalidKey, "*", ""},
	} {
		headers := []string{"X-API-KEY: " + c.key}
		if c.origin != "" {
			headers = append(headers, "Origin: "+c.origin)
		}
		got := w.Request("POST", "/v1/interactions", `{"data":[{"type":"home_page_view"}]}`, headers...)
		allow, vary := got.Header().Get("Access-Control-Allow-Origin"), got.Header().Get("Vary")
		if got.Code != c.status || got.Body.String() != c.body || allow != c.allow || vary != c.vary {
			t.Errorf("%s: got %d %s, for %q by %q", c.name, got.Code, got.Body, allow, vary)
		}
	}
	ambiguous := w.Request("POST", "/v1/interactions?api_key="+secret, "", "X-API-KEY: "+public, "Origin: "+other)
	if ambiguous.Code != 400 || ambiguous.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("two keys: got %d %v", ambiguous.Code, ambiguous.Header())
	}
}

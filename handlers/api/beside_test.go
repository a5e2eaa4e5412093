package api_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// beside is what browsers, proxies and libraries put on a request without meaning Dojo.
var beside = [][]string{
	// Other credentials.
	{"Authorization: Basic YWRhOnNlY3JldA=="}, // the page is behind a password; axios' auth
	{"Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"},
	{"Authorization: Bearer undefined"},
	{"Authorization: Digest username=\"ada\""},
	{"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260302/eu/s3/aws4_request"},
	{"Authorization: Negotiate YII="},
	{"Authorization: Basic " + "d3JpdGVLZXk6"}, // Segment and its like: the write key as the user
	{"Authorization;: "},
	{"Proxy-Authorization: Basic YWRhOnNlY3JldA=="},
	{"Cookie: session=1; api_key=other; X-API-KEY=other"},
	{"X-CSRF-Token: 1", "X-XSRF-TOKEN: 1"},
	{"X-Auth-Token: other", "Api-Key: other", "X-Api-Token: other", "Apikey: other"},

	// Tracing and errors.
	{"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=b", "baggage: k=v"},
	{"b3: 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", "X-B3-TraceId: 1", "X-B3-SpanId: 1", "X-B3-Sampled: 1"},
	{"sentry-trace: 1-1-1", "baggage: sentry-public_key=039c501ac8dfcac91c6f05601cee876e1cc07e17"},
	{"x-datadog-trace-id: 1", "x-datadog-parent-id: 1", "x-datadog-origin: rum"},
	{"uber-trace-id: 1:1:0:1", "X-Amzn-Trace-Id: Root=1-1-1", "X-Cloud-Trace-Context: 1/1;o=1", "newrelic: e30=",
		"elastic-apm-traceparent: 00-1-1-01"},
	{"Request-Id: |1.", "X-Request-Id: theirs", "X-Correlation-Id: 1"},

	// What browsers and libraries say of themselves.
	{"X-Requested-With: XMLHttpRequest", "DNT: 1", "Sec-GPC: 1", "Save-Data: on", "Upgrade-Insecure-Requests: 1"},
	{"sec-fetch-mode: cors", "Accept: */*", "Accept-Language: *", "User-Agent: node"}, // fetch in Node
	{"Sec-CH-UA: \"Chromium\";v=\"130\"", "Sec-CH-UA-Mobile: ?0", "Priority: u=1, i", "Purpose: prefetch"},
	{"Accept: text/html,application/xhtml+xml"},
	{"Accept: application/json, text/plain, */*", "Accept-Encoding: gzip, deflate, br, zstd", "Cache-Control: no-cache",
		"Pragma: no-cache"},
	{"If-None-Match: \"1\"", "If-Modified-Since: Mon, 02 Mar 2026 09:30:00 GMT", "Range: bytes=0-1"},
	{"Idempotency-Key: 1", "X-HTTP-Method-Override: POST", "Prefer: return=minimal", "Expect: "},

	// Content types: the body is JSON whatever they say.
	{"Content-Type: text/plain;charset=UTF-8"}, // fetch and sendBeacon with a string
	{"Content-Type: application/x-www-form-urlencoded"},
	{"Content-Type: multipart/form-data; boundary=x"},
	{"Content-Type: application/json; charset=utf-8"},
	{"Content-Type: application/reports+json"},
	{"Content-Type: nonsense"},
	{"Content-Type: "},

	// Proxies on the way.
	{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example",
		"Forwarded: for=203.0.113.9", "Via: 1.1 proxy", "X-Real-IP: 203.0.113.9"},
	{"X-Forwarded-Method: DELETE", "X-Forwarded-Uri: /v1/products", "X-Original-URI: /v1/products"},
	{"CF-Ray: 1", "CF-Connecting-IP: 203.0.113.9", "CDN-Loop: cloudflare", "X-Amz-Cf-Id: 1",
		"Fastly-Client-IP: 203.0.113.9"},
}

func TestWhatStandsBesideAKeyChangesNothing(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	public, secret := w.Publishable(), w.Secret()
	for _, c := range []struct {
		method, path, key string
		status            int
		body              string
	}{
		{"POST", "/v1/interactions", public, 200, success},
		{"POST", "/v1/products?dry_run=1", secret, 200, ""},
		{"POST", "/v1/products?dry_run=1", public, 403, secretNeeded},
		{"POST", "/v1/interactions", models.NewKey(), 401, invalidKey},
		{"POST", "/v1/interactions", "", 401, invalidKey},
	} {
		for _, headers := range beside {
			for _, place := range []string{"X-API-KEY", "api_key"} {
				r := httptest.NewRequest(c.method, c.path, strings.NewReader(bodyFor(c.path)))
				if place == "api_key" && c.key != "" {
					query := r.URL.Query()
					query.Set("api_key", c.key)
					r.URL.RawQuery = query.Encode()
				} else if c.key != "" {
					r.Header.Set(place, c.key)
				}
				for _, header := range headers {
					name, value, _ := strings.Cut(header, ": ")
					r.Header[http.CanonicalHeaderKey(name)] = append(r.Header[http.CanonicalHeaderKey(name)], value)
				}
				got := httptest.NewRecorder()
				w.Echo.ServeHTTP(got, r)
				if got.Code != c.status || c.body != "" && got.Body.String() != c.body {
					t.Errorf("%s %s with the key in %s beside %q: got %d %s", c.method, c.path, place, headers,
						got.Code, got.Body)
				}
			}
		}
	}
}

func bodyFor(path string) string {
	if strings.Contains(path, "products") {
		return `{"data":[{"product_id":"p"}]}`
	}
	return `{"data":[{"type":"home_page_view"}]}`
}

// A token that is no key is not taken for a second one, wherever it stands; and two
// keys are two keys, whatever else is there.
func TestTokensBesideAKey(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	key, other := w.Secret(), models.NewKey()
	for _, c := range []struct {
		query   string
		headers []string
		status  int
		body    string
	}{
		{"", []string{"X-API-KEY: " + key, "Authorization: Bearer token"}, 200, ""},
		{"?api_key=" + key, []string{"Authorization: Bearer token", "X-API-KEY: undefined"}, 200, ""},
		{"?api_key=undefined", []string{"X-API-KEY: " + key}, 200, ""},
		{"", []string{"X-API-KEY: null", "Authorization: Bearer " + key}, 200, ""},
		{"", []string{"X-API-KEY: " + key, "Authorization: Bearer token", "Authorization: Bearer " + other}, 400,
			ambiguousKey},
		{"?api_key=undefined", []string{"X-API-KEY: " + key, "Authorization: Bearer " + other}, 400, ambiguousKey},
		{"?api_key=undefined", []string{"Authorization: Bearer token"}, 401, invalidKey},
	} {
		webtest.Expect(t, w.Request("GET", "/verify"+c.query, "", c.headers...), c.status, c.body)
	}
}

func TestPreflightsAllowWhatLibrariesSend(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	allowed := func(asked ...string) []string {
		r := httptest.NewRequest("OPTIONS", "/v1/interactions", nil)
		r.Header.Set("Origin", "https://shop.example")
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header["Access-Control-Request-Headers"] = asked
		got := w.Serve(r)
		if got.Code != 204 || got.Header().Get("Access-Control-Allow-Origin") != "https://shop.example" ||
			got.Header().Get("Access-Control-Allow-Credentials") != "true" ||
			got.Header().Get("Vary") != "Origin, Access-Control-Request-Headers" {
			t.Errorf("%q: got %d %v", asked, got.Code, got.Header())
		}
		return strings.Split(strings.ToLower(got.Header().Get("Access-Control-Allow-Headers")), ", ")
	}
	ours := []string{"content-type", "x-api-key", "authorization"}
	if got := allowed(); !slices.Equal(got, ours) {
		t.Errorf("got %q", got)
	}
	const libraries = "authorization,baggage,content-encoding,content-type,dnt,elastic-apm-traceparent,idempotency-key,newrelic,sec-gpc,sentry-trace,traceparent,tracestate," +
		"uber-trace-id,x-amzn-trace-id,x-api-key,x-b3-spanid,x-b3-traceid,x-client-version,x-correlation-id,x-csrf-token,x-datadog-trace-id,x-request-id,x-requested-with,x-xsrf-token"
	got := allowed(libraries)
	for name := range strings.SplitSeq(libraries, ",") {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not allowed, and nothing is sent", name)
		}
	}
	if got := allowed("TraceParent , traceparent", "X-API-KEY"); !slices.Equal(got, append(ours, "traceparent")) {
		t.Errorf("got %q", got)
	}
	for _, name := range []string{
		"x-forwarded-for", "x-forwarded-method", "x-original-uri", "x-rewrite-url", "forwarded", "x-real-ip",
		"x-http-method-override", "x-method-override",
		"x-dojo-team", "x_dojo_team", "", " ", "a b", "a\"", "(x)", "naïve", strings.Repeat("x", 65), "*/*",
	} {
		if got := allowed(name); !slices.Equal(got, ours) {
			t.Errorf("%q: got %q", name, got)
		}
	}
	if got := allowed(strings.Repeat("a,b,c,x-"+strings.Repeat("y", 40)+",", 100)); len(got) != 7 {
		t.Errorf("got %d", len(got))
	}
	var many []string
	for i := range 500 {
		many = append(many, "x-"+strings.Repeat("y", i%60)+string(rune('a'+i%26)))
	}
	if got := allowed(strings.Join(many, ",")); len(got) > 64 {
		t.Errorf("got %d", len(got))
	}
}

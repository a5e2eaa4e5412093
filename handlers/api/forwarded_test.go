package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// stranger is the address of a peer that is not trusted.
const stranger = "203.0.113.9:4711"

const (
	contradictory = `{"message":"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values.","errors":true}`
	nearlyFor     = `{"message":"A parameter of this check is nearly for=request. Write it just so and once, or leave it out to have the key alone checked.","code":"invalid","errors":true}`
	untrusted     = `{"message":"This check tells of a client's request (X-Forwarded-Method, X-Forwarded-Uri, X-Original-URI …) and comes from 203.0.113.9, ` +
		`which is not in DOJO_TRUSTED_PROXIES. If that is your proxy, add its address there. To have the key alone checked, send none of these headers.","code":"untrusted_proxy","errors":true}`
	noMethod = `{"message":"The proxy at 198.51.100.7 tells the URI of its client's request and not the method. ` +
		`Let it set X-Forwarded-Method, in nginx with: proxy_set_header X-Forwarded-Method $request_method;","code":"incomplete_request","errors":true}`
	noURI = `{"message":"The proxy at 198.51.100.7 tells the method of its client's request and not the URI. ` +
		`Let it set X-Forwarded-Uri, in nginx with: proxy_set_header X-Forwarded-Uri $request_uri;","code":"incomplete_request","errors":true}`
	noRequest = `{"message":"This check has to be about a request (for=request), and %s tells of none. ` +
		`Let the proxy set X-Forwarded-Method and X-Forwarded-Uri.","code":"incomplete_request","errors":true}`
)

// PUBLIC, SECRET and SAMPLE are the publishable and the secret key of Development
// and the secret key of the Playground.
func TestVerifyForAProxy(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	keys := strings.NewReplacer("PUBLIC", w.Publishable(), "SECRET", w.Secret(), "SAMPLE",
		w.KeyText(models.Playground, models.Secret))
	const post, get = "X-Forwarded-Method: POST", "X-Forwarded-Method: GET"
	for _, c := range []struct {
		name    string
		headers []string
		status  int
		body    string
	}{
		{"publishable on interactions", []string{post, "X-Forwarded-Uri: /v1/interactions?api_key=PUBLIC"}, 200, ""},
		{"publishable elsewhere", []string{post, "X-Forwarded-Uri: /v1/products?api_key=PUBLIC"}, 403, secretNeeded},
		{"publishable, other method",
			[]string{"X-Forwarded-Method: DELETE", "X-Forwarded-Uri: /v1/interactions?api_key=PUBLIC"}, 403,
			secretNeeded},
		{"secret by X-Original-URI", []string{post, "X-Original-URI: /v1/products?api_key=SECRET"}, 200, ""},
		{"as ingress-nginx tells it",
			[]string{"X-Original-Method: POST", "X-Original-URL: https://api.example/v1/interactions?api_key=PUBLIC"},
			200, ""},
		{"the same, publishable elsewhere",
			[]string{"X-Original-Method: POST", "X-Original-URL: https://api.example/v1/products?api_key=PUBLIC"}, 403,
			secretNeeded},
		{"both headers agree",
			[]string{get, "X-Original-Method: GET", "X-Original-URI: /a?api_key=SECRET",
				"X-Forwarded-Uri: /a?api_key=SECRET"}, 200, ""},
		{"write to the Playground", []string{post, "X-Forwarded-Uri: /v1/products?api_key=SAMPLE"}, 400, readOnly},
		{"reading the Playground", []string{get, "X-Forwarded-Uri: /v1/products/1?api_key=SAMPLE"}, 200, ""},
		{"asking the Playground", []string{post, "X-Forwarded-Uri: /v1/search/search?api_key=SAMPLE"}, 200, ""},
		{"another key in a header", []string{post, "X-Forwarded-Uri: /v1/products?api_key=SECRET", "X-API-KEY: PUBLIC"},
			400, ambiguousKey},
		{"no key", []string{post, "X-Forwarded-Uri: /v1/products"}, 401, invalidKey},
		{"the client wants JSON", []string{get, "X-Forwarded-Uri: /a?api_key=SECRET", "Accept: application/json"}, 200,
			""},

		// A client's own header beside the proxy's.
		{"two URIs", []string{post, "X-Original-URI: /v1/products?api_key=PUBLIC",
			"X-Forwarded-Uri: /v1/interactions?api_key=PUBLIC"}, 400, contradictory},
		{"two URLs", []string{post, "X-Forwarded-Uri: /v1/products?api_key=PUBLIC",
			"X-Original-URL: https://x/v1/interactions?api_key=PUBLIC"}, 400, contradictory},
		{"two methods", []string{get, post, "X-Forwarded-Uri: /v1/products?api_key=SAMPLE"}, 400, contradictory},
		{"two methods by two names",
			[]string{get, "X-Original-Method: POST", "X-Forwarded-Uri: /v1/products?api_key=SAMPLE"}, 400,
			contradictory},
		{"an empty one", []string{get, "X-Forwarded-Uri: /v1/products?api_key=SECRET", "X-Original-URI: "}, 400,
			contradictory},

		// Half a request is none.
		{"method not told", []string{"X-Forwarded-Uri: /v1/interactions?api_key=PUBLIC"}, 400, noMethod},
		{"method not told by X-Original-URI", []string{"X-Original-URI: /v1/interactions?api_key=SECRET"}, 400,
			noMethod},
		{"an empty method", []string{"X-Forwarded-Method: ", "X-Forwarded-Uri: /v1/products?api_key=SECRET"}, 400,
			noMethod},
		{"URI not told", []string{post, "X-API-KEY: SECRET"}, 400, noURI},
		{"an empty URI", []string{post, "X-Forwarded-Uri: ", "X-API-KEY: SECRET"}, 400, noURI},

		// What could be read in two ways.
		{"two slashes", []string{get, "X-Forwarded-Uri: //v1/products?api_key=SECRET"}, 400, twoSlashes},
		{"a slash at the end", []string{post, "X-Forwarded-Uri: /v1/interactions/?api_key=PUBLIC"}, 400, slashAtEnd},
		{"a detour", []string{post, "X-Forwarded-Uri: /v1/search/..%2Fproducts?api_key=SAMPLE"}, 400, dotSegment},
		{"parameters", []string{post, "X-Forwarded-Uri: /v1/;x/products?api_key=SAMPLE"}, 400, semicolon},
		{"capital letters", []string{post, "X-Forwarded-Uri: /V1/products?api_key=SAMPLE"}, 400, wrongCase},
		{"a method in small letters",
			[]string{"X-Forwarded-Method: post", "X-Forwarded-Uri: /v1/interactions?api_key=PUBLIC"}, 400, smallMethod},
		{"a second method", []string{post, "X-HTTP-Method-Override: DELETE",
			"X-Forwarded-Uri: /v1/search?api_key=SAMPLE"}, 400, otherMethod},
		{"a second method in the query", []string{post, "X-Forwarded-Uri: /v1/search?_method=PUT&api_key=SAMPLE"}, 400,
			unclear("it names another method in the parameter _method")},
		{"a second path", []string{post, "X-Rewrite-URL: /v1/products", "X-Forwarded-Uri: /v1/search?api_key=SAMPLE"},
			400, unclear("it names another path beside its own")},
		{"an id with anything in it", []string{get, "X-Forwarded-Uri: /v1/products/p%202%2F%C3%BC?api_key=SAMPLE"}, 200,
			""},
	} {
		headers := []string{"From: " + webtest.Proxy}
		for _, header := range c.headers {
			headers = append(headers, keys.Replace(header))
		}
		for _, target := range []string{"/verify", "/verify?for=request"} {
			got := w.Request("GET", target, "", headers...)
			if got.Code != c.status || got.Body.String() != c.body {
				t.Errorf("%s: %s: got %d %s", target, c.name, got.Code, got.Body)
			}
			if header := got.Header().Get("X-Dojo-Refusal"); header != strings.ReplaceAll(c.body, "…", `\u2026`) {
				t.Errorf("%s: %s: the header says %s", target, c.name, header)
			}
			if (c.status == 200) != (got.Header().Get("X-Dojo-Team") == "acme") {
				t.Errorf("%s: %s: the team is %q", target, c.name, got.Header().Get("X-Dojo-Team"))
			}
		}
	}
}

// Whoever is not a trusted proxy tells nothing, and gets no weaker check for it.
func TestVerifyForNobodysProxy(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	public := "X-API-KEY: " + w.Publishable()
	for _, headers := range [][]string{
		{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/products", public},
		{"X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/interactions", public},
		{"X-Forwarded-Uri: /v1/products?api_key=" + w.Secret()},
		{"X-Original-URI: /v1/products", public},
		{"X-Original-URL: https://api.example/v1/products", public},
		{"X-Forwarded-Method: GET", public},
		{"X-Original-Method: GET", public},
		{"X-Forwarded-Method: ", public},
	} {
		for _, target := range []string{"/verify", "/verify?for=request"} {
			got := w.Request("GET", target, "", append(headers, "From: "+stranger)...)
			webtest.Expect(t, got, 400, untrusted)
			if got.Header().Get("X-Dojo-Refusal") != strings.ReplaceAll(untrusted, "…", `\u2026`) {
				t.Errorf("the header says %s", got.Header().Get("X-Dojo-Refusal"))
			}
		}
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", public, "From: "+stranger), 200, "") // the key alone
	webtest.Expect(t, w.Request("GET", "/verify", "", public, "From: "+webtest.Proxy), 200, "")
	webtest.Expect(t, w.Request("GET", "/verify?for=request", "", public, "From: "+stranger), 400,
		fmt.Sprintf(noRequest, "203.0.113.9"))
	webtest.Expect(t, w.Request("GET", "/verify?for=request", "", public, "From: "+webtest.Proxy), 400,
		fmt.Sprintf(noRequest, "198.51.100.7"))
}

func TestVerifyNearlyForARequest(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	for _, query := range []string{
		"for", "for=", "for=key", "for=Request", "for=requests", "For=request", "FOR=request",
		"for=request&for=request", "for=request&for=key", "for[]=request", "for%20=request",
		"for=%72equest", "f%6Fr=request", "fro=request", "mode=request", "forRequest=1", "for_request",
	} {
		webtest.Expect(t, w.Request("GET", "/verify?"+query, "", secret, "From: "+webtest.Proxy), 400, nearlyFor)
	}
	for _, query := range []string{"format=json", "a=1&b", "request=1", "force=1"} {
		webtest.Expect(t, w.Request("GET", "/verify?"+query, "", secret, "From: "+webtest.Proxy), 200, "")
	}
	webtest.Expect(t, w.Request("GET", "/verify?for=request&api_key="+w.Secret(), "", "X-Forwarded-Method: GET",
		"X-Forwarded-Uri: /a", "From: "+webtest.Proxy), 200, "")
}

// A preflight shows no key, and says nothing of one.
func TestVerifyLetsPreflightsThrough(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	told := []string{"From: " + webtest.Proxy, "X-Forwarded-Method: OPTIONS", "X-Forwarded-Uri: /v1/search",
		"Origin: https://shop.example", "X-Dojo-Team: forged"}
	preflight := append(told, "Access-Control-Request-Method: POST")
	got := w.Request("GET", "/verify?for=request", "", preflight...)
	webtest.Expect(t, got, 200, "")
	for _, name := range []string{"X-Dojo-Team", "X-Dojo-Environment", "X-Dojo-Key-Kind", "X-Dojo-Key-Id"} {
		// none, in a form that every proxy passes on
		if got := got.Header().Values(name); len(got) != 1 || got[0] != "" {
			t.Errorf("it says %s: %q", name, got)
		}
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", preflight...), 401, invalidKey)
	webtest.Expect(t, w.Request("GET", "/verify?for=request", "", told...), 401, invalidKey)
	webtest.Expect(t, w.Request("GET", "/verify?for=request", "",
		append(preflight, "X-HTTP-Method-Override: DELETE")...), 401, invalidKey)
	webtest.Expect(t, w.Request("GET", "/verify?for=request", "", "From: "+webtest.Proxy, "X-Forwarded-Method: POST",
		"X-Forwarded-Uri: /v1/search",
		"Origin: https://shop.example", "Access-Control-Request-Method: POST"), 401, invalidKey)
}

// Pages may read why their interactions are refused.
func TestVerifyRefusalsForPages(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	for path, want := range map[string]string{"/v1/interactions": "https://shop.example", "/v1/products": ""} {
		got := w.Request("GET", "/verify?for=request", "", "From: "+webtest.Proxy, "X-Forwarded-Method: POST",
			"X-Forwarded-Uri: "+path, "Origin: https://shop.example")
		if got.Code != 401 || got.Header().Get("Access-Control-Allow-Origin") != want {
			t.Errorf("%s: got %d %v", path, got.Code, got.Header())
		}
	}
}

// A proxy that is not set up is told of in the log, once a minute, and on the desk.
func TestProxiesThatAreNotSetUp(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := w.Secret()
	ask := func(peer string, headers ...string) {
		w.Request("GET", "/verify?api_key="+secret, "", append(headers, "From: "+peer)...)
	}
	lines := func() int { return strings.Count(w.Log.String(), "a check for a proxy is refused") }
	for range 50 {
		ask(stranger, "X-Forwarded-Uri: /a?api_key="+secret)
	}
	ask(webtest.Proxy, "X-Original-URI: /a?api_key="+secret)
	if lines() != 2 || !strings.Contains(w.Log.String(), "DOJO_TRUSTED_PROXIES") ||
		strings.Contains(w.Log.String(), secret) {
		t.Errorf("the log says %s", w.Log.String())
	}
	faults := w.Api.ProxyFaults()
	if len(faults) != 2 {
		t.Fatalf("the desk hears of %v", faults)
	}
	counts := map[string]int{}
	for _, fault := range faults {
		counts[fault.Peer] = fault.Times
		if strings.Contains(fault.Says, secret) {
			t.Error("the desk is told a key")
		}
	}
	if counts["203.0.113.9"] != 50 || counts["198.51.100.7"] != 1 {
		t.Errorf("the desk hears of %v", faults)
	}
	w.Database.Clock.Add(time.Minute)
	ask(stranger, "X-Forwarded-Uri: /a")
	if lines() != 3 {
		t.Errorf("after a minute the log says %s", w.Log.String())
	}
	// Made-up proxies take neither memory nor the log's room.
	for i := range 200 {
		ask(fmt.Sprintf("192.0.2.%d:1", i), "X-Forwarded-Uri: /a")
	}
	if faults = w.Api.ProxyFaults(); len(faults) != 16 || lines() != 18 {
		t.Errorf("%d are remembered, %d lines", len(faults), lines())
	}
	w.Database.Clock.Add(24 * time.Hour)
	if faults = w.Api.ProxyFaults(); len(faults) != 0 {
		t.Errorf("after a day the desk hears of %v", faults)
	}
}

package api_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestPlainChecksAreAnsweredAsAllOthers compares the two ways to an answer, with the
// evidence that each leaves.
func TestPlainChecksAreAnsweredAsAllOthers(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	good, publishable := w.Secret(), w.Publishable()
	unknown := strings.Repeat("0", 40)
	const target = "GET /verify"
	for _, c := range []struct {
		request string
		headers []string
		plain   bool
	}{
		{target + "?api_key=" + good, nil, true},
		{target, []string{"X-API-KEY: " + good}, true},
		{target, []string{"Authorization: Bearer " + publishable, "Origin: https://shop.example", "User-Agent: a/1"}, true},
		{target + "?api_key=" + good, []string{"X-API-KEY: " + good, "Authorization: Basic eA=="}, true},
		{target + "?api_key=" + good, []string{"X-API-KEY: " + unknown}, true},
		{target, []string{"X-API-KEY: " + good, "X-API-KEY: " + unknown}, true},
		{target + "?api_key=" + unknown, nil, true},
		{target, []string{"X-API-KEY: nonsense"}, true},
		{target, nil, true},
		{"GET http://dojo.example/verify?api_key=" + good, nil, true},

		{"HEAD /verify?api_key=" + good, nil, false},
		{"POST /verify?api_key=" + good, nil, false},
		{"GET /verify/?api_key=" + good, nil, false},
		{"GET /v%65rify?api_key=" + good, nil, false},
		{"GET /v1/products/1?api_key=" + good, nil, false},
		{target + "?api_key=" + good + "&for=request", nil, false},
		{target + "?for=key&api_key=" + good, nil, false},
		{target + "?api%5Fkey=" + good, nil, false},
		{target + "?api_key=" + good + "&", nil, false},
		{target + "?api_key=nonsense", nil, false},
		{target + "?api_key=" + good, []string{"Accept: text/html, application/json"}, false},
		{target + "?api_key=" + good, []string{"X-Forwarded-Method: GET"}, false},
		{target + "?api_key=" + good, []string{"X-Original-Url: /v1/products/1"}, false},
		{target + "?api_key=" + good, []string{"X-Forwarded-For: 203.0.113.9", "From: " + webtest.Proxy}, false},
	} {
		method, address, _ := strings.Cut(c.request, " ")
		request := func() *http.Request {
			r := httptest.NewRequest(method, address, nil)
			r.RemoteAddr = "192.0.2.9:4711"
			for _, header := range c.headers {
				name, value, _ := strings.Cut(header, ": ")
				r.Header.Add(name, value)
			}
			return r
		}
		quick := httptest.NewRecorder()
		if plain := w.Api.AnswerPlainCheck(quick, request()); plain != c.plain {
			t.Errorf("%s %v: answered is %v", c.request, c.headers, plain)
		}
		if !c.plain {
			if quick.Flushed || len(quick.Header()) > 0 {
				t.Errorf("%s %v: half an answer: %v", c.request, c.headers, quick.Header())
			}
			continue
		}
		usual := httptest.NewRecorder()
		w.Echo.ServeHTTP(usual, request())
		same(t, w, c.request, quick, usual)
	}
	webtest.Expect(t, plainly(w, good), 200, "")
	w.Gate.SetLimit(1)
	plainly(w, good)
	plainly(w, good)
	limited := plainly(w, good)
	if limited.Code != 429 || limited.Header().Get("Retry-After") == "" {
		t.Errorf("beyond the limit: %d %v", limited.Code, limited.Header())
	}
	w.Gate.Suspend()
	webtest.Expect(t, plainly(w, good), 503,
		`{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable","errors":true}`)
}

func plainly(w *webtest.API, key string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.Api.AnswerPlainCheck(answer, httptest.NewRequest("GET", "/verify?api_key="+key, nil))
	return answer
}

// same compares answers, but for their ids, and what is kept of the requests.
func same(t *testing.T, w *webtest.API, what string, quick, usual *httptest.ResponseRecorder) {
	t.Helper()
	var seen [2]models.Request
	for i, answer := range []*httptest.ResponseRecorder{quick, usual} {
		seen[i], _ = w.Seen(answer) // the zero request where no team has the key
		if id := answer.Header().Get("X-Request-Id"); len(id) != 26 || seen[i].ID != "" && seen[i].ID != id {
			t.Errorf("%s: the id is %q, and was kept as %q", what, id, seen[i].ID)
		}
		answer.Header().Del("X-Request-Id")
		seen[i].ID, seen[i].At, seen[i].Duration = "", seen[0].At, 0
	}
	if quick.Code != usual.Code || quick.Body.String() != usual.Body.String() ||
		!maps.EqualFunc(quick.Header(), usual.Header(), slices.Equal[[]string]) {
		t.Errorf("%s: got %d %v %s\nwant %d %v %s", what, quick.Code, quick.Header(), quick.Body, usual.Code,
			usual.Header(), usual.Body)
	}
	if seen[0] != seen[1] {
		t.Errorf("%s: kept %+v\nwant %+v", what, seen[0], seen[1])
	}
}

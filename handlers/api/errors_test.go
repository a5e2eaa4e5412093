package api_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

// Every error is JSON that says what is wrong, on a real connection, whatever the
// method and the path are. SECRET is a good key.
func TestAPIErrorsAreJSON(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Echo.GET("/v1/panic", func(echo.Context) error { panic("on purpose") })
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	const wrongMethod = `{"message":"method not allowed","errors":true}`
	wrongVerify := unclear("the path of the check is /verify, written just so")
	for _, c := range []struct {
		method, target string
		status         int
		body, allow    string
	}{
		{"GET", "/v1", 404, notFound, ""},
		{"GET", "/v1?api_key=SECRET", 404, notFound, ""},
		{"POST", "/v1", 404, notFound, ""},
		{"GET", "/v1/?api_key=SECRET", 404, notFound, ""},
		{"GET", "/v1/", 401, invalidKey, ""},
		{"GET", "/v1/nothing?api_key=SECRET", 404, notFound, ""},
		{"GET", "/v1/nothing", 401, invalidKey, ""},
		{"GET", "/v1/products/?api_key=SECRET", 400, slashAtEnd, ""},
		{"GET", "/v1/products/_ids/?api_key=SECRET", 400, slashAtEnd, ""},
		{"POST", "/v1/interactions/?api_key=SECRET", 400, slashAtEnd, ""},
		{"GET", "/v1/products/" + strings.Repeat("x", 8000) + "?api_key=SECRET", 404, notFound, ""},
		{"GET", "/v1/products/%ff?api_key=SECRET", 404, notFound, ""},
		{"GET", "/v1/../v1/users?api_key=SECRET", 400, dotSegment, ""},
		{"GET", "/%761/users/1", 401, invalidKey, ""},
		{"GET", "/%761/users/1?api_key=SECRET", 400, encodedName, ""},
		{"GET", "//v1//users?api_key=SECRET", 400, twoSlashes, ""},
		{"GET", "/verify/", 400, wrongVerify, ""},
		{"GET", "//verify?api_key=SECRET", 400, wrongVerify, ""},
		{"GET", "/Verify", 400, wrongVerify, ""},
		{"PUT", "/v1/products?api_key=SECRET", 405, wrongMethod, "OPTIONS, POST"},
		{"PATCH", "/v1/users/1?api_key=SECRET", 405, wrongMethod, "OPTIONS, DELETE, GET, HEAD"},
		{"OPTIONS", "/v1/products", 401, invalidKey, ""},
		{"TRACE", "/v1/users/_ids?api_key=SECRET", 405, wrongMethod, "OPTIONS, GET, HEAD"},
		{"BREW", "/v1/products?api_key=SECRET", 405, wrongMethod, "OPTIONS, POST"},
		{"PROPFIND", "/v1/products", 401, invalidKey, ""},
		{"DELETE", "/verify?api_key=SECRET", 405, wrongMethod, "OPTIONS, GET, HEAD"},
		{"PUT", "/v1/openapi.json?api_key=SECRET", 405, wrongMethod, "OPTIONS, GET, HEAD"},
		{"HEAD", "/v1/nothing?api_key=SECRET", 404, "", ""},
		{"HEAD", "/v1/products?api_key=SECRET", 405, "", "OPTIONS, POST"},
		{"HEAD", "/v1/products", 401, "", ""},
		{"GET", "/v1/panic?api_key=SECRET", 500,
			`{"message":"Something is wrong inside Dojo. It is in the log, under the id in the header X-Request-Id.","code":"internal","errors":true}`, ""},
	} {
		target := strings.Replace(c.target, "SECRET", w.Secret(), 1)
		answer, body := raw(t, server, c.method+" "+target+" HTTP/1.1\nHost: dojo\nConnection: close\n\n")
		if answer.StatusCode != c.status || body != c.body {
			t.Errorf("%s %.80s: got %s %s", c.method, c.target, answer.Status, body)
		}
		if answer.Header.Get("Allow") != c.allow {
			t.Errorf("%s %.80s: Allow is %q, want %q", c.method, c.target, answer.Header.Get("Allow"), c.allow)
		}
		if c.method != "HEAD" &&
			(answer.Header.Get("Content-Type") != "application/json" || !json.Valid([]byte(body))) {
			t.Errorf("%s %.80s: not JSON but %s", c.method, c.target, answer.Header.Get("Content-Type"))
		}
		if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("Referrer-Policy") != "no-referrer" ||
			answer.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s %.80s: its headers are %v", c.method, c.target, answer.Header)
		}
	}
}

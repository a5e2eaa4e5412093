package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"

	"dojo/web"
	"dojo/web/webtest"
)

// The settings reach the API: its upstream, its limit, and its address.
func TestUpstreamAndLimitFromTheSettings(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Header.Get("X-Dojo-Team")+" asks for "+r.URL.Path)
	}))
	defer upstream.Close()
	s := webtest.New(t, storetest.OpenSQLite(t),
		func(o *web.Options) { o.Config.Upstream, o.Config.RateLimit = upstream.URL, 1 })
	secret, err := s.Team(s.Olivia, s.Acme).
		ViewKey(t.Context(), models.Development, s.Key(models.Development, models.Secret).ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"acme asks for /v1/search", "acme asks for /v1/search", `"code":"rate_limited"`} {
		if got := read(t, s.Url+"/v1/search?api_key="+secret); !strings.Contains(got, want) {
			t.Errorf("request %d: got %s, want %s", i, got, want)
		}
	}
	if got := read(t, s.Url+"/v1/openapi.json"); !strings.Contains(got, `"servers":[{"url":"http://localhost:`) {
		t.Errorf("the description's address is not the API's: %.200s", got)
	}
}

func read(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// No slip with a path of the API ends on a page of the dashboard.
func TestNearlyTheAPIsPathGetsNoPage(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t))
	for _, path := range []string{
		"//v1/products", "///v1//interactions", "/v1//products", "/V1/products", "/v1", "/v1/", "/v1/interactions/",
		"/%2Fv1/products", "/v1%2Fproducts",
		"/./v1/products", "/x/../v1/products", "/v1.", "/v1%20/products", "/v1;x/products", "/%5Cv1%5Cproducts",
		"/%761/products", "/%25761/products",
		"//verify", "/verify/", "/Verify", "/verify;x", "/verify%20",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			connection, err := net.Dial("tcp", strings.TrimPrefix(s.Url, "http://"))
			s.Ok(err)
			fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", method, path,
				connection.RemoteAddr())
			answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
			s.Ok(err)
			body, err := io.ReadAll(answer.Body)
			s.Ok(err)
			if answer.StatusCode < 400 || answer.Header.Get("Content-Type") != "application/json" ||
				!strings.HasPrefix(string(body), `{"`) {
				t.Errorf("%s %s: got %s %.80s", method, path, answer.Status, body)
			}
			connection.Close()
		}
	}
}

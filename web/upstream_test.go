package web_test

import (
	"io"
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
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Config.Upstream, o.Config.RateLimit = upstream.URL, 1 })
	secret, err := s.Team(s.Olivia, s.Acme).ViewKey(t.Context(), models.Development, s.Key(models.Development, models.Secret).ID)
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

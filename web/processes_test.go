package web_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestPagesShowWhatOtherProcessesSaw: a page has the request that another process answered a
// moment ago, and the desk the proxy that another one refused.
func TestPagesShowWhatOtherProcessesSaw(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	s := webtest.New(t, storetest.OpenPostgres(t))
	other := s.Beside()
	key := s.KeyText(models.Development, models.Secret)
	answer := other.Uploads(key)
	if answer.Status != http.StatusCreated && answer.Status != http.StatusOK {
		t.Fatalf("the other process answers %d", answer.Status)
	}
	id := answer.Header.Get("X-Request-Id")
	if id == "" {
		t.Fatal("the request has no id")
	}
	dev := s.As(s.Dev)
	webtest.WaitUntil(t, "the request is on the page of this process", func() bool {
		return strings.Contains(dev.Get("/t/acme/development/usage").Expect(http.StatusOK).Body, id)
	})

	request, err := http.NewRequest(http.MethodGet, other.Url+"/verify", nil)
	s.Ok(err)
	request.Header.Set("X-Forwarded-Uri", "/v1/products")
	refused, err := http.DefaultClient.Do(request)
	s.Ok(err)
	refused.Body.Close()
	sol := s.As(s.Sol)
	webtest.WaitUntil(t, "the desk of this process tells of the proxy", func() bool {
		return strings.Contains(sol.Get("/desk/teams").Expect(http.StatusOK).Body, "which is not in DOJO_TRUSTED_PROXIES")
	})
}

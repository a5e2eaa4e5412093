package web_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// The desk reads what a proxy lacks, on each of its pages.
func TestDeskTellsOfProxiesThatAreNotSetUp(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	if page := sol.Get("/desk/requests").Expect(http.StatusOK); strings.Contains(page.Body, "Checks for a proxy") {
		t.Error("there is a fault before anything was asked")
	}
	request, err := http.NewRequest(http.MethodGet, s.Url+"/verify", nil)
	s.Ok(err)
	request.Header.Set("X-Forwarded-Uri", "/v1/products")
	for range 2 {
		answer, err := http.DefaultClient.Do(request)
		s.Ok(err)
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("it is answered %s", answer.Status)
		}
	}
	for _, path := range []string{"/desk/requests", "/desk/teams"} {
		sol.Get(path).Expect(http.StatusOK, "Checks for a proxy are refused",
			"127.0.0.1, which is not in DOJO_TRUSTED_PROXIES", "2 times")
	}
}

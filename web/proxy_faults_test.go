package web

import (
	"net/http"
	"strings"
	"testing"
)

// The desk reads what a proxy lacks, on each of its pages.
func TestDeskTellsOfProxiesThatAreNotSetUp(t *testing.T) {
	s := onSQLite(t)
	sol := s.as(s.Sol)
	if page := sol.get("/desk/requests").expect(http.StatusOK); strings.Contains(page.body, "Checks for a proxy") {
		t.Error("there is a fault before anything was asked")
	}
	request, err := http.NewRequest(http.MethodGet, s.url+"/verify", nil)
	s.ok(err)
	request.Header.Set("X-Forwarded-Uri", "/v1/products")
	for range 2 {
		answer, err := http.DefaultClient.Do(request)
		s.ok(err)
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("it is answered %s", answer.Status)
		}
	}
	for _, path := range []string{"/desk/requests", "/desk/teams"} {
		sol.get(path).expect(http.StatusOK, "Checks for a proxy are refused", "127.0.0.1, which is not in DOJO_TRUSTED_PROXIES", "2 times")
	}
}

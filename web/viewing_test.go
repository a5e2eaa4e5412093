package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// TestNothingIsPostedWhileViewing: whatever an engineer who only views a team's pages posts to the
// team, it is refused and changes nothing.
func TestNothingIsPostedWhileViewing(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		sol := s.As(s.Sol)
		for _, row := range access {
			method, path, _ := strings.Cut(row.route, " ")
			if method != http.MethodPost || !strings.HasPrefix(path, "/t/") {
				continue
			}
			address := s.Address(path, row.environment)
			sol.Post("/desk/teams/acme/view", url.Values{"reason": {"They asked."}}).Expect(http.StatusSeeOther)
			s.Unchanged(t, row.route, func() {
				got := sol.Send(method, address, row.form)
				if got.Status != http.StatusForbidden {
					t.Errorf("%s: %d; want %d", row.route, got.Status, http.StatusForbidden)
				}
			})
		}
	})
}

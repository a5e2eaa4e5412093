package web_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/web"
	"dojo/web/webtest"
)

// TestAddressesOfFormsLeadToTheirPages: after a form that was not right its address stands in the browser. Whoever
// loads it anew, or comes by a saved one, gets to the page that the form is on.
func TestAddressesOfFormsLeadToTheirPages(t *testing.T) {
	s := webtest.OnSQLite(t, offersTrial)
	olivia, sol, visitor := s.As(s.Olivia), s.As(s.Sol), s.Visitor()
	pages := map[string]bool{}
	for _, r := range web.DashboardRoutes() {
		pages[r.Path] = pages[r.Path] || r.Method == http.MethodGet
	}
	forms := 0
	for _, r := range web.DashboardRoutes() {
		if r.Method != http.MethodPost || pages[r.Path] {
			continue
		}
		forms++
		who := olivia
		switch {
		case strings.HasPrefix(r.Path, "/desk"):
			who = sol
		case strings.HasPrefix(r.Path, "/login"), strings.HasPrefix(r.Path, "/proof"):
			who = visitor
		}
		environment := "development"
		if strings.Contains(r.Path, ":request") {
			environment = "production"
		}
		address := s.Address(r.Path, environment)
		p := who.Get(address).Expect(http.StatusSeeOther)
		to := p.Header.Get("Location")
		if page := who.Get(to); page.Status != http.StatusOK && to != "/" {
			t.Errorf("%s leads to %s, which answers %d", address, to, page.Status)
		}
		if head := who.Send(http.MethodHead, address, ""); head.Status != http.StatusSeeOther {
			t.Errorf("HEAD %s: %d", address, head.Status)
		}
	}
	if forms < 60 {
		t.Errorf("only %d addresses were looked at", forms)
	}
	for address, page := range map[string]string{
		"/t/acme/development/keys/k1/revoke":  "/t/acme/development/keys",
		"/t/acme/development/unlock-requests": "/t/acme/development",
		"/t/acme/invitations/i1/resend":       "/t/acme/members",
		"/desk/requests/r1/decline":           "/desk/requests/r1",
		"/account/security/password":          "/account/security",
		"/t/%2F%2Fevil.example/trial":         "/",
		"/logout":                             "/",
	} {
		if to := olivia.Get(address).Header.Get("Location"); page != "/" && to != page || strings.HasPrefix(to, "//") {
			t.Errorf("%s leads to %s; want %s", address, to, page)
		}
	}
}

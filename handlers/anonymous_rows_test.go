package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// TestStrangersLeaveNoRows: what is under way before sign-in is the browser's to keep.
func TestStrangersLeaveNoRows(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		s.As(s.Ade).AddApp()
		before := dumpAll(s)
		for range 1000 {
			s.Visitor().Post("/login/passkey/begin", nil).Expect(http.StatusOK)
		}
		for range 20 {
			b := s.PendingBrowser()
			b.Get(webtest.SecondPath).Expect(http.StatusOK)
			b.Post("/login/passkey", url.Values{"credential": {"{}"}}).Expect(http.StatusUnprocessableEntity)
		}
		if after := dumpAll(s); after != before {
			t.Errorf("strangers changed the database.\n%s", webtest.FirstDifference(before, after))
		}
	})
}

// dumpAll is the database but for the counts of tries, of which there are few.
func dumpAll(s *webtest.Site) string {
	s.T.Helper()
	var kept []string
	for _, table := range strings.Split(s.Database.Dump(), "== ") {
		if !strings.HasPrefix(table, "sign_in_tries\n") {
			kept = append(kept, table)
		}
	}
	return strings.Join(kept, "== ")
}

// TestStrangersCauseFewMails, and few rows, however many addresses they make up.
func TestStrangersCauseFewMails(t *testing.T) {
	s := webtest.OnSQLite(t, openSignup)
	rows := func() (n int) {
		for _, table := range []string{"links", "mails", "audit_events", "sign_in_tries", "sessions"} {
			n += s.Database.Count("SELECT count(*) FROM " + table)
		}
		return n
	}
	before := rows()
	for try := range 3000 {
		s.Visitor().Post([]string{"/reset", "/signup"}[try%2],
			url.Values{"email": {fmt.Sprintf("n%d@acme.example", try)}})
	}
	// 20 at once from a network: a link, a mail and a line each, and what is remembered.
	if left := rows() - before; left > 20*(3+3)+1 {
		t.Errorf("3,000 calls left %d rows", left)
	}
}

// TestAnAnswerOfTheProviderWorksOnce, also for who has kept the cookie from before.
func TestAnAnswerOfTheProviderWorksOnce(t *testing.T) {
	s := newProviderSite(t)
	before := dumpAll(s)
	for range 100 {
		s.Visitor().Post("/login/oidc", nil).Expect(http.StatusOK)
	}
	if after := dumpAll(s); after != before {
		t.Errorf("strangers changed the database.\n%s", webtest.FirstDifference(before, after))
	}
	b := s.Visitor()
	leaving := b.Post("/login/oidc", nil)
	kept := b.Current()
	answered := leaving.AtProvider("ade").Expect(http.StatusSeeOther)
	again := s.Visitor()
	again.SetCookie(kept)
	again.Get(answered.Path).Expect(http.StatusUnprocessableEntity).Says("alert", "did not work")
	again.Get("/account").Expect(http.StatusSeeOther)
	b.Get("/account").Expect(http.StatusOK)
}

// TestALongWayToTheProvider: what does not fit into a cookie is not remembered.
func TestALongWayToTheProvider(t *testing.T) {
	s := newProviderSite(t)
	s.Visitor().Post("/login/oidc", url.Values{"next": {"/" + strings.Repeat("x", 5000)}}).AtProvider("ade").GoesTo("/")
}

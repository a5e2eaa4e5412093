package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStrangersLeaveNoRows: what is under way before sign-in is the browser's to keep.
func TestStrangersLeaveNoRows(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.as(s.Ade).addApp()
		before := s.dumpAll()
		for range 1000 {
			s.visitor().post("/login/passkey/begin", nil).expect(http.StatusOK)
		}
		for range 20 {
			b := s.pendingBrowser()
			b.get(secondPath).expect(http.StatusOK)
			b.post("/login/passkey", url.Values{"credential": {"{}"}}).expect(http.StatusUnprocessableEntity)
		}
		if after := s.dumpAll(); after != before {
			t.Errorf("strangers changed the database.\n%s", firstDifference(before, after))
		}
	})
}

// dumpAll is the database but for the counts of tries, of which there are few.
func (s *site) dumpAll() string {
	s.t.Helper()
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
	s := onSQLite(t, openSignup)
	rows := func() (n int) {
		for _, table := range []string{"links", "mails", "audit_events", "sign_in_tries", "sessions"} {
			n += s.Database.Count("SELECT count(*) FROM " + table)
		}
		return n
	}
	before := rows()
	for try := range 3000 {
		s.visitor().post([]string{"/reset", "/signup"}[try%2], url.Values{"email": {fmt.Sprintf("n%d@acme.example", try)}})
	}
	// 20 at once from a network: a link, a mail and a line each, and what is remembered.
	if left := rows() - before; left > 20*(3+3)+1 {
		t.Errorf("3,000 calls left %d rows", left)
	}
}

// TestAnAnswerOfTheProviderWorksOnce, also for who has kept the cookie from before.
func TestAnAnswerOfTheProviderWorksOnce(t *testing.T) {
	s := newProviderSite(t)
	before := s.dumpAll()
	for range 100 {
		s.visitor().post("/login/oidc", nil).expect(http.StatusOK)
	}
	if after := s.dumpAll(); after != before {
		t.Errorf("strangers changed the database.\n%s", firstDifference(before, after))
	}
	b := s.visitor()
	leaving := b.post("/login/oidc", nil)
	kept := b.current()
	answered := leaving.atProvider("ade").expect(http.StatusSeeOther)
	again := s.visitor()
	again.setCookie(kept)
	again.get(answered.path).expect(http.StatusUnprocessableEntity).says("alert", "did not work")
	again.get("/account").expect(http.StatusSeeOther)
	b.get("/account").expect(http.StatusOK)
}

// TestALongWayToTheProvider: what does not fit into a cookie is not remembered.
func TestALongWayToTheProvider(t *testing.T) {
	s := newProviderSite(t)
	s.visitor().post("/login/oidc", url.Values{"next": {"/" + strings.Repeat("x", 5000)}}).atProvider("ade").goesTo("/")
}

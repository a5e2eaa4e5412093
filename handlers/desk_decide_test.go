package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestDecidedAtTheDesk(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.RequestUnlock(models.Production)
	ade, sol := s.As(s.Ade), s.As(s.Sol)
	sol.Get("/desk/requests").Expect(http.StatusOK, "Acme Books", "Production", "Search on our shop.", "Dev Developer")
	first := "/desk/requests/" + s.RequestID()
	p := sol.Get(first).Expect(http.StatusOK, "Acme Books : Production")
	p.Press(p.Root, "Decline", "reason", "Sign the agreement first.").GoesTo(first).
		Says("status", "Request declined", "Acme Books reads your reason")
	sol.Get("/desk/requests").Expect(http.StatusOK, "Nobody is waiting")
	ade.Get(webtest.ProductionPath).Expect(http.StatusOK, "Sol Engineer declined the last request",
		"Sign the agreement first.")
	sol.Get("/desk/requests?state=decided").Expect(http.StatusOK, "Declined", "by Sol Engineer")

	s.Database.Clock.Add(time.Minute)
	s.RequestUnlock(models.Production)
	p = sol.Get("/desk/requests/"+s.RequestID()).Expect(http.StatusOK, "Sign the agreement first.")
	p.Control(p.Root, "Agreement reference")
	p.Control(p.Root, "Agreement ends")
	second := "/desk/requests/" + s.RequestID()
	p.Press(p.Root, "Unlock", "reference", "MSA-7", "ends", "2026-03-02").GoesTo(second).
		Says("status", "Production of Acme Books is unlocked", "Under agreement MSA-7, until 2 Mar 2026, 23:59 UTC")
	ade.Get(webtest.ProductionPath).Expect(http.StatusOK, "Unlocked until 2 Mar 2026, 23:59 UTC under agreement MSA-7")
	key := ade.View(webtest.ProductionPath + "/keys")
	if !s.Accepted(key) {
		t.Error("the new secret key does not work")
	}

	// The last day counts in full, and then the environment locks by itself.
	s.Database.Clock.Set(time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC))
	if !s.Accepted(key) {
		t.Error("the agreement ends too early")
	}
	s.Database.Clock.Add(time.Second)
	if s.Accepted(key) {
		t.Error("the agreement does not end")
	}
	s.As(s.Ade).Get(webtest.ProductionPath).
		Expect(http.StatusOK, "Production is locked", "Agreement MSA-7 ended on 2 Mar 2026, 23:59 UTC")
}

func TestDecisionFormsAreChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	address := "/desk/requests/" + s.RequestUnlock(models.Production).ID
	for _, test := range []struct{ reference, ends, label, wrong string }{
		{"", "2027-01-01", "Agreement reference", "Enter the reference"},
		{strings.Repeat("x", 121), "2027-01-01", "Agreement reference", "the limit is 120 characters"},
		{"A\tB", "2027-01-01", "Agreement reference", "cannot be shown"},
		{"A-1", "", "Agreement ends", "Choose the agreement's last day."},
		{"A-1", "2026-03-01", "Agreement ends", "That day is in the past."},
		{"A-1", "2036-03-03", "Agreement ends", "more than 10 years away"},
		{"A-1", "2026-02-30", "Agreement ends", "That is not a date."},
		{"A-1", "next year", "Agreement ends", "That is not a date."},
		{"A-1", "2027-01-01T00:00", "Agreement ends", "That is not a date."},
	} {
		s.Unchanged(t, test.label+" of "+test.reference+test.ends, func() {
			p := sol.Post(address+"/approve", url.Values{"reference": {test.reference}, "ends": {test.ends}}).
				Expect(http.StatusUnprocessableEntity)
			typed := map[string]string{"Agreement reference": test.reference, "Agreement ends": test.ends}
			p.Refuses(p.Root, test.label, typed[test.label], test.wrong)
			for label, kept := range typed {
				if got := webtest.Value(p.Control(p.Root, label)); got != kept {
					t.Errorf("%s holds %q; %q was typed", label, got, kept)
				}
			}
		})
	}
	for typed, wrong := range map[string]string{"": "Say why",
		strings.Repeat("x", 1001): "the limit is 1000 characters"} {
		s.Unchanged(t, "a reason", func() {
			p := sol.Post(address+"/decline", url.Values{"reason": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Reason", typed, wrong)
		})
	}
}

// TestSecondDecision: the first one wins, and the second engineer is told who
// did what.
func TestSecondDecision(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol, dev := s.As(s.Sol), s.As(s.Dev)
	approval := url.Values{"reference": {"A-1"}, "ends": {"2027-01-01"}}
	for _, test := range []struct {
		what  string
		first func(address string)
		says  string
	}{
		{"after a withdrawal", func(string) { s.Pending(false) }, "Dev Developer withdrew this request on 2 Mar 2026"},
		{"after a refusal", func(address string) { sol.Post(address+"/decline", url.Values{"reason": {"No"}}) },
			"Sol Engineer already declined this on 2 Mar 2026"},
		{"after an approval", func(address string) { sol.Post(address+"/approve", approval) },
			"Sol Engineer already unlocked this on 2 Mar 2026"},
	} {
		address := "/desk/requests/" + s.Pending(true)
		test.first(address)
		s.Unchanged(t, test.what, func() {
			for _, second := range []struct {
				action string
				form   url.Values
			}{{"/approve", approval}, {"/decline", url.Values{"reason": {"No"}}}, {"/approve", nil}} {
				p := sol.Post(address+second.action, second.form).
					Expect(http.StatusConflict, "Your decision was not made and nothing was changed.")
				p.Says("alert", test.says)
				if webtest.HasButton(p.Root, "Unlock") || webtest.HasButton(p.Root, "Decline") {
					t.Errorf("%s: it can still be decided", test.what)
				}
			}
			if test.what != "after a withdrawal" {
				p := dev.Post(strings.Replace(address, "/desk/requests", webtest.RequestsPath, 1)+"/withdraw", nil).
					GoesTo(webtest.ProductionPath)
				p.Says("alert", "Nothing was changed", "Sol Engineer already")
			}
		})
	}
}

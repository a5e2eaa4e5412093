package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

const (
	productionPath = "/t/acme/production"
	requestsPath   = productionPath + "/unlock-requests"
)

func TestLockedPagesSayHowToUnlock(t *testing.T) {
	s := onSQLite(t)
	for _, section := range []string{"", "/keys", "/catalog", "/users", "/interactions", "/activity"} {
		p := s.as(s.Ade).get(productionPath + section).expect(http.StatusOK)
		if p.heading() != "Production is locked" || !hasButton(p.root, "Request unlock") {
			t.Errorf("%s says %s", p.path, words(p.root))
		}
	}
	p := s.as(s.Vic).get(productionPath).expect(http.StatusOK, "Ask a colleague.", "Ade Admin, Dev Developer or Olivia Owner")
	if hasButton(p.root, "Request unlock") {
		t.Error("a viewer can request")
	}
}

func TestRequestingAndWithdrawing(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	p := ade.get(productionPath)
	p = p.press(p.root, "Request unlock").expect(http.StatusOK)
	p.control(p.root, "What will you use it for?")
	p = p.press(p.root, "Send request", "use_case", "Our shop's <search>").goesTo(productionPath).
		says("status", "Request sent").expect(http.StatusOK, "Waiting for a solutions engineer", "Our shop's <search>", "Ade Admin")
	if hasButton(p.root, "Request unlock") {
		t.Error("it can be requested twice")
	}
	dev := s.as(s.Dev)
	s.unchanged(t, "a second request", func() {
		dev.post(requestsPath, url.Values{"use_case": {"Ours"}}).goesTo(productionPath).
			says("alert", "Nothing was changed", "Ade Admin already requested this")
	})
	p = p.press(p.root, "Withdraw").goesTo(productionPath).says("status", "Request withdrawn")
	if !hasButton(p.root, "Request unlock") {
		t.Error("it cannot be requested again")
	}
}

func TestUseCaseIsChecked(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	for typed, wrong := range map[string]string{
		"":                         "Say what you will use it for.",
		" \n ":                     "Say what you will use it for.",
		strings.Repeat("é", 2001):  "the limit is 2000 characters",
		"hidden \u202e turn":       "cannot be shown",
		"a bell \a rings":          "cannot be shown",
		"a new line\nand a bell\a": "cannot be shown",
	} {
		s.unchanged(t, "a use case of "+typed, func() {
			p := ade.post(requestsPath, url.Values{"use_case": {typed}}).expect(http.StatusUnprocessableEntity)
			p.refuses(p.root, "What will you use it for?", typed, wrong)
		})
	}
	ade.post(requestsPath, url.Values{"use_case": {strings.Repeat("é", 2000)}}).goesTo(productionPath).says("status", "Request sent")
}

func TestRequestForAnUnlockedEnvironment(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	s.unchanged(t, "the request", func() {
		for _, kind := range []string{"development", "playground"} {
			ade.post("/t/acme/"+kind+"/unlock-requests", url.Values{"use_case": {"Ours"}}).goesTo("/t/acme/"+kind).
				says("alert", "Nothing was changed", "is unlocked already")
			ade.post("/t/acme/"+kind+"/unlock-requests", nil).expect(http.StatusUnprocessableEntity, "Say what you will use it for")
		}
	})
}

func TestDecidedAtTheDesk(t *testing.T) {
	s := onSQLite(t)
	s.RequestUnlock(models.Production)
	ade, sol := s.as(s.Ade), s.as(s.Sol)
	sol.get("/desk/requests").expect(http.StatusOK, "Acme Books", "Production", "Search on our shop.", "Dev Developer")
	p := sol.get("/desk/requests/"+s.requestID()).expect(http.StatusOK, "Acme Books: Production")
	p = p.press(p.root, "Decline", "reason", "Sign the agreement first.").goesTo("/desk/requests").says("status", "Request declined", "Acme Books reads your reason")
	p.expect(http.StatusOK, "Nobody is waiting")
	ade.get(productionPath).expect(http.StatusOK, "Sol Engineer declined the last request", "Sign the agreement first.")
	sol.get("/desk/requests?state=decided").expect(http.StatusOK, "Declined", "by Sol Engineer")

	s.Database.Clock.Add(time.Minute)
	s.RequestUnlock(models.Production)
	p = sol.get("/desk/requests/"+s.requestID()).expect(http.StatusOK, "Sign the agreement first.")
	p.control(p.root, "Agreement reference")
	p.control(p.root, "Agreement ends")
	p.press(p.root, "Unlock", "reference", "MSA-7", "ends", "2026-03-02").goesTo("/desk/requests").
		says("status", "Production of Acme Books is unlocked", "Under agreement MSA-7, until 2 Mar 2026")
	ade.get(productionPath).expect(http.StatusOK, "Unlocked until 2 Mar 2026 under agreement MSA-7")
	key := ade.view(productionPath + "/keys")
	if !s.accepted(key) {
		t.Error("the new secret key does not work")
	}

	// The last day counts in full, and then the environment locks by itself.
	s.Database.Clock.Set(time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC))
	if !s.accepted(key) {
		t.Error("the agreement ends too early")
	}
	s.Database.Clock.Add(time.Second)
	if s.accepted(key) {
		t.Error("the agreement does not end")
	}
	s.as(s.Ade).get(productionPath).expect(http.StatusOK, "Production is locked", "Agreement MSA-7 ended on 2 Mar 2026")
}

// requestID is the request for Acme's Production that waits.
func (s *site) requestID() (id string) {
	s.t.Helper()
	s.ok(s.Database.SQL().QueryRow("SELECT id FROM unlock_requests WHERE state = 'pending'").Scan(&id))
	return id
}

func TestDecisionFormsAreChecked(t *testing.T) {
	s := onSQLite(t)
	sol := s.as(s.Sol)
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
		s.unchanged(t, test.label+" of "+test.reference+test.ends, func() {
			p := sol.post(address+"/approve", url.Values{"reference": {test.reference}, "ends": {test.ends}}).expect(http.StatusUnprocessableEntity)
			typed := map[string]string{"Agreement reference": test.reference, "Agreement ends": test.ends}
			p.refuses(p.root, test.label, typed[test.label], test.wrong)
			for label, kept := range typed {
				if got := value(p.control(p.root, label)); got != kept {
					t.Errorf("%s holds %q; %q was typed", label, got, kept)
				}
			}
		})
	}
	for typed, wrong := range map[string]string{"": "Say why", strings.Repeat("x", 1001): "the limit is 1000 characters"} {
		s.unchanged(t, "a reason", func() {
			p := sol.post(address+"/decline", url.Values{"reason": {typed}}).expect(http.StatusUnprocessableEntity)
			p.refuses(p.root, "Reason", typed, wrong)
		})
	}
}

// TestSecondDecision: the first one wins, and the second engineer is told who
// did what.
func TestSecondDecision(t *testing.T) {
	s := onSQLite(t)
	sol, dev := s.as(s.Sol), s.as(s.Dev)
	approval := url.Values{"reference": {"A-1"}, "ends": {"2027-01-01"}}
	for _, test := range []struct {
		what  string
		first func(address string)
		says  string
	}{
		{"after a withdrawal", func(string) { s.pending(false) }, "Dev Developer withdrew this request on 2 Mar 2026"},
		{"after a refusal", func(address string) { sol.post(address+"/decline", url.Values{"reason": {"No"}}) }, "Sol Engineer already declined this on 2 Mar 2026"},
		{"after an approval", func(address string) { sol.post(address+"/approve", approval) }, "Sol Engineer already unlocked this on 2 Mar 2026"},
	} {
		address := "/desk/requests/" + s.pending(true)
		test.first(address)
		s.unchanged(t, test.what, func() {
			for _, second := range []struct {
				action string
				form   url.Values
			}{{"/approve", approval}, {"/decline", url.Values{"reason": {"No"}}}, {"/approve", nil}} {
				p := sol.post(address+second.action, second.form).expect(http.StatusConflict, "Your decision was not made and nothing was changed.")
				p.says("alert", test.says)
				if hasButton(p.root, "Unlock") || hasButton(p.root, "Decline") {
					t.Errorf("%s: it can still be decided", test.what)
				}
			}
			if test.what != "after a withdrawal" {
				p := dev.post(strings.Replace(address, "/desk/requests", requestsPath, 1)+"/withdraw", nil).goesTo(productionPath)
				p.says("alert", "Nothing was changed", "Sol Engineer already")
			}
		})
	}
}

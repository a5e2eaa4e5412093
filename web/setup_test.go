package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// setupLink is the address of a one-time link for the email.
func (s *site) setupLink(email string) (token string) {
	s.t.Helper()
	token, err := s.server.Store.CreateSetupLink(s.t.Context(), storetest.System, email)
	s.ok(err)
	return token
}

func TestSetupLinkMakesAnEngineer(t *testing.T) {
	s := onSQLite(t)
	token := s.setupLink("")
	b := s.visitor()
	p := b.get("/setup?token="+token).expect(http.StatusOK, "The link works once.", "At least 12 characters.")
	p = p.press(p.root, "Make my account", "email", " Eva@Dojo.example", "name", "Eva Engineer", "password", password).
		goesTo("/desk/requests").expect(http.StatusOK, "Eva Engineer", "eva@dojo.example")
	b.get("/setup?token="+token).expect(http.StatusGone, "This link has been used")
	s.unchanged(t, "using it again", func() {
		b.post("/setup", url.Values{"token": {token}, "email": {"x@dojo.example"}, "name": {"X"}, "password": {password}}).expect(http.StatusGone, "This link has been used")
	})
	p.press(p.root, "Sign out")
	b.signIn("eva@dojo.example", password).goesTo("/").expect(http.StatusSeeOther)
}

func TestSetupLinkPromotesAMember(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	p := s.visitor().get("/setup?token=" + s.setupLink("ade@acme.example")).expect(http.StatusOK)
	if email := p.control(p.root, "Email"); value(email) != "ade@acme.example" || !has(email, "readonly") || has(email, "name") {
		t.Error("the address can be chosen")
	}
	p.press(p.root, "Make my account", "name", "Ade the Engineer", "password", "another "+password).goesTo("/desk/requests").expect(http.StatusOK, "Ade the Engineer")
	ade.get("/?all").goesTo("/login") // the sessions from before have ended
	s.visitor().signIn("ade@acme.example", password).expect(http.StatusUnprocessableEntity)
}

func TestSetupLinksLapse(t *testing.T) {
	s := onSQLite(t)
	token := s.setupLink("")
	s.Database.Clock.Add(models.SetupLink.Life() - time.Microsecond)
	s.visitor().get("/setup?token=" + token).expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.visitor().get("/setup?token="+token).expect(http.StatusGone, "This link has lapsed")
	for _, unknown := range []string{"", "x", strings.ToLower(token), token + "0"} {
		s.visitor().get("/setup?token="+unknown).expect(http.StatusNotFound, "This link does not work")
	}
}

func TestSetupFormIsChecked(t *testing.T) {
	s := onSQLite(t)
	token := s.setupLink("")
	for _, test := range []struct{ email, name, password, label, wrong string }{
		{"", "Eva", password, "Email", "Enter an email address."},
		{"eva", "Eva", password, "Email", "That is not an email address."},
		{strings.Repeat("e", 250) + "@dojo.example", "Eva", password, "Email", "That is not an email address."},
		{"ade@acme.example", "Eva", password, "Email", "There is an account with this address."},
		{"eva@dojo.example", " ", password, "Name", "Enter your name."},
		{"eva@dojo.example", strings.Repeat("é", 81), password, "Name", "the limit is 80 characters"},
		{"eva@dojo.example", "Eva\u202e", password, "Name", "cannot be shown"},
		{"eva@dojo.example", "Eva", "", "Password", "Use at least 12 characters."},
		{"eva@dojo.example", "Eva", "eleven char", "Password", "Use at least 12 characters."},
		{"eva@dojo.example", "Eva", strings.Repeat("x", 1025), "Password", "Use at most 1,024 characters."},
		{"eva@dojo.example", "Eva", "tab\tin the password", "Password", "not every keyboard"},
	} {
		s.unchanged(t, test.label+" of "+test.wrong, func() {
			form := url.Values{"token": {token}, "email": {test.email}, "name": {test.name}, "password": {test.password}}
			p := s.visitor().post("/setup", form).expect(http.StatusUnprocessableEntity)
			typed := map[string]string{"Email": test.email, "Name": test.name, "Password": ""} // a password is never sent back
			p.refuses(p.root, test.label, typed[test.label], test.wrong)
			for label, kept := range typed {
				if got := value(p.control(p.root, label)); got != kept {
					t.Errorf("%s holds %q; %q was typed", label, got, kept)
				}
			}
		})
	}
}

// TestASetupLinkWorksOnce, also for people who use it at the same moment.
func TestASetupLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		const many = 6
		for _, test := range []struct {
			what  string
			token func() string
			form  func(i int) url.Values
			lost  int
		}{
			{"one link", sameToken(s.setupLink("")), func(i int) url.Values {
				return url.Values{"email": {string(rune('a'+i)) + "@dojo.example"}, "name": {"Eva"}, "password": {password}}
			}, http.StatusGone},
			{"one address", func() string { return s.setupLink("") }, func(int) url.Values {
				return url.Values{"email": {"eva@dojo.example"}, "name": {"Eva"}, "password": {password}}
			}, 0},
		} {
			statuses := make(chan int, many)
			for i := range many {
				b, form := s.visitor(), test.form(i)
				form.Set("token", test.token())
				go func() { statuses <- b.post("/setup", form).status }()
			}
			won := 0
			for range many {
				switch status := <-statuses; {
				case status == http.StatusSeeOther:
					won++
				case test.lost != 0 && status != test.lost, test.lost == 0 && status != http.StatusUnprocessableEntity && status != http.StatusConflict:
					t.Errorf("%s: one was answered %d", test.what, status)
				}
			}
			if won != 1 {
				t.Errorf("%s: %d of %d won", test.what, won, many)
			}
		}
	})
}

func sameToken(token string) func() string { return func() string { return token } }

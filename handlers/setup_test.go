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

func TestSetupLinkMakesAnEngineer(t *testing.T) {
	s := webtest.OnSQLite(t)
	token := s.SetupLink("")
	b := s.Visitor()
	p := b.Get("/setup?token="+token).Expect(http.StatusOK, "The link works once.", "At least 12 characters.")
	p = p.Press(p.Root, "Make my account", "email", " Eva@Dojo.example", "name", "Eva Engineer", "password",
		webtest.Password).
		GoesTo("/desk").Expect(http.StatusOK, "Eva Engineer", "eva@dojo.example")
	b.Get("/setup?token="+token).Expect(http.StatusGone, "This link has been used")
	s.Unchanged(t, "using it again", func() {
		b.Post("/setup", url.Values{"token": {token}, "email": {"x@dojo.example"}, "name": {"X"},
			"password": {webtest.Password}}).Expect(http.StatusGone, "This link has been used")
	})
	p.Press(p.Root, "Sign out")
	b.SignIn("eva@dojo.example", webtest.Password).GoesTo("/").Expect(http.StatusSeeOther)
}

func TestSetupLinkPromotesAMember(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	p := s.Visitor().Get("/setup?token=" + s.SetupLink("ade@acme.example")).Expect(http.StatusOK)
	if email := p.Control(p.Root, "Email"); webtest.Value(email) != "ade@acme.example" ||
		!webtest.Has(email, "readonly") || webtest.Has(email, "name") {
		t.Error("the address can be chosen")
	}
	p.Press(p.Root, "Make my account", "name", "Ade the Engineer", "password", "another "+webtest.Password).
		GoesTo("/desk").Expect(http.StatusOK, "Ade the Engineer")
	ade.Get("/?all").GoesTo("/login") // the sessions from before have ended
	s.Visitor().SignIn("ade@acme.example", webtest.Password).Expect(http.StatusUnprocessableEntity)
}

func TestSetupLinksLapse(t *testing.T) {
	s := webtest.OnSQLite(t)
	token := s.SetupLink("")
	s.Database.Clock.Add(models.SetupLink.Life() - time.Microsecond)
	s.Visitor().Get("/setup?token=" + token).Expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.Visitor().Get("/setup?token="+token).Expect(http.StatusGone, "This link has lapsed")
	for _, unknown := range []string{"", "x", strings.ToLower(token), token + "0"} {
		s.Visitor().Get("/setup?token="+unknown).Expect(http.StatusNotFound, "This link does not work")
	}
}

func TestSetupFormIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	token := s.SetupLink("")
	for _, test := range []struct{ email, name, password, label, wrong string }{
		{"", "Eva", webtest.Password, "Email", "Enter an email address."},
		{"eva", "Eva", webtest.Password, "Email", "That is not an email address."},
		{strings.Repeat("e", 250) + "@dojo.example", "Eva", webtest.Password, "Email", "That is not an email address."},
		{"ade@acme.example", "Eva", webtest.Password, "Email", "There is an account with this address."},
		{"eva@dojo.example", " ", webtest.Password, "Name", "Enter your name."},
		{"eva@dojo.example", strings.Repeat("é", 81), webtest.Password, "Name", "the limit is 80 characters"},
		{"eva@dojo.example", "Eva\u202e", webtest.Password, "Name", "cannot be shown"},
		{"eva@dojo.example", "Eva", "", "Password", "Use at least 12 characters."},
		{"eva@dojo.example", "Eva", "eleven char", "Password", "Use at least 12 characters."},
		{"eva@dojo.example", "Eva", strings.Repeat("x", 1025), "Password", "Use at most 1,024 characters."},
		{"eva@dojo.example", "Eva", "tab\tin the password", "Password", "not every keyboard"},
	} {
		s.Unchanged(t, test.label+" of "+test.wrong, func() {
			form := url.Values{"token": {token}, "email": {test.email}, "name": {test.name},
				"password": {test.password}}
			p := s.Visitor().Post("/setup", form).Expect(http.StatusUnprocessableEntity)
			// a password is never sent back
			typed := map[string]string{"Email": test.email, "Name": test.name, "Password": ""}
			p.Refuses(p.Root, test.label, typed[test.label], test.wrong)
			for label, kept := range typed {
				if got := webtest.Value(p.Control(p.Root, label)); got != kept {
					t.Errorf("%s holds %q; %q was typed", label, got, kept)
				}
			}
		})
	}
}

// TestASetupLinkWorksOnce, also for people who use it at the same moment.
func TestASetupLinkWorksOnce(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		const many = 6
		for _, test := range []struct {
			what  string
			token func() string
			form  func(i int) url.Values
			lost  int
		}{
			{"one link", sameToken(s.SetupLink("")), func(i int) url.Values {
				return url.Values{"email": {string(rune('a'+i)) + "@dojo.example"}, "name": {"Eva"},
					"password": {webtest.Password}}
			}, http.StatusGone},
			{"one address", func() string { return s.SetupLink("") }, func(int) url.Values {
				return url.Values{"email": {"eva@dojo.example"}, "name": {"Eva"}, "password": {webtest.Password}}
			}, 0},
		} {
			statuses := make(chan int, many)
			for i := range many {
				b, form := s.Visitor(), test.form(i)
				form.Set("token", test.token())
				go func() { statuses <- b.Post("/setup", form).Status }()
			}
			won := 0
			for range many {
				switch status := <-statuses; {
				case status == http.StatusSeeOther:
					won++
				case test.lost != 0 && status != test.lost, test.lost == 0 &&
					status != http.StatusUnprocessableEntity && status != http.StatusConflict:
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

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

func TestResettingAPassword(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		s.Deliver()
		elsewhere := s.As(s.Ade)
		b := s.Visitor()
		p := b.Get("/reset").Expect(http.StatusOK, "Set a new password")
		p.Press(p.Root, "Send link", "email", " ADE@acme.example").
			Expect(http.StatusOK, "Look into your mail", "It works once and for 30 minutes.")
		link := s.LoggedLink(t, "reset")
		p = b.Get(link).Expect(http.StatusOK, "It ends all other sessions of your account.")
		if webtest.Value(p.Control(p.Root, "Email")) != "ade@acme.example" {
			t.Error("the page does not say whose password it is")
		}
		for typed, wrong := range map[string]string{"": "at least 12", "eleven char": "at least 12",
			"passwordpassword": "", "ade@acme.example": ""} {
			refused := b.Post(link, url.Values{"password": {typed}}).Expect(http.StatusUnprocessableEntity)
			refused.Refuses(refused.Root, "New password", "", wrong)
		}
		p.Press(p.Root, "Set password", "password", webtest.NewPassword).GoesTo("/").Expect(http.StatusSeeOther)
		b.Get("/account").Expect(http.StatusOK, "Ade Admin")
		elsewhere.Get("/account").GoesTo("/login?next=%2Faccount")
		s.Visitor().SignIn("ade@acme.example", webtest.Password).Expect(http.StatusUnprocessableEntity)
		s.Visitor().SignIn("ade@acme.example", webtest.NewPassword).GoesTo("/")
		webtest.WaitUntil(t, "all mail is sent",
			func() bool { return s.Database.Count("SELECT count(*) FROM mails WHERE sent_at IS NULL") == 0 })
		s.Unchanged(t, "using the link again", func() {
			s.Visitor().Get(link).Expect(http.StatusGone, "This link has been used", "Get a new link")
			s.Visitor().Post(link, url.Values{"password": {webtest.Password}}).
				Expect(http.StatusGone, "This link has been used")
		})
		_, kinds, to := s.Mails()
		for i := range kinds {
			if to[i] != "ade@acme.example" {
				t.Errorf("%s got a mail", to[i])
			}
		}
	})
}

func TestResetLinksLapse(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Visitor().Post("/reset", url.Values{"email": {"ade@acme.example"}}).Expect(http.StatusOK)
	token := s.Mailed(models.ResetMail, "ade@acme.example")
	setup := s.SetupLink("")
	s.Database.Clock.Add(30*time.Minute - time.Microsecond)
	s.Visitor().Get("/reset/" + token).Expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.Unchanged(t, "links that do not work", func() {
		form := url.Values{"password": {webtest.NewPassword}}
		s.Visitor().Get("/reset/"+token).Expect(http.StatusGone, "This link has lapsed", "Your password is as it was.")
		s.Visitor().Post("/reset/"+token, form).Expect(http.StatusGone, "This link has lapsed")
		for _, foreign := range []string{"x", strings.ToLower(token), token + "0", setup} {
			s.Visitor().Get("/reset/"+foreign).Expect(http.StatusNotFound, "This link does not work")
			s.Visitor().Post("/reset/"+foreign, form).Expect(http.StatusNotFound, "This link does not work")
		}
		s.Visitor().Get("/setup?token="+token).Expect(http.StatusNotFound, "This link does not work")
	})
}

// TestAResetLeavesTheSecondFactor: whoever reads the mail does not have it.
func TestAResetLeavesTheSecondFactor(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret, _ := s.As(s.Ade).AddApp()
	s.Database.Clock.Add(time.Minute)
	half := s.PendingBrowser() // with the password from before
	s.Visitor().Post("/reset", url.Values{"email": {"ade@acme.example"}})
	b := s.Visitor()
	p := b.Get("/reset/" + s.Mailed(models.ResetMail, "ade@acme.example"))
	p.Press(p.Root, "Set password", "password", webtest.NewPassword).GoesTo(webtest.SecondPath+"?next=%2F").
		Expect(http.StatusOK, "One more step")
	b.Get("/account").GoesTo("/login?next=%2Faccount")
	half.Post(webtest.SecondPath, webtest.Enter(s.Code(secret))).GoesTo("/login")
	b.Post(webtest.SecondPath, webtest.Enter(s.Code(secret))).GoesTo(webtest.KeysPath).Expect(http.StatusOK)
}

// TestMailsCannotBeProbed: whether an address has an account shows in no answer,
// and the mail goes to its owner only.
func TestMailsCannotBeProbed(t *testing.T) {
	s := webtest.OnSQLite(t, openSignup)
	s.Disable(s.Dev)
	s.Mails()
	for _, path := range []string{"/reset", "/signup"} {
		answer := func(email string) string {
			p := s.Visitor().Post(path, url.Values{"email": {email}}).Expect(http.StatusOK)
			return strings.ReplaceAll(p.Body, email, "…")
		}
		unknown := answer("nobody@acme.example")
		for _, email := range []string{"ade@acme.example", "dev@acme.example"} {
			if got := answer(email); got != unknown {
				t.Errorf("%s: %s is answered\n%s\nand an unknown address\n%s", path, email, got, unknown)
			}
		}
		for _, bad := range []string{"", "ade", "ade@acme.example, vic@acme.example", strings.Repeat("a", 300) +
			"@acme.example"} {
			p := s.Visitor().Post(path, url.Values{"email": {bad}}).Expect(http.StatusUnprocessableEntity)
			if webtest.Value(p.Control(p.Root, "Email")) != bad {
				t.Errorf("%s: the form forgets %q", path, bad)
			}
		}
	}
	sent := map[string]int{}
	_, kinds, to := s.Mails()
	for i := range kinds {
		sent[string(kinds[i])+" to "+to[i]]++
	}
	for _, want := range []string{"reset to ade@acme.example", "known_address to ade@acme.example",
		"signup to nobody@acme.example"} {
		if sent[want] != 1 {
			t.Errorf("the mails are %v; want %s", sent, want)
		}
	}
	if sent["reset to nobody@acme.example"]+sent["reset to dev@acme.example"] != 0 {
		t.Errorf("the mails are %v", sent)
	}
}

// TestMailTriesAreLimited: nobody can have a mailbox filled.
func TestMailTriesAreLimited(t *testing.T) {
	s := webtest.OnSQLite(t, openSignup)
	form := url.Values{"email": {"ade@acme.example"}}
	for range 5 {
		s.Visitor().Post("/reset", form).Expect(http.StatusOK)
		s.Visitor().Post("/signup", form).Expect(http.StatusOK)
	}
	for _, path := range []string{"/reset", "/signup"} {
		p := s.Visitor().Post(path, form).Expect(http.StatusTooManyRequests).Says("alert", "Too many tries.")
		if p.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	}
}

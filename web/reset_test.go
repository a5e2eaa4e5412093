package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

const newPassword = "an entirely new passphrase"

func TestResettingAPassword(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.deliver()
		elsewhere := s.as(s.Ade)
		b := s.visitor()
		p := b.get("/reset").expect(http.StatusOK, "Set a new password")
		p.press(p.root, "Send link", "email", " ADE@acme.example").expect(http.StatusOK, "Look into your mail", "It works once and for 30 minutes.")
		link := s.loggedLink(t, "reset")
		p = b.get(link).expect(http.StatusOK, "It ends all other sessions of your account.")
		if value(p.control(p.root, "Email")) != "ade@acme.example" {
			t.Error("the page does not say whose password it is")
		}
		for typed, wrong := range map[string]string{"": "at least 12", "eleven char": "at least 12", "passwordpassword": "", "ade@acme.example": ""} {
			refused := b.post(link, url.Values{"password": {typed}}).expect(http.StatusUnprocessableEntity)
			refused.refuses(refused.root, "New password", "", wrong)
		}
		p.press(p.root, "Set password", "password", newPassword).goesTo("/").expect(http.StatusSeeOther)
		b.get("/account").expect(http.StatusOK, "Ade Admin")
		elsewhere.get("/account").goesTo("/login?next=%2Faccount")
		s.visitor().signIn("ade@acme.example", password).expect(http.StatusUnprocessableEntity)
		s.visitor().signIn("ade@acme.example", newPassword).goesTo("/")
		waitUntil(t, "all mail is sent", func() bool { return s.Database.Count("SELECT count(*) FROM mails WHERE sent_at IS NULL") == 0 })
		s.unchanged(t, "using the link again", func() {
			s.visitor().get(link).expect(http.StatusGone, "This link has been used", "Get a new link")
			s.visitor().post(link, url.Values{"password": {password}}).expect(http.StatusGone, "This link has been used")
		})
		_, kinds, to := s.mails()
		for i := range kinds {
			if to[i] != "ade@acme.example" {
				t.Errorf("%s got a mail", to[i])
			}
		}
	})
}

func TestResetLinksLapse(t *testing.T) {
	s := onSQLite(t)
	s.visitor().post("/reset", url.Values{"email": {"ade@acme.example"}}).expect(http.StatusOK)
	token := s.mailed(models.ResetMail, "ade@acme.example")
	setup := s.setupLink("")
	s.Database.Clock.Add(30*time.Minute - time.Microsecond)
	s.visitor().get("/reset/" + token).expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.unchanged(t, "links that do not work", func() {
		form := url.Values{"password": {newPassword}}
		s.visitor().get("/reset/"+token).expect(http.StatusGone, "This link has lapsed", "Your password is as it was.")
		s.visitor().post("/reset/"+token, form).expect(http.StatusGone, "This link has lapsed")
		for _, foreign := range []string{"x", strings.ToLower(token), token + "0", setup} {
			s.visitor().get("/reset/"+foreign).expect(http.StatusNotFound, "This link does not work")
			s.visitor().post("/reset/"+foreign, form).expect(http.StatusNotFound, "This link does not work")
		}
		s.visitor().get("/setup?token="+token).expect(http.StatusNotFound, "This link does not work")
	})
}

// TestAResetLeavesTheSecondFactor: whoever reads the mail does not have it.
func TestAResetLeavesTheSecondFactor(t *testing.T) {
	s := onSQLite(t)
	secret, _ := s.as(s.Ade).addApp()
	s.Database.Clock.Add(time.Minute)
	half := s.pendingBrowser() // with the password from before
	s.visitor().post("/reset", url.Values{"email": {"ade@acme.example"}})
	b := s.visitor()
	p := b.get("/reset/" + s.mailed(models.ResetMail, "ade@acme.example"))
	p.press(p.root, "Set password", "password", newPassword).goesTo(secondPath+"?next=%2F").expect(http.StatusOK, "One more step")
	b.get("/account").goesTo("/login?next=%2Faccount")
	half.post(secondPath, enter(s.code(secret))).goesTo("/login")
	b.post(secondPath, enter(s.code(secret))).goesTo(keysPath).expect(http.StatusOK)
}

// TestMailsCannotBeProbed: whether an address has an account shows in no answer,
// and the mail goes to its owner only.
func TestMailsCannotBeProbed(t *testing.T) {
	s := onSQLite(t, openSignup)
	s.disable(s.Dev)
	s.mails()
	for _, path := range []string{"/reset", "/signup"} {
		answer := func(email string) string {
			p := s.visitor().post(path, url.Values{"email": {email}}).expect(http.StatusOK)
			return strings.ReplaceAll(p.body, email, "…")
		}
		unknown := answer("nobody@acme.example")
		for _, email := range []string{"ade@acme.example", "dev@acme.example"} {
			if got := answer(email); got != unknown {
				t.Errorf("%s: %s is answered\n%s\nand an unknown address\n%s", path, email, got, unknown)
			}
		}
		for _, bad := range []string{"", "ade", "ade@acme.example, vic@acme.example", strings.Repeat("a", 300) + "@acme.example"} {
			p := s.visitor().post(path, url.Values{"email": {bad}}).expect(http.StatusUnprocessableEntity)
			if value(p.control(p.root, "Email")) != bad {
				t.Errorf("%s: the form forgets %q", path, bad)
			}
		}
	}
	sent := map[string]int{}
	_, kinds, to := s.mails()
	for i := range kinds {
		sent[string(kinds[i])+" to "+to[i]]++
	}
	for _, want := range []string{"reset to ade@acme.example", "known_address to ade@acme.example", "signup to nobody@acme.example"} {
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
	s := onSQLite(t, openSignup)
	form := url.Values{"email": {"ade@acme.example"}}
	for range 5 {
		s.visitor().post("/reset", form).expect(http.StatusOK)
		s.visitor().post("/signup", form).expect(http.StatusOK)
	}
	for _, path := range []string{"/reset", "/signup"} {
		p := s.visitor().post(path, form).expect(http.StatusTooManyRequests).says("alert", "Too many tries.")
		if p.header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	}
}

package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

func TestFindingACompromisedKey(t *testing.T) {
	s := webtest.OnSQLite(t)
	key := s.As(s.Ade).View(webtest.KeysPath)
	sol := s.As(s.Sol)
	p := sol.Get(webtest.CompromisePath).Expect(http.StatusOK)
	p = p.Press(p.Root, "Find", "key", "  "+key+"\n").
		Expect(http.StatusOK, "Secret key of Acme Books", "Development", "Active", "Last viewed by Ade Admin")
	if strings.Contains(p.Body, key) {
		t.Error("the key is in the page")
	}
	p = p.Press(p.Root, "Revoke", "reason", "Seen in a public repository.").
		GoesTo(webtest.CompromisePath+"?found="+s.Revoked()+"&replaced=1").
		Says("status", "Refused everywhere since", "The team has a new key")
	p.Expect(http.StatusOK, "Revoked", "by Sol Engineer", "Compromised: Seen in a public repository.")
	if s.Accepted(key) {
		t.Error("the key is accepted")
	}
	ade := s.As(s.Ade)
	row := webtest.Words(ade.Get(webtest.KeysPath).Region("Previous keys"))
	if !strings.Contains(row, "Sol Engineer solutions engineer") ||
		!strings.Contains(row, "Seen in a public repository.") {
		t.Errorf("Acme reads %s", row)
	}
	if fresh := ade.View(webtest.KeysPath); fresh == key || !s.Accepted(fresh) {
		t.Error("Acme has no new key that works")
	}
	ade.Get("/t/acme/activity").Expect(http.StatusOK, "looked up a pasted secret key of this environment at the desk")
}

func TestFindingSeveralCompromisedKeys(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	development, playground := ade.View(webtest.KeysPath), ade.View("/t/acme/playground/keys")
	p := s.As(s.Sol).Post(webtest.CompromisePath, url.Values{"key": {"DEV=" + development + "\nPLAY=" +
		strings.ToUpper(playground) + "\nOTHER=" + strings.Repeat("0", 40)}}).
		Expect(http.StatusOK, "2 keys in what you pasted")
	for _, key := range []string{development, playground} {
		if strings.Contains(p.Body, key) {
			t.Error("a key is in the page")
		}
		p.Expect(http.StatusOK, models.KeyEnding(key))
	}
	id := s.Key(models.Development, models.Secret).ID
	if !strings.Contains(p.Body, webtest.CompromisePath+"?found="+id) {
		t.Error("no link leads to the key of Development")
	}
	for _, environment := range []string{"development", "playground"} {
		ade.Get("/t/acme/activity?environment="+environment).
			Expect(http.StatusOK, "looked up a pasted secret key of this environment at the desk")
	}
}

func TestRevokingWithoutANewKey(t *testing.T) {
	s := webtest.OnSQLite(t)
	id := s.Key(models.Development, models.Publishable).ID
	form := url.Values{"replace": {"no"}, "reason": {"Leaked"}}
	sol := s.As(s.Sol)
	sol.Post(webtest.CompromisePath+"/"+id+"/revoke", form).GoesTo(webtest.CompromisePath+"?found="+id).
		Says("status", "Refused everywhere", "The team has no publishable key now")
	s.As(s.Ade).Get(webtest.KeysPath).Expect(http.StatusOK, "No publishable key.")
	s.Unchanged(t, "revoking again", func() {
		sol.Post(webtest.CompromisePath+"/"+id+"/revoke", form).GoesTo(webtest.CompromisePath+"?found="+id).
			Says("alert", "Nothing was changed", "Sol Engineer already revoked this key")
	})
}

func TestCompromiseFormsAreChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	id := s.Key(models.Development, models.Secret).ID
	for _, pasted := range []string{"", "sk_live_123", strings.Repeat("0", 39), strings.Repeat("0", 41),
		strings.Repeat("é", 20)} {
		s.Unchanged(t, "pasting", func() {
			p := sol.Post(webtest.CompromisePath, url.Values{"key": {pasted}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Compromised key", "", "That is not a key of this installation")
		})
	}
	for _, pasted := range []string{strings.Repeat("0", 40), "KEY=" + strings.Repeat("A", 40)} {
		s.Unchanged(t, "an unknown key", func() {
			sol.Post(webtest.CompromisePath, url.Values{"key": {pasted}}).Expect(http.StatusOK).
				Says("status", "No key of any team matches.")
		})
	}
	s.Unchanged(t, "a whole log", func() {
		sol.Post(webtest.CompromisePath, url.Values{"key": {strings.Repeat("GET / ", 6_000)}}).
			Expect(http.StatusUnprocessableEntity, "This is too long to look through.")
	})
	s.Unchanged(t, "a wrong form", func() {
		p := sol.Post(webtest.CompromisePath+"/"+id+"/revoke", url.Values{"replace": {"no"}, "reason": {" "}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "What happened?", " ", "Say what happened.")
		long := strings.Repeat("x", 501)
		p = sol.Post(webtest.CompromisePath+"/"+id+"/revoke", url.Values{"replace": {"yes"}, "reason": {long}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "What happened?", long, "the limit is 500 characters")
		sol.Post(webtest.CompromisePath+"/"+id+"/revoke", url.Values{"reason": {"Leaked"}}).
			Expect(http.StatusUnprocessableEntity, "Choose whether the team gets a new key at once.")
	})
}

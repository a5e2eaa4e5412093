package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestAKeysNameStandsWhereverItIsNamed: given later, carried over to the key that takes its place, changed
// and taken away; in the activity, receipts, mails and webhooks as it was then.
func TestAKeysNameStandsWhereverItIsNamed(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade, secret := s.As(s.Ade), s.Key(models.Development, models.Secret)
		s.Accepted(s.KeyText(models.Development, models.Secret))
		rename := func(name string) *webtest.Page {
			t.Helper()
			return ade.Post(webtest.KeysPath+"/"+secret.ID+"/rename", url.Values{"key_name": {name}})
		}
		named := "••••" + secret.Ending + " “Checkout server”"
		p := rename("  Checkout server ").GoesTo(webtest.KeysPath).Says("status", "Name saved", "secret key "+named)
		if !strings.Contains(webtest.Words(p.Region("Secret key")), "Checkout server") {
			t.Error("the name does not stand beside the key")
		}
		again := webtest.Words(ade.Get(webtest.KeysPath + "?revoke=secret").Dialog())
		if !strings.Contains(again, "Secret key ••••"+secret.Ending+" Checkout server") {
			t.Errorf("the dialog says %s", again)
		}
		ade.Post(webtest.KeysPath+"/"+secret.ID+"/revoke", url.Values{"when": {"grace"}, "grace": {"1h"},
			"reason": {"rotation"}, "key_name": {"Till"}}).
			GoesTo(webtest.KeysPath).Says("status", "The old secret key "+named+" works until", "“Till”")
		fresh := s.Key(models.Development, models.Secret)
		s.Ok(s.Server.Store.Tell(t.Context()))
		for _, look := range []struct {
			by   *webtest.Browser
			path string
			said []string
		}{
			{ade, webtest.KeysPath, []string{"Till", "Checkout server"}},
			{ade, "/t/acme/development", []string{"Till"}},
			{ade, "/t/acme/development/usage", []string{"Secret key " + named + ", replaced", "“Till”"}},
			{ade, "/t/acme/development/activity", []string{"named the secret key " + named,
				"replaced the secret key " + named + " (rotation) with ••••" + fresh.Ending + " “Till”"}},
			{ade, webtest.KeysPath + "/" + secret.ID + "/receipt", []string{"Secret key " + named}},
			{s.As(s.Olivia), "/notifications", []string{
				"The secret key " + named + " of Acme Books Development was replaced"}},
			{s.As(s.Sol), "/desk/teams/acme", []string{"Till", "Checkout server"}},
		} {
			look.by.Get(look.path).Expect(http.StatusOK, look.said...)
		}
		rename("").GoesTo(webtest.KeysPath).Says("status", "Name removed")
		ade.Get("/t/acme/development/activity").
			Expect(http.StatusOK, "took the name “Checkout server” from the secret key")
	})
}

// TestNamesOfKeysAreRefused with what was typed kept, at each place where one is given.
func TestNamesOfKeysAreRefused(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade, secret := s.As(s.Ade), s.Key(models.Development, models.Secret)
	s.Database.Exec("UPDATE keys SET state = 'revoked', revoked_at = created_at WHERE kind = 'publishable'")
	for name, says := range map[string]string{
		strings.Repeat("long ", 13):                  "This is too long: the limit is 60 characters.",
		"right\u202eleft":                            "This holds a character that cannot be shown.",
		s.KeyText(models.Development, models.Secret): "This holds what looks like an API key",
	} {
		for _, at := range []string{"/" + secret.ID + "/rename", "/" + secret.ID + "/revoke", ""} {
			form := url.Values{"key_name": {name}, "kind": {"publishable"}, "when": {"now"}, "reason": {"other"}}
			p := ade.Post(webtest.KeysPath+at, form).Expect(http.StatusUnprocessableEntity, says)
			if !strings.Contains(p.Body, `aria-invalid="true"`) {
				t.Errorf("%s refuses a name, and no field says so", at)
			}
		}
	}
}

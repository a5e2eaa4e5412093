package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestAKeyIsToldFromAnother: whoever holds a key finds it in every list, by its last four
// characters, hidden, replaced or revoked; and no page that did not ask for it has more of it.
func TestAKeyIsToldFromAnother(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade, sol := s.As(s.Ade), s.As(s.Sol)
	first, id := ade.View(webtest.KeysPath), s.Key(models.Development, models.Secret).ID
	s.Accepted(first)
	ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"grace"}, "grace": {"1h"}, "reason": {"rotation"}}).
		Expect(http.StatusSeeOther)
	second, secondID := ade.View(webtest.KeysPath), s.Key(models.Development, models.Secret).ID
	found := sol.Post("/desk/compromise", url.Values{"key": {first}}).Expect(http.StatusOK)
	old, active := "••••"+first[36:], "••••"+second[36:]

	s.Ok(s.Server.Store.Tell(context.Background()))
	page := ade.Get(webtest.KeysPath)
	for name, has := range map[string]bool{
		"the hidden key":     strings.Contains(webtest.Words(page.Region("Secret key")), active),
		"the previous key":   strings.Contains(webtest.Words(page.Region("Previous keys")), "Secret key "+old),
		"the key's dialog":   strings.Contains(dialog(ade, "secret"), "Secret key "+active),
		"the old's dialog":   strings.Contains(dialog(ade, id), "Secret key "+old),
		"the desk's finding": strings.Contains(webtest.Words(found.Root), "Secret key of Acme Books "+old),
	} {
		if !has {
			t.Errorf("%s is not told by its last characters", name)
		}
	}
	for _, look := range []struct {
		by   *webtest.Browser
		path string
		said []string
	}{
		{ade, "/t/acme/development", []string{active}},
		{ade, "/t/acme/development/usage", []string{"Secret key " + active, "Secret key " + old + ", replaced"}},
		{ade, "/t/acme/development/activity", []string{"viewed the secret key " + old,
			"replaced the secret key " + old + " (rotation) with " + active,
			"looked up a pasted secret key of this environment at the desk: " + old}},
		{ade, webtest.KeysPath + "/" + id + "/receipt", []string{"Secret key " + old}},
		{s.As(s.Olivia), "/notifications", []string{"The secret key " + old + " of Acme Books Development was replaced"}},
		{sol, "/desk/teams/acme", []string{active, old}},
	} {
		p := look.by.Get(look.path).Expect(http.StatusOK, look.said...)
		if strings.Contains(p.Body, first[30:]) || strings.Contains(p.Body, second[30:]) {
			t.Errorf("%s has more of a key than its last four characters", look.path)
		}
	}
	ade.Post(webtest.KeysPath+"/"+secondID+"/revoke", url.Values{"when": {"now"}, "reason": {"rotation"}}).
		GoesTo(webtest.KeysPath).Says("status", "The old secret key "+active+" is refused from now on.")
}

// dialog is what the dialog that revokes a key says.
func dialog(b *webtest.Browser, chosen string) string {
	return webtest.Words(b.Get(webtest.KeysPath + "?revoke=" + chosen).Dialog())
}

package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"dojo/models"
	"dojo/web"
	"dojo/web/webtest"
)

func TestPasskeyCeremoniesBegin(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.Visitor()
	first, second := b.Post("/login/passkey/begin", nil).Options(), b.Post("/login/passkey/begin", nil).Options()
	if first.PublicKey.Challenge == second.PublicKey.Challenge || first.PublicKey.RPID != "localhost" ||
		first.PublicKey.UserVerification != "required" || len(first.PublicKey.Allow) > 0 {
		t.Errorf("signing in begins with %+v", first)
	}
	add := s.As(s.Ade).Post(webtest.SecurityPath+"/passkeys/begin", nil).Options()
	if add.PublicKey.RP.ID != "localhost" || add.PublicKey.User.Name != "ade@acme.example" ||
		add.PublicKey.Selection.ResidentKey != "required" || add.PublicKey.Selection.UserVerification != "required" {
		t.Errorf("adding begins with %+v", add)
	}
}

func TestPasskeysThatAreNone(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	b := s.Visitor()
	for _, credential := range []string{"", "{}", "x", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		s.Unchanged(t, "the passkey "+credential, func() {
			b.Post("/login/passkey/begin", nil)
			b.Post("/login/passkey", url.Values{"credential": {credential}}).Expect(http.StatusUnprocessableEntity).
				Says("alert", "The passkey was not accepted")
			ade.Post(webtest.SecurityPath+"/passkeys/begin", nil)
			if credential != "" {
				ade.Post(webtest.SecurityPath+"/passkeys", url.Values{"name": {"Phone"}, "credential": {credential}}).
					Expect(http.StatusUnprocessableEntity, "The passkey was not accepted.")
			}
		})
	}
	b.Get("/account").Expect(http.StatusSeeOther)
	for _, name := range []string{" ", "Phone\u202e", "0123456789012345678901234567890123456789012345678901234567890"} {
		ade.Post(webtest.SecurityPath+"/passkeys", url.Values{"name": {name}, "credential": {"{}"}}).
			Expect(http.StatusUnprocessableEntity)
	}
}

func TestPasskeysAreRenamedAndRemoved(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	id := s.Passkey(s.Ade)
	p := ade.Get(webtest.SecurityPath).Expect(http.StatusOK, "Old phone", "never used")
	bad := p.Press(p.Region("Passkeys"), "Rename", "name", " ").Expect(http.StatusUnprocessableEntity)
	bad.Refuses(bad.Root, "Name of Old phone", " ", "Give the passkey a name")
	p.Press(p.Region("Passkeys"), "Rename", "name", "New phone").GoesTo(webtest.SecurityPath).
		Says("status", "Passkey renamed", "It is called New phone now.")
	s.Visitor().SignIn("ade@acme.example", webtest.Password).GoesTo(webtest.SecondPath+"?next=%2F").
		Expect(http.StatusOK, "Your account asks for a passkey")
	ade.Post(webtest.SecurityPath+"/passkeys/"+id+"/remove", nil).GoesTo(webtest.SecurityPath).
		Says("status", "Passkey removed")
	s.Visitor().SignIn("ade@acme.example", webtest.Password).GoesTo("/")
	s.Mails()
	s.Passkey(s.Dev)
	if token, kinds, to := s.Mails(); len(token) != 1 || kinds[0] != models.FactorChangedMail ||
		to[0] != "dev@acme.example" {
		t.Errorf("a new passkey is mailed as %v to %v", kinds, to)
	}
}

// TestPasskeysNeedAName: elsewhere browsers allow none, and nothing
// offers them.
func TestPasskeysNeedAName(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) { o.Config.PublicURL = "http://" + o.Config.Addr })
	b := s.Visitor()
	b.Post("/login/passkey/begin", nil).Expect(http.StatusNotFound)
	b.Post("/login/passkey", nil).Expect(http.StatusNotFound)
	ade := s.As(s.Ade)
	ade.Post("/proof/passkey/begin", nil).Expect(http.StatusNotFound)
	ade.Post(webtest.SecurityPath+"/passkeys/begin", nil).Expect(http.StatusNotFound)
	ade.Post(webtest.SecurityPath+"/passkeys", url.Values{"name": {"Phone"}}).Expect(http.StatusNotFound)
}

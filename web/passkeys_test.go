package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"dojo/models"
)

// passkeyOptions are what a ceremony begins with.
type passkeyOptions struct {
	PublicKey struct {
		Challenge        string `json:"challenge"`
		RPID             string `json:"rpId"`
		RP               struct{ ID string }
		UserVerification string `json:"userVerification"`
		User             struct{ Name string }
		Selection        struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		Allow []struct{ ID string } `json:"allowCredentials"`
	} `json:"publicKey"`
}

func (p *page) options() (options passkeyOptions) {
	t := p.browser.site.t
	t.Helper()
	p.expect(http.StatusOK)
	if err := json.Unmarshal([]byte(p.body), &options); err != nil || options.PublicKey.Challenge == "" {
		t.Fatalf("%s answers %s", p.path, p.body)
	}
	return options
}

func TestPasskeyCeremoniesBegin(t *testing.T) {
	s := onSQLite(t)
	b := s.visitor()
	first, second := b.post("/login/passkey/begin", nil).options(), b.post("/login/passkey/begin", nil).options()
	if first.PublicKey.Challenge == second.PublicKey.Challenge || first.PublicKey.RPID != "localhost" ||
		first.PublicKey.UserVerification != "required" || len(first.PublicKey.Allow) > 0 {
		t.Errorf("signing in begins with %+v", first)
	}
	add := s.as(s.Ade).post(securityPath+"/passkeys/begin", nil).options()
	if add.PublicKey.RP.ID != "localhost" || add.PublicKey.User.Name != "ade@acme.example" ||
		add.PublicKey.Selection.ResidentKey != "required" || add.PublicKey.Selection.UserVerification != "required" {
		t.Errorf("adding begins with %+v", add)
	}
}

func TestPasskeysThatAreNone(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	b := s.visitor()
	for _, credential := range []string{"", "{}", "x", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		s.unchanged(t, "the passkey "+credential, func() {
			b.post("/login/passkey/begin", nil)
			b.post("/login/passkey", url.Values{"credential": {credential}}).expect(http.StatusUnprocessableEntity).says("alert", "The passkey was not accepted")
			ade.post(securityPath+"/passkeys/begin", nil)
			if credential != "" {
				ade.post(securityPath+"/passkeys", url.Values{"name": {"Phone"}, "credential": {credential}}).expect(http.StatusUnprocessableEntity, "The passkey was not accepted.")
			}
		})
	}
	b.get("/account").expect(http.StatusSeeOther)
	for _, name := range []string{" ", "Phone\u202e", "0123456789012345678901234567890123456789012345678901234567890"} {
		ade.post(securityPath+"/passkeys", url.Values{"name": {name}, "credential": {"{}"}}).expect(http.StatusUnprocessableEntity)
	}
}

func TestPasskeysAreRenamedAndRemoved(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	id := s.passkey(s.Ade)
	p := ade.get(securityPath).expect(http.StatusOK, "Old phone", "never used")
	bad := p.press(p.region("Passkeys"), "Rename", "name", " ").expect(http.StatusUnprocessableEntity)
	bad.refuses(bad.root, "Name of Old phone", " ", "Give the passkey a name")
	p.press(p.region("Passkeys"), "Rename", "name", "New phone").goesTo(securityPath).says("status", "Passkey renamed", "It is called New phone now.")
	s.visitor().signIn("ade@acme.example", password).goesTo(secondPath+"?next=%2F").expect(http.StatusOK, "Your account asks for a passkey")
	ade.post(securityPath+"/passkeys/"+id+"/remove", nil).goesTo(securityPath).says("status", "Passkey removed")
	s.visitor().signIn("ade@acme.example", password).goesTo("/")
	s.mails()
	s.passkey(s.Dev)
	if token, kinds, to := s.mails(); len(token) != 1 || kinds[0] != models.FactorChangedMail || to[0] != "dev@acme.example" {
		t.Errorf("a new passkey is mailed as %v to %v", kinds, to)
	}
}

// TestPasskeysNeedAName: elsewhere browsers allow none, and nothing
// offers them.
func TestPasskeysNeedAName(t *testing.T) {
	s := onSQLite(t, func(o *Options) { o.Config.PublicURL = "http://" + o.Config.Addr })
	b := s.visitor()
	b.post("/login/passkey/begin", nil).expect(http.StatusNotFound)
	b.post("/login/passkey", nil).expect(http.StatusNotFound)
	ade := s.as(s.Ade)
	ade.post("/proof/passkey/begin", nil).expect(http.StatusNotFound)
	ade.post(securityPath+"/passkeys/begin", nil).expect(http.StatusNotFound)
	ade.post(securityPath+"/passkeys", url.Values{"name": {"Phone"}}).expect(http.StatusNotFound)
}

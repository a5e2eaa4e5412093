package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestAProofLasts(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.As(s.Dev)
	s.Database.Clock.Add(models.ProofLife - time.Microsecond)
	b.View(webtest.KeysPath)
	s.Database.Clock.Add(time.Microsecond)
	p := b.Get(webtest.KeysPath)
	p = p.Press(p.Region("Secret key"), "View").
		Expect(http.StatusForbidden, "It has been a while since you signed in, and you are about to view a secret key in "+
			"Acme Books / Development.")
	p = p.Press(p.Root, "Confirm", "proof_password", webtest.Password).Expect(http.StatusOK)
	if !models.WellFormedKey(webtest.ShownKey(p.Region("Secret key"))) {
		t.Error("the key is not shown")
	}
	s.Database.Clock.Add(models.ProofLife - time.Microsecond)
	b.View(webtest.KeysPath)
}

// TestAProofBelongsToTheForm: it comes with what it is for, and only in a form.
func TestAProofBelongsToTheForm(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.As(s.Dev)
	s.Lapse()
	address := webtest.KeysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	b.Send(http.MethodPost, address+"?"+url.Values{"proof_password": {webtest.Password}}.Encode(), "").
		Expect(http.StatusForbidden, "Confirm that it is you")
	b.Post(address, url.Values{"proof_passkey": {"{}"}}).Expect(http.StatusForbidden).
		Says("alert", "The passkey was not accepted")
	for referer, back := range map[string]string{"": "/", "https://evil.example/": "/",
		s.Config.PublicURL + webtest.KeysPath: webtest.KeysPath, s.Config.PublicURL + ".evil.example/": "/"} {
		p := b.Post(address, nil, "Referer: "+referer).Expect(http.StatusForbidden)
		for _, n := range webtest.Find(p.Root, webtest.IsTag("a")) {
			if webtest.Words(n) == "Cancel" && webtest.Attribute(n, "href") != back {
				t.Errorf("from %q, Cancel leads to %q", referer, webtest.Attribute(n, "href"))
			}
		}
	}
}

func TestTriesOfAProofAreLimited(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.As(s.Dev)
	s.Lapse()
	address := webtest.KeysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	for range 11 {
		b.Post(address, url.Values{"proof_password": {"wrong"}}).Expect(http.StatusForbidden)
	}
	waits(b, func() { b.Post(address, url.Values{"proof_password": {"wrong"}}) })
	waits(b, func() { b.Post(address, url.Values{"proof_password": {webtest.Password}}).Expect(http.StatusOK) })
	ade := s.As(s.Ade) // whose tries are counted apart
	s.Lapse()
	ade.Post(address, url.Values{"proof_password": {webtest.Password}}).Expect(http.StatusOK)
}

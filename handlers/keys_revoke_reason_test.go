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

// TestWhenAKeyEndsFollowsFromTheReason: whoever changes nothing but the reason gets what is right for it,
// without a script: the form has a choice of its own for a key that was compromised.
func TestWhenAKeyEndsFollowsFromTheReason(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	old := ade.View(webtest.KeysPath)
	p := ade.Get(webtest.KeysPath + "?revoke=secret")
	p.Press(p.Dialog(), "Revoke and get a new key").GoesTo(webtest.KeysPath).
		Says("status", "works until 3 Mar 2026, 09:30 UTC")
	if !s.Accepted(old) {
		t.Error("a key that is rotated has no grace period")
	}
	second := ade.View(webtest.KeysPath)
	p = ade.Get(webtest.KeysPath + "?revoke=secret")
	p.Press(p.Dialog(), "Revoke and get a new key", "reason", "compromised").GoesTo(webtest.KeysPath).
		Says("status", "Refused everywhere")
	if s.Accepted(second) {
		t.Error("a compromised key goes on working")
	}
	third := ade.View(webtest.KeysPath)
	p = ade.Get(webtest.KeysPath + "?revoke=secret&reason=compromised")
	if !strings.Contains(webtest.Words(p.Dialog()), "A compromised key is best revoked now.") {
		t.Error("nobody is warned of a grace period for a compromised key")
	}
	p.Press(p.Dialog(), "Revoke and get a new key", "when_compromised", "grace", "grace_compromised", "1h").
		GoesTo(webtest.KeysPath).Says("status", "works until 2 Mar 2026, 10:30 UTC")
	if !s.Accepted(third) {
		t.Error("the grace period that was asked for is not given")
	}
}

// TestAWarningLeadsToItsKey: also when that was replaced since, and works for a while.
func TestAWarningLeadsToItsKey(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	old, id := ade.View(webtest.KeysPath), s.Key(models.Development, models.Secret).ID
	ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"grace"}, "grace": {"24h"}, "reason": {"rotation"}}).
		Expect(http.StatusSeeOther)
	s.Database.Clock.Add(time.Second)
	s.Visitor().Get("/v1/products/_ids?api_key="+old, "User-Agent: curl/8.5.0").Expect(http.StatusOK)

	p := ade.Get("/t/acme/development")
	link := ""
	for _, a := range webtest.Find(p.Region("The secret key is sent in URLs"), webtest.IsTag("a")) {
		if webtest.Words(a) == "Revoke the secret key ••••"+old[36:] {
			link = webtest.Attribute(a, "href")
		}
	}
	p = ade.Get(link)
	dialog := webtest.Words(p.Dialog())
	for _, said := range []string{"Revoke previous secret key", "••••" + old[36:], "curl 8.5", "about 1 request a day"} {
		if !strings.Contains(dialog, said) {
			t.Errorf("the dialog of %q lacks %q: %s", link, said, dialog)
		}
	}
	fresh := ade.View(webtest.KeysPath)
	p.Press(p.Dialog(), "Revoke now").GoesTo(webtest.KeysPath).Says("status", "••••"+old[36:]+" is refused from now on")
	if s.Accepted(old) || !s.Accepted(fresh) {
		t.Error("the link about the old key acted on another one")
	}
}

func TestProductionIsConfirmedInAnyCase(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Approve(models.Production)
	ade := s.As(s.Ade)
	for _, typed := range []string{"Production", " production "} {
		p := ade.Get("/t/acme/production/keys?revoke=secret")
		p.Press(p.Dialog(), "Revoke and get a new key", "confirm", typed).GoesTo("/t/acme/production/keys")
	}
	p := ade.Get("/t/acme/production/keys?revoke=secret")
	p.Press(p.Dialog(), "Revoke and get a new key", "confirm", "development").Expect(http.StatusUnprocessableEntity)
}

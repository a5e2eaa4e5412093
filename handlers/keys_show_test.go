package handlers_test

import (
	"net/http"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

func TestKeysPage(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.As(s.Dev).Get(webtest.KeysPath).Expect(http.StatusOK)
	if p.Heading() != "API keys" {
		t.Errorf("the heading is %q", p.Heading())
	}
	publishable, secret := p.Region("Publishable key"), p.Region("Secret key")
	if key := webtest.ShownKey(publishable); !models.WellFormedKey(key) || !s.Accepted(key) {
		t.Errorf("the publishable key is shown as %q", key)
	}
	if key := webtest.ShownKey(secret); key != "" {
		t.Errorf("the secret key is shown: %q", key)
	}
	for _, name := range []string{"Copy", "Revoke"} {
		if !webtest.HasButton(publishable, name) || !webtest.HasButton(secret, name) {
			t.Errorf("a region has no button %q", name)
		}
	}
	if p.Dialog() != nil {
		t.Error("a dialog is open")
	}
}

func TestViewerSeesNoSecret(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.As(s.Vic).Get(webtest.KeysPath).
		Expect(http.StatusOK, "You may look, not change.", "ask Ade Admin, Dev Developer or Olivia Owner")
	for _, name := range []string{"View", "Revoke", "Get a new key"} {
		if webtest.HasButton(p.Root, name) {
			t.Errorf("a viewer has the button %q", name)
		}
	}
	if p := s.As(s.Vic).Get(webtest.KeysPath + "?revoke=secret"); p.Dialog() != nil {
		t.Error("a viewer has the dialog")
	}
}

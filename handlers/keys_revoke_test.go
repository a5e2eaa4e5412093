package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestRevokingNow(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	old := ade.View(webtest.KeysPath)
	p := ade.Get(webtest.KeysPath)
	asked := p.Press(p.Region("Secret key"), "Revoke")
	if dialog := asked.Dialog(); dialog == nil || asked.Name(dialog) != "Revoke secret key" {
		t.Fatal("the dialog is not open")
	}
	after := asked.Press(asked.Dialog(), "Revoke and get a new key", "reason", "compromised", "note", "In a ticket.").
		GoesTo(webtest.KeysPath).Expect(http.StatusOK).Says("status", "Refused everywhere since")
	if s.Accepted(old) {
		t.Error("the old key is accepted")
	}
	if fresh := ade.View(webtest.KeysPath); fresh == old || !s.Accepted(fresh) {
		t.Error("there is no new key that works")
	}
	row := webtest.Words(after.Region("Previous keys"))
	if !strings.Contains(row, "Secret key") || !strings.Contains(row, "Ade Admin") ||
		!strings.Contains(row, "Compromised In a ticket.") {
		t.Errorf("the previous keys are %s", row)
	}
	if strings.Contains(ade.Get(webtest.KeysPath).Told("status"), "Refused everywhere") {
		t.Error("the message is there twice")
	}
}

func TestRevokingAfterAGracePeriod(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	old := ade.View(webtest.KeysPath)
	p := ade.Get(webtest.KeysPath + "?revoke=secret")
	p = p.Press(p.Dialog(), "Revoke and get a new key", "when", "grace", "grace", "1h").GoesTo(webtest.KeysPath).
		Says("status", "New secret key issued",
			"The old secret key ••••"+old[36:]+" works until 2 Mar 2026, 10:30 UTC")
	fresh := ade.View(webtest.KeysPath)
	if !s.Accepted(old) || !s.Accepted(fresh) {
		t.Error("not both keys are accepted within the grace period")
	}
	if row := webtest.Words(p.Region("Previous keys")); !strings.Contains(row,
		"Works for now until 2 Mar 2026, 10:30 UTC") {
		t.Errorf("the previous keys are %s", row)
	}
	s.Database.Clock.Add(time.Hour - time.Microsecond)
	if !s.Accepted(old) {
		t.Error("the old key ends too early")
	}
	s.Database.Clock.Add(time.Microsecond)
	if s.Accepted(old) || !s.Accepted(fresh) {
		t.Error("after the grace period not only the new key is accepted")
	}
	if row := webtest.Words(ade.Get(webtest.KeysPath).Region("Previous keys")); !strings.Contains(row, "Revoked") ||
		strings.Contains(row, "Works for now") {
		t.Errorf("the previous keys are %s", row)
	}
}

func TestEndingAGracePeriod(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	old := ade.View(webtest.KeysPath)
	p := ade.Get(webtest.KeysPath + "?revoke=secret")
	p = p.Press(p.Dialog(), "Revoke and get a new key", "when", "grace").GoesTo(webtest.KeysPath)
	p = p.Press(p.Region("Previous keys"), "Revoke now secret key ••••"+old[36:])
	if name := p.Name(p.Dialog()); name != "Revoke previous secret key" {
		t.Fatalf("the dialog is %q", name)
	}
	p.Press(p.Dialog(), "Revoke now").GoesTo(webtest.KeysPath).Says("status", "Refused everywhere")
	if fresh := ade.View(webtest.KeysPath); s.Accepted(old) || !s.Accepted(fresh) {
		t.Error("not only the new key is accepted")
	}
}

func TestProductionAsksForItsName(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Approve(models.Production)
	const path = "/t/acme/production/keys"
	ade := s.As(s.Ade)
	p := ade.Get(path + "?revoke=publishable")
	for _, wrong := range []string{"", "productions", "pro duction", "development"} {
		refused := p.Press(p.Dialog(), "Revoke and get a new key", "confirm", wrong, "note", "Keep me").
			Expect(http.StatusUnprocessableEntity)
		refused.Refuses(refused.Dialog(), "Type production to confirm", wrong,
			"Type production to confirm that you mean Production.")
		if got := webtest.Value(refused.Control(refused.Dialog(), "Note (optional)")); got != "Keep me" {
			t.Errorf("the note is now %q", got)
		}
	}
	p.Press(p.Dialog(), "Revoke and get a new key", "confirm", "production", "when", "now").GoesTo(path).
		Says("status", "Refused everywhere")
}

func TestRevokeFormIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	id := s.Key(models.Development, models.Secret).ID
	for _, test := range []struct {
		what, form   string
		label, typed string
		wrong        string
	}{
		{"no moment", "reason=other", "", "", "Choose when the key stops working."},
		{"an unknown moment", "when=later&reason=other", "", "", "Choose when the key stops working."},
		{"a grace period of zero", "when=grace&grace=0s&reason=other", "Grace period", "1h",
			"1 hour, 24 hours or 7 days"},
		{"a grace period of a year", "when=grace&grace=8760h&reason=other", "Grace period", "1h",
			"1 hour, 24 hours or 7 days"},
		{"a negative grace period", "when=grace&grace=-1h&reason=other", "Grace period", "1h",
			"1 hour, 24 hours or 7 days"},
		{"a nonsense grace period", "when=grace&grace=soon&reason=other", "Grace period", "1h",
			"1 hour, 24 hours or 7 days"},
		{"no grace period", "when=grace&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"no reason", "when=now", "Reason", "rotation", "Choose why the key is being revoked."},
		{"an unknown reason", "when=now&reason=boredom", "Reason", "rotation", "Choose why the key is being revoked."},
		{"a note too long", "when=now&reason=other&note=" + strings.Repeat("x", 501), "Note (optional)",
			strings.Repeat("x", 501), "the limit is 500 characters"},
		{"a note with a hidden character", "when=now&reason=other&note=a%E2%80%AEb", "Note (optional)", "a\u202eb",
			"cannot be shown"},
	} {
		t.Run(test.what, func(t *testing.T) {
			s.Unchanged(t, test.what, func() {
				p := ade.Send(http.MethodPost, webtest.KeysPath+"/"+id+"/revoke", test.form).
					Expect(http.StatusUnprocessableEntity)
				if dialog := p.Dialog(); dialog == nil || !strings.Contains(webtest.Words(dialog), test.wrong) {
					t.Fatalf("the dialog says %s", webtest.Words(p.Root))
				}
				// A choice that was never offered cannot be shown as chosen: its first option is.
				if test.label != "" && webtest.Value(p.Control(p.Dialog(), test.label)) != "" {
					p.Refuses(p.Dialog(), test.label, test.typed, test.wrong)
				}
			})
		})
	}
	if p := s.As(s.Vic).Post(webtest.KeysPath+"/"+id+"/revoke", nil); p.Status != http.StatusForbidden {
		t.Errorf("a viewer's wrong form is %d", p.Status)
	}
}

func TestRevokingARevokedKey(t *testing.T) {
	s := webtest.OnSQLite(t)
	id := s.Key(models.Development, models.Secret).ID
	form := url.Values{"when": {"now"}, "reason": {"rotation"}}
	s.As(s.Ade).Post(webtest.KeysPath+"/"+id+"/revoke", form).GoesTo(webtest.KeysPath)
	dev := s.As(s.Dev)
	s.Unchanged(t, "revoking again", func() {
		dev.Post(webtest.KeysPath+"/"+id+"/revoke", form).GoesTo(webtest.KeysPath).
			Says("alert", "Nothing was changed", "Ade Admin already revoked this key on 2 March 2026 at 09:30 UTC")
	})
	s.Unchanged(t, "viewing it", func() {
		dev.Post(webtest.KeysPath+"/"+id+"/view", nil).Expect(http.StatusConflict, "This key was revoked")
	})
}

func TestGettingAKeyWhereThereIsNone(t *testing.T) {
	s := webtest.OnSQLite(t)
	desk, err := s.Server.Store.Desk(context.Background(), s.Sol)
	s.Ok(err)
	_, err = desk.RevokeCompromised(context.Background(), s.Key(models.Development, models.Secret).ID, false, "Leaked")
	s.Ok(err)
	dev := s.As(s.Dev)
	p := dev.Get(webtest.KeysPath).Expect(http.StatusOK, "No secret key.")
	p.Press(p.Region("Secret key"), "Get a new key").GoesTo(webtest.KeysPath).Says("status", "New secret key issued")
	if !s.Accepted(dev.View(webtest.KeysPath)) {
		t.Error("the new key does not work")
	}
	dev.Post(webtest.KeysPath, url.Values{"kind": {"secret"}}).GoesTo(webtest.KeysPath).
		Says("alert", "Development already has a secret key")
	dev.Post(webtest.KeysPath, url.Values{"kind": {"golden"}}).Expect(http.StatusNotFound)
}

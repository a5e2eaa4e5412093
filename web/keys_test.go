package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/models"
)

const keysPath = "/t/acme/development/keys"

// accepted reports whether the API lets the key in.
func (s *site) accepted(key string) bool {
	s.t.Helper()
	answer := s.visitor().get("/verify", "X-API-KEY: "+key)
	if answer.status != http.StatusOK && answer.status != http.StatusUnauthorized && answer.status != http.StatusForbidden {
		s.t.Fatalf("/verify is %d", answer.status)
	}
	return answer.status == http.StatusOK
}

// view has the person view Acme's active secret key.
func (b *browser) view(path string) string {
	b.site.t.Helper()
	p := b.get(path)
	return shownKey(p.press(p.region("Secret key"), "View").expect(http.StatusOK).region("Secret key"))
}

// shownKey is the key in a region as text; empty when there is none.
func shownKey(region *html.Node) string {
	for _, n := range find(region, isTag("code")) {
		if attribute(n, "class") == "key" {
			return words(n)
		}
	}
	return ""
}

func TestKeysPage(t *testing.T) {
	s := onSQLite(t)
	p := s.as(s.Dev).get(keysPath).expect(http.StatusOK)
	if p.heading() != "API keys" {
		t.Errorf("the heading is %q", p.heading())
	}
	publishable, secret := p.region("Publishable key"), p.region("Secret key")
	if key := shownKey(publishable); !models.WellFormedKey(key) || !s.accepted(key) {
		t.Errorf("the publishable key is shown as %q", key)
	}
	if key := shownKey(secret); key != "" {
		t.Errorf("the secret key is shown: %q", key)
	}
	for _, name := range []string{"Copy", "Revoke"} {
		if !hasButton(publishable, name) || !hasButton(secret, name) {
			t.Errorf("a region has no button %q", name)
		}
	}
	if p.dialog() != nil {
		t.Error("a dialog is open")
	}
}

func TestViewerSeesNoSecret(t *testing.T) {
	s := onSQLite(t)
	p := s.as(s.Vic).get(keysPath).expect(http.StatusOK, "You may look, not change.", "ask Ade Admin, Dev Developer or Olivia Owner")
	for _, name := range []string{"View", "Revoke", "Get a new key"} {
		if hasButton(p.root, name) {
			t.Errorf("a viewer has the button %q", name)
		}
	}
	if p := s.as(s.Vic).get(keysPath + "?revoke=secret"); p.dialog() != nil {
		t.Error("a viewer has the dialog")
	}
}

func TestViewingTheSecretKey(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	p := ade.get(keysPath)
	p.expect(http.StatusOK, "Never viewed")
	shown := p.press(p.region("Secret key"), "View").expect(http.StatusOK, "Last viewed by Ade Admin")
	key := shownKey(shown.region("Secret key"))
	if !models.WellFormedKey(key) || !s.accepted(key) {
		t.Fatalf("the secret key is shown as %q", key)
	}
	if !strings.Contains(words(shown.region("Secret key")), "X-API-KEY: "+key) {
		t.Error("the command does not hold the key")
	}
	if got := shown.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	hidden := shown.press(shown.region("Secret key"), "Hide").expect(http.StatusOK)
	if strings.Contains(hidden.body, key) {
		t.Error("the key is still in the page")
	}
	ade.get("/t/acme/development/activity").expect(http.StatusOK, "Ade Admin viewed the secret key 127.0.0.1")
}

func TestCopyingGetsTheKeyAsJSON(t *testing.T) {
	s := onSQLite(t)
	id := s.Key(models.Development, models.Secret).ID
	p := s.as(s.Dev).post(keysPath+"/"+id+"/view", nil, "Accept: application/json").expect(http.StatusOK)
	var answer struct{ Key string }
	if err := json.Unmarshal([]byte(p.body), &answer); err != nil || !s.accepted(answer.Key) || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %s, %v", p.body, p.header)
	}
	if s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.viewed'") != 1 {
		t.Error("it is not on record")
	}
	refused := s.as(s.Vic).post(keysPath+"/"+id+"/view", nil, "Accept: application/json").expect(http.StatusForbidden)
	if !strings.HasPrefix(refused.header.Get("Content-Type"), "application/json") || !strings.Contains(refused.body, "viewer") {
		t.Errorf("a viewer gets %s", refused.body)
	}
}

func TestRevokingNow(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	old := ade.view(keysPath)
	p := ade.get(keysPath)
	asked := p.press(p.region("Secret key"), "Revoke")
	if dialog := asked.dialog(); dialog == nil || asked.name(dialog) != "Revoke secret key" {
		t.Fatal("the dialog is not open")
	}
	after := asked.press(asked.dialog(), "Revoke and get a new key", "reason", "compromised", "note", "In a ticket.").
		goesTo(keysPath).expect(http.StatusOK).says("status", "Refused everywhere since 2 Mar 2026, 09:30 UTC")
	if s.accepted(old) {
		t.Error("the old key is accepted")
	}
	if fresh := ade.view(keysPath); fresh == old || !s.accepted(fresh) {
		t.Error("there is no new key that works")
	}
	row := words(after.region("Previous keys"))
	if !strings.Contains(row, "Secret key") || !strings.Contains(row, "Ade Admin") || !strings.Contains(row, "Compromised In a ticket.") {
		t.Errorf("the previous keys are %s", row)
	}
	if strings.Contains(ade.get(keysPath).told("status"), "Refused everywhere") {
		t.Error("the message is there twice")
	}
}

func TestRevokingAfterAGracePeriod(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	old := ade.view(keysPath)
	p := ade.get(keysPath + "?revoke=secret")
	p = p.press(p.dialog(), "Revoke and get a new key", "when", "grace", "grace", "1h").goesTo(keysPath).
		says("status", "New secret key issued", "The old one works until 2 Mar 2026, 10:30 UTC")
	fresh := ade.view(keysPath)
	if !s.accepted(old) || !s.accepted(fresh) {
		t.Error("not both keys are accepted within the grace period")
	}
	if row := words(p.region("Previous keys")); !strings.Contains(row, "Works for now until 2 Mar 2026, 10:30 UTC") {
		t.Errorf("the previous keys are %s", row)
	}
	s.Database.Clock.Add(time.Hour - time.Microsecond)
	if !s.accepted(old) {
		t.Error("the old key ends too early")
	}
	s.Database.Clock.Add(time.Microsecond)
	if s.accepted(old) || !s.accepted(fresh) {
		t.Error("after the grace period not only the new key is accepted")
	}
	if row := words(ade.get(keysPath).region("Previous keys")); !strings.Contains(row, "Revoked") || strings.Contains(row, "Works for now") {
		t.Errorf("the previous keys are %s", row)
	}
}

func TestEndingAGracePeriod(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	old := ade.view(keysPath)
	p := ade.get(keysPath + "?revoke=secret")
	p = p.press(p.dialog(), "Revoke and get a new key", "when", "grace").goesTo(keysPath)
	p = p.press(p.region("Previous keys"), "Revoke now")
	if name := p.name(p.dialog()); name != "Revoke previous secret key" {
		t.Fatalf("the dialog is %q", name)
	}
	p.press(p.dialog(), "Revoke now").goesTo(keysPath).says("status", "Refused everywhere")
	if fresh := ade.view(keysPath); s.accepted(old) || !s.accepted(fresh) {
		t.Error("not only the new key is accepted")
	}
}

func TestProductionAsksForItsName(t *testing.T) {
	s := onSQLite(t)
	s.approve(models.Production)
	const path = "/t/acme/production/keys"
	ade := s.as(s.Ade)
	p := ade.get(path + "?revoke=publishable")
	for _, wrong := range []string{"", "Production", "production ", "development"} {
		refused := p.press(p.dialog(), "Revoke and get a new key", "confirm", wrong, "note", "Keep me").expect(http.StatusUnprocessableEntity)
		refused.refuses(refused.dialog(), "Type production to confirm", wrong, "Type production to confirm that you mean Production.")
		if got := value(refused.control(refused.dialog(), "Note (optional)")); got != "Keep me" {
			t.Errorf("the note is now %q", got)
		}
	}
	p.press(p.dialog(), "Revoke and get a new key", "confirm", "production").goesTo(path).says("status", "Refused everywhere")
}

// approve has a request for Acme's environment sent and approved through the
// server, so that its gate hears of it.
func (s *site) approve(kind models.EnvironmentKind) {
	s.t.Helper()
	desk, err := s.server.Store.Desk(context.Background(), s.Sol)
	s.ok(err)
	_, err = desk.Approve(context.Background(), s.RequestUnlock(kind).ID, s.Agreement())
	s.ok(err)
}

func TestRevokeFormIsChecked(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	id := s.Key(models.Development, models.Secret).ID
	for _, test := range []struct {
		what, form   string
		label, typed string
		wrong        string
	}{
		{"no moment", "reason=other", "", "", "Choose when the key stops working."},
		{"an unknown moment", "when=later&reason=other", "", "", "Choose when the key stops working."},
		{"a grace period of zero", "when=grace&grace=0s&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"a grace period of a year", "when=grace&grace=8760h&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"a negative grace period", "when=grace&grace=-1h&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"a nonsense grace period", "when=grace&grace=soon&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"no grace period", "when=grace&reason=other", "Grace period", "1h", "1 hour, 24 hours or 7 days"},
		{"no reason", "when=now", "Reason", "rotation", "Choose why the key is being revoked."},
		{"an unknown reason", "when=now&reason=boredom", "Reason", "rotation", "Choose why the key is being revoked."},
		{"a note too long", "when=now&reason=other&note=" + strings.Repeat("x", 501), "Note (optional)", strings.Repeat("x", 501), "the limit is 500 characters"},
		{"a note with a hidden character", "when=now&reason=other&note=a%E2%80%AEb", "Note (optional)", "a\u202eb", "cannot be shown"},
	} {
		t.Run(test.what, func(t *testing.T) {
			s.unchanged(t, test.what, func() {
				p := ade.send(http.MethodPost, keysPath+"/"+id+"/revoke", test.form).expect(http.StatusUnprocessableEntity)
				if dialog := p.dialog(); dialog == nil || !strings.Contains(words(dialog), test.wrong) {
					t.Fatalf("the dialog says %s", words(p.root))
				}
				// A choice that was never offered cannot be shown as chosen: its first option is.
				if test.label != "" && value(p.control(p.dialog(), test.label)) != "" {
					p.refuses(p.dialog(), test.label, test.typed, test.wrong)
				}
			})
		})
	}
	if p := s.as(s.Vic).post(keysPath+"/"+id+"/revoke", nil); p.status != http.StatusForbidden {
		t.Errorf("a viewer's wrong form is %d", p.status)
	}
}

func TestRevokingARevokedKey(t *testing.T) {
	s := onSQLite(t)
	id := s.Key(models.Development, models.Secret).ID
	form := url.Values{"when": {"now"}, "reason": {"rotation"}}
	s.as(s.Ade).post(keysPath+"/"+id+"/revoke", form).goesTo(keysPath)
	dev := s.as(s.Dev)
	s.unchanged(t, "revoking again", func() {
		dev.post(keysPath+"/"+id+"/revoke", form).goesTo(keysPath).
			says("alert", "Nothing was changed", "Ade Admin already revoked this key on 2 March 2026 at 09:30 UTC")
	})
	s.unchanged(t, "viewing it", func() {
		dev.post(keysPath+"/"+id+"/view", nil).expect(http.StatusConflict, "This key was revoked")
	})
}

func TestGettingAKeyWhereThereIsNone(t *testing.T) {
	s := onSQLite(t)
	desk, err := s.server.Store.Desk(context.Background(), s.Sol)
	s.ok(err)
	_, err = desk.RevokeCompromised(context.Background(), s.Key(models.Development, models.Secret).ID, false, "Leaked")
	s.ok(err)
	dev := s.as(s.Dev)
	p := dev.get(keysPath).expect(http.StatusOK, "No secret key.")
	p.press(p.region("Secret key"), "Get a new key").goesTo(keysPath).says("status", "New secret key issued")
	if !s.accepted(dev.view(keysPath)) {
		t.Error("the new key does not work")
	}
	dev.post(keysPath, url.Values{"kind": {"secret"}}).goesTo(keysPath).says("alert", "Development already has a secret key")
	dev.post(keysPath, url.Values{"kind": {"golden"}}).expect(http.StatusNotFound)
}

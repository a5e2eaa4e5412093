package handlers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

func TestViewingTheSecretKey(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	p := ade.Get(webtest.KeysPath)
	p.Expect(http.StatusOK, "Never viewed")
	shown := p.Press(p.Region("Secret key"), "View").Expect(http.StatusOK, "Last viewed by Ade Admin")
	key := webtest.ShownKey(shown.Region("Secret key"))
	if !models.WellFormedKey(key) || !s.Accepted(key) {
		t.Fatalf("the secret key is shown as %q", key)
	}
	if !strings.Contains(webtest.Words(shown.Region("Secret key")), "X-API-KEY: "+key) {
		t.Error("the command does not hold the key")
	}
	if got := shown.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	hidden := shown.Press(shown.Region("Secret key"), "Hide").Expect(http.StatusOK)
	if strings.Contains(hidden.Body, key) {
		t.Error("the key is still in the page")
	}
	ade.Get("/t/acme/development/activity").Expect(http.StatusOK,
		"Ade Admin viewed the secret key ••••"+key[36:]+" 127.0.0.1")
}

func TestCopyingGetsTheKeyAsJSON(t *testing.T) {
	s := webtest.OnSQLite(t)
	id := s.Key(models.Development, models.Secret).ID
	p := s.As(s.Dev).Post(webtest.KeysPath+"/"+id+"/copy", nil, "Accept: application/json").Expect(http.StatusOK)
	var answer struct{ Key string }
	if err := json.Unmarshal([]byte(p.Body), &answer); err != nil || !s.Accepted(answer.Key) ||
		p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %s, %v", p.Body, p.Header)
	}
	if s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.copied'") != 1 {
		t.Error("it is not on record")
	}
	refused := s.As(s.Vic).Post(webtest.KeysPath+"/"+id+"/copy", nil, "Accept: application/json").
		Expect(http.StatusForbidden)
	if !strings.HasPrefix(refused.Header.Get("Content-Type"), "application/json") ||
		!strings.Contains(refused.Body, "viewer") {
		t.Errorf("a viewer gets %s", refused.Body)
	}
}

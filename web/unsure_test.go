package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/handlers"
	"dojo/models"
	"dojo/passwords"
	"dojo/session"
	"dojo/web/webtest"
)

// TestAnotherProcessTookOver: from then on this one answers no check from its memory,
// changes nothing, and is not ready. It does not pass that off as a refusal of the key.
func TestAnotherProcessTookOver(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade := s.As(s.Ade)
		key := ade.View(webtest.KeysPath)
		id := s.Key(models.Development, models.Secret).ID
		if !s.Accepted(key) {
			t.Fatal("the key is not accepted")
		}
		s.Visitor().Get("/readyz").Expect(http.StatusOK)
		s.Database.Exec("UPDATE serving SET holder = 'another', process = '', released = false")
		p := ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}})
		p.Expect(http.StatusServiceUnavailable, "Nothing was changed.")
		if strings.Contains(p.Body, "efused everywhere") {
			t.Error("the page says that the key is refused everywhere")
		}
		s.Visitor().Get("/readyz").Expect(http.StatusServiceUnavailable)
		s.Visitor().Get("/verify", "X-API-KEY: "+key).Expect(http.StatusServiceUnavailable)
		s.Visitor().Get("/healthz").Expect(http.StatusOK)
		if n := s.Database.Count("SELECT count(*) FROM keys WHERE id = $1 AND state = 'active'", id); n != 1 {
			t.Error("the key is revoked all the same")
		}
	})
}

// closedGate refuses everybody, and knows nothing of keys.
type closedGate struct{}

func (closedGate) Refuses(string, string) (refused, known bool) { return false, false }

// TestAClosedGateIsNoRefusal: what a page says of a key is what is known of the key.
func TestAClosedGateIsNoRefusal(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Server.ReplaceHandlers(handlers.New(handlers.Options{
		Store: s.Server.Store, Gate: closedGate{}, Sessions: session.New(s.Server.Store, false),
		Passwords: passwords.New(1), Logger: s.Logger,
	}))
	revoked := url.Values{"when": {"now"}, "reason": {"other"}}
	secret, publishable := s.Key(models.Development, models.Secret).ID, s.Key(models.Development, models.Publishable).ID
	pages := map[string]*webtest.Page{
		"the keys page": s.As(s.Ade).Post(webtest.KeysPath+"/"+secret+"/revoke", revoked).GoesTo(webtest.KeysPath),
		"the desk": s.As(s.Sol).Post(webtest.CompromisePath+"/"+publishable+"/revoke",
			url.Values{"replace": {"no"}, "reason": {"Seen in a log."}}).
			GoesTo(webtest.CompromisePath + "?found=" + publishable),
	}
	settings := s.As(s.Olivia).Get("/t/acme/settings?delete=1")
	pages["a deleted team"] = settings.Press(settings.Dialog(), "Delete team", "confirm", "Acme Books").GoesTo("/?all")
	for what, p := range pages {
		p.Says("alert", "cannot be known")
		if said := p.Told("alert") + p.Told("status"); strings.Contains(said, "efused everywhere") {
			t.Errorf("%s says that a key is refused everywhere", what)
		}
	}
}

package handlers_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

const webhooksPath = "/t/acme/webhooks"

// hook is a receiver of webhooks.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies []string
}

func newHook(t *testing.T) *hook {
	h := &hook{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got, h.bodies = append(h.got, r), append(h.bodies, string(body))
		w.WriteHeader(h.status)
		io.WriteString(w, "<b>thanks</b>")
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) answers(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

// last waits for so many deliveries and returns the last one.
func (h *hook) last(t *testing.T, n int) (request *http.Request, body string) {
	t.Helper()
	webtest.WaitUntil(t, "a delivery", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.got) >= n
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.got) != n {
		t.Errorf("the receiver got %d deliveries, want %d", len(h.got), n)
	}
	return h.got[len(h.got)-1], h.bodies[len(h.bodies)-1]
}

// signedBy checks the delivery as a receiver with the secret would.
func signedBy(request *http.Request, body, secret string) bool {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, request.Header.Get("webhook-id")+"."+request.Header.Get("webhook-timestamp")+"."+body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return strings.Contains(" "+request.Header.Get("webhook-signature")+" ", " "+want+" ")
}

func onThisMachine(o *web.Options) { o.Config.WebhookAllow = "127.0.0.0/8" }

// sendWebhooks sends, as Serve does, until the test ends.
func sendWebhooks(t *testing.T, s *webtest.Site) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Server.SendWebhooks(ctx)
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

// arrives waits until the page of the delivery says the text.
func arrives(t *testing.T, b *webtest.Browser, address, text string) (p *webtest.Page) {
	t.Helper()
	webtest.WaitUntil(t, text, func() bool {
		p = b.Get(address).Expect(http.StatusOK)
		return strings.Contains(webtest.Words(p.Region("What became of it")), text)
	})
	return p
}

func secretOn(p *webtest.Page) string { return webtest.Words(p.ByID("webhook-secret")) }

// TestTheLifeOfAWebhook: made, tested, told, failing, dead, sent again, rotated, paused,
// resumed and deleted.
func TestTheLifeOfAWebhook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		s := webtest.New(t, db, onThisMachine)
		sendWebhooks(t, s)
		target := newHook(t)
		ade := s.As(s.Ade)
		ade.Get(webhooksPath).Expect(http.StatusOK, "There are no webhooks yet")
		form := url.Values{"url": {target.URL + "/hook"}, "format": {"standard"},
			"events": {"member.invited", "key.replaced"}}
		made := ade.Post(webhooksPath+"/new", form).Expect(http.StatusOK, "It is shown only now")
		secret := secretOn(made)
		page := ade.Get(webhooksPath).Link("127.0.0.1/…")
		p := ade.Get(page).Expect(http.StatusOK, target.URL+"/hook", "2 events", "Nothing has been sent yet")
		if !strings.HasPrefix(secret, "whsec_") || strings.Contains(p.Body, secret) {
			t.Error("the secret is not shown, or is shown again")
		}

		tried := p.Press(p.Root, "Send a test").Expect(http.StatusSeeOther).Header.Get("Location")
		p = arrives(t, ade, tried, "Arrived")
		request, body := target.last(t, 1)
		if !signedBy(request, body, secret) || !strings.Contains(body, `"type":"webhook.test"`) {
			t.Errorf("sent is %v %s", request.Header, body)
		}
		p.Expect(http.StatusOK, "200 OK", "<b>thanks</b>", request.Header.Get("webhook-id"), "webhook.test")

		s.As(s.Olivia).Post("/t/acme/invitations", url.Values{"email": {"new@acme.example"}, "role": {"viewer"}})
		s.Ok(s.Server.Store.Tell(t.Context()))
		if _, body = target.last(t, 2); !strings.Contains(body, `"type":"member.invited"`) ||
			!strings.Contains(body, `"slug":"acme"`) || !strings.Contains(body, s.Config.PublicURL+"/t/acme/members") {
			t.Errorf("sent is %s", body)
		}

		target.answers(http.StatusServiceUnavailable)
		p = ade.Get(page)
		dead := p.Press(p.Root, "Send a test").Expect(http.StatusSeeOther).Header.Get("Location")
		arrives(t, ade, dead, "Will retry").Expect(http.StatusOK, "503 Service Unavailable")
		ade.Get(page).Expect(http.StatusOK, "Nothing has arrived since", "Failing")
		s.Database.Exec("UPDATE webhook_deliveries SET tries = 10 WHERE delivered_at IS NULL")
		s.Database.Clock.Add(time.Minute)
		p = arrives(t, ade, dead, "Dead").Expect(http.StatusOK, "11 so far")
		first, _ := target.last(t, 4)
		target.answers(http.StatusNoContent)
		p.Press(p.Root, "Send again").GoesTo(dead).Says("status", "It is sent again")
		arrives(t, ade, dead, "Arrived")
		if again, _ := target.last(t, 5); again.Header.Get("webhook-id") != first.Header.Get("webhook-id") {
			t.Error("what is sent again has another id")
		}
		ade.Get(page).Expect(http.StatusOK, "On")

		p = ade.Get(page)
		p = p.Press(p.Region("Danger zone"), "Rotate the secret").Expect(http.StatusOK)
		p = p.Press(p.Dialog(), "Rotate").Expect(http.StatusOK, "Deliveries are signed with the secret before as well")
		rotated := secretOn(p)
		p = ade.Get(page)
		p.Press(p.Root, "Send a test")
		if request, body = target.last(t, 6); !signedBy(request, body, secret) || !signedBy(request, body, rotated) {
			t.Error("both secrets should sign")
		}

		p = ade.Get(page)
		p.Press(p.Root, "Pause").GoesTo(page).Says("status", "Paused").Expect(http.StatusOK, "Paused by Ade Admin")
		ade.Post(page+"/test", nil).GoesTo(page).Says("alert", "Nothing was changed", "Resume it first")
		ade.Post(page+"/pause", nil).GoesTo(page).Says("alert", "Nothing was changed", "paused already")
		p = ade.Get(page)
		p.Press(p.Root, "Resume").GoesTo(page).Says("status", "Resumed")
		p = ade.Get(page + "?delete=1")
		p.Press(p.Dialog(), "Delete").GoesTo(webhooksPath).Says("status", "Webhook deleted").
			Expect(http.StatusOK, "There are no webhooks yet")
		ade.Get(page).Expect(http.StatusNotFound)
		target.last(t, 6)
	})
}

// TestAWebhookThatFailsForThreeDaysIsPaused, and the owners are mailed where to see it.
func TestAWebhookThatFailsForThreeDaysIsPaused(t *testing.T) {
	s := webtest.OnSQLite(t, onThisMachine)
	sendWebhooks(t, s)
	target := newHook(t)
	target.answers(http.StatusInternalServerError)
	s.Ok(s.Server.Store.Tell(t.Context())) // of what the site was made with
	s.Mails()
	ade := s.As(s.Ade)
	ade.Post(webhooksPath+"/new", url.Values{"url": {target.URL}, "format": {"standard"}, "events": {"key.replaced"}})
	page := ade.Get(webhooksPath).Link("127.0.0.1")
	p := ade.Get(page)
	tried := p.Press(p.Root, "Send a test").Header.Get("Location")
	arrives(t, ade, tried, "Will retry")
	s.Database.Clock.Add(models.WebhookPatience)
	ade = s.As(s.Ade) // the session is over
	webtest.WaitUntil(t, "it is paused", func() bool {
		return strings.Contains(ade.Get(page).Body, "Paused, since it went on failing.")
	})
	s.Ok(s.Server.Store.Tell(t.Context()))
	_, kinds, recipients := s.Mails()
	mailed := map[string]bool{}
	for i := range kinds {
		mailed[recipients[i]] = mailed[recipients[i]] || kinds[i] == models.NotificationMail
	}
	if !mailed[s.Olivia.Email] || !mailed[s.Ade.Email] || mailed[s.Dev.Email] || mailed[s.Sol.Email] {
		t.Errorf("mailed are %v", mailed)
	}
}

// TestAddressesThatAWebhookMayNotHave come back with what was typed and with why.
func TestAddressesThatAWebhookMayNotHave(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	good := url.Values{"url": {"https://hooks.example.com/x"}, "format": {"standard"}, "events": {"key.replaced"}}
	s.Unchanged(t, "addresses that are refused", func() {
		for typed, wrong := range map[string]string{
			"": "Give the address", "https://hooks.example.com/#a": "fragment", "https://hooks.example.com:0/": "port",
			"https://ade:hunter2@hooks.example.com/": "user name or password", "http://hooks.example.com/": "Use https",
			"https://127.0.0.1/": "not public", "https://2130706433/": "reads as a number",
			"https://0177.0.0.1/": "reads as a number", "https://[::ffff:10.0.0.1]/": "not public",
			"https://localhost:5432/": "not public", "https://169.254.169.254/latest/meta-data": "not public",
			"javascript:alert(1)": "no web address",
		} {
			form := url.Values{"url": {typed}, "format": good["format"], "events": good["events"]}
			p := ade.Post(webhooksPath+"/new", form).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Address", typed, wrong)
			kept := webtest.Filled(p.Form(p.Root, "Create webhook"))
			kept.Del("typed_as")
			if kept.Encode() != form.Encode() {
				t.Errorf("kept is %v of %v", kept, form)
			}
		}
		without := url.Values{"url": good["url"], "format": good["format"]}
		ade.Post(webhooksPath+"/new", without).Expect(http.StatusUnprocessableEntity, "Choose at least one event.")
		odd := url.Values{"url": good["url"], "format": {"xml"}, "events": good["events"]}
		ade.Post(webhooksPath+"/new", odd).Expect(http.StatusUnprocessableEntity, "Choose what the receiver understands.")
	})
	ade.Post(webhooksPath+"/new", good).Expect(http.StatusOK)
	page := ade.Get(webhooksPath).Link("hooks.example.com/…")
	s.Unchanged(t, "a change that is refused", func() {
		p := ade.Post(page, url.Values{"url": {"https://10.0.0.1/"}, "format": {"slack"}, "events": {"key.revoked"}}).
			Expect(http.StatusUnprocessableEntity)
		p.Refuses(p.Root, "Address", "https://10.0.0.1/", "not public")
	})
	ade.Post(page, url.Values{"url": {"https://chat.example.com/"}, "format": {"slack"}, "events": {"key.revoked"}}).
		GoesTo(page).Says("status", "Saved").
		Expect(http.StatusOK, "chat.example.com", "Slack or Mattermost", "A key is revoked")
}

// TestTheDesksWebhooksHearOfAllTeams.
func TestTheDesksWebhooksHearOfAllTeams(t *testing.T) {
	s := webtest.OnSQLite(t, onThisMachine)
	sendWebhooks(t, s)
	target := newHook(t)
	sol := s.As(s.Sol)
	s.Ok(s.Server.Store.Tell(t.Context())) // of what the site was made with
	sol.Post("/desk/webhooks/new", url.Values{"url": {target.URL}, "format": {"slack"}, "events": {"request.made"}}).
		Expect(http.StatusOK, "Slack and Mattermost do not check it.")
	s.RequestUnlock(models.Production)
	s.Ok(s.Server.Store.Tell(t.Context()))
	_, body := target.last(t, 1)
	for _, want := range []string{"Acme Books", `"blocks":[`, `"type":"header"`, s.Config.PublicURL + "/desk/requests/"} {
		if !strings.Contains(body, want) {
			t.Errorf("sent is %s, which lacks %s", body, want)
		}
	}
}

package journey

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"dojo/demo"
)

// receiver is a program of a customer's that hears of events.
type receiver struct {
	*httptest.Server
	status atomic.Int64 // that it answers with
	got    atomic.Int64 // how many messages
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.status.Store(http.StatusOK)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(r.status.Load()))
		r.got.Add(1)
	}))
	t.Cleanup(r.Close)
	return r
}

// hears waits for messages until there are so many.
func (r *receiver) hears(t *testing.T, messages int64) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); r.got.Load() < messages; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the receiver got %d messages, not %d, within 30 seconds", r.got.Load(), messages)
		}
	}
}

// createsWebhook sets one up that hears of members and of keys.
func (p *person) createsWebhook(address string) {
	p.t.Helper()
	p.find("link", "New webhook").follow()
	p.find("textbox", "Address").fill(address)
	p.find("checkbox", "Somebody is invited").press()
	p.find("checkbox", "A key is replaced").press()
	p.find("button", "Create webhook").follow()
	p.find("region", "Signing secret").says("whsec_", "It is shown only now")
}

// TestWebhook: set up, tested, failing, dead and replayed.
func TestWebhook(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	hooks := newReceiver(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.nav("Webhooks").follow()
	ade.find("heading", "There are no webhooks yet").isThere()
	ade.createsWebhook(hooks.URL + "/dojo")
	ade.nav("Webhooks").follow()
	ade.find("link", "127.0.0.1/…").follow()
	ade.find("button", "Send a test").follow()
	outcome := ade.find("region", "What became of it")
	outcome.says("Arrived", "200 OK")
	hooks.hears(t, 1)

	hooks.status.Store(http.StatusServiceUnavailable)
	ade.nav("Members").follow()
	ade.invites("mia@acme.example", "Developer")
	ade.nav("Webhooks").follow()
	ade.find("link", "127.0.0.1/…").follow()
	ade.row("Somebody is invited").find("link", "Somebody is invited").follow()
	delivery := ade.address()
	ade.sees(delivery, "The first one")
	for i, pause := range []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute,
		30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour} {
		s.clock.pass(pause)
		ade.sees(delivery, fmt.Sprintf("%d so far", i+2))
	}
	ade.nav("Webhooks").follow()
	ade.row("127.0.0.1", "Failing").find("link", "127.0.0.1/…").follow()
	ade.says("Nothing has arrived since")
	dead := ade.row("Somebody is invited", "Dead", "503 Service Unavailable")
	dead.find("link", "Somebody is invited").follow()
	outcome.says("Dead", "The receiver answered with 503 Service Unavailable.", "11 so far")
	ade.says("member.invited", "mia@acme.example")
	hooks.status.Store(http.StatusOK)
	ade.find("button", "Send again").follow()
	outcome.says("Arrived", "200 OK")
	hooks.hears(t, 13)
}

// sees looks at a page again and again, until it has the words.
func (p *person) sees(address, words string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		p.open(address)
		if strings.Contains(p.glance(), words) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s does not say %q", address, words)
		}
	}
}

// TestWebhookWithoutJavaScript: the page of a delivery is loaded again by itself until there
// is an answer.
func TestWebhookWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	hooks := newReceiver(t)
	ade := s.visitor(t)
	call(ade, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ade.open("/login")
	ade.submitSignIn("ade@acme.example", demo.Password)
	ade.nav("Webhooks").follow()
	ade.createsWebhook(hooks.URL)
	ade.find("button", "Send a test").follow()
	ade.says("Arrived", "200 OK")
}

// TestScenesOfWebhooks: their pages, for a team and at the desk.
func TestScenesOfWebhooks(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	hooks := newReceiver(t)
	ade, sol := s.signIn(t, "ade@acme.example"), s.signIn(t, "sol@dojo.example")
	ade.open("/t/acme/webhooks")
	ade.examines("webhooks-none")
	ade.find("link", "New webhook").follow()
	ade.find("textbox", "Address").fill("https://169.254.169.254/latest/meta-data")
	ade.find("button", "Create webhook").followTo(422)
	ade.find("textbox", "Address").isWrong("not public")
	ade.examines("webhook-new-wrong")
	ade.open("/t/acme/webhooks")
	ade.createsWebhook(hooks.URL + "/dojo")
	ade.examines("webhook-secret")
	ade.find("button", "Send a test").follow()
	ade.find("region", "What became of it").says("Arrived")
	ade.examines("webhook-delivery")
	ade.open("/t/acme/webhooks")
	ade.examines("webhooks")
	ade.find("link", "127.0.0.1/…").follow()
	ade.examines("webhook")
	ade.find("button", "Rotate the secret").follow()
	ade.examines("webhook-rotate")

	sol.find("navigation", "Desk").find("link", "Webhooks").follow()
	sol.examines("desk-webhooks-none")
}

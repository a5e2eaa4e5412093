package webhooks_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"dojo/models"
	"dojo/store"
	"dojo/webhooks"
)

// received is a request as a receiver got it.
type received struct {
	header http.Header
	path   string
	body   string
}

// receiver is a real listener that keeps what it gets.
type receiver struct {
	*httptest.Server
	answer func(w http.ResponseWriter, r *http.Request) // nil: 204

	mu          sync.Mutex
	got         []received
	connections int
}

// receive listens on an address of this machine, with TLS or without.
func receive(t testing.TB, address string, encrypted bool,
	answer func(w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	return listen(t, net.JoinHostPort(address, "0"), encrypted, answer)
}

// receiveAt listens at a port of its own choice.
func receiveAt(t testing.TB, address, port string) *receiver {
	t.Helper()
	return listen(t, net.JoinHostPort(address, port), false, nil)
}

func listen(t testing.TB, address string, encrypted bool,
	answer func(w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{answer: answer}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	r.Listener.Close()
	r.Listener = listener
	r.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			r.mu.Lock()
			r.connections++
			r.mu.Unlock()
		}
	}
	if encrypted {
		r.StartTLS()
	} else {
		r.Start()
	}
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) serve(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	r.got = append(r.got, received{request.Header, request.URL.String(), string(body)})
	r.mu.Unlock()
	if r.answer != nil {
		r.answer(w, request)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (r *receiver) connected() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.connections
}

func (r *receiver) port() string {
	_, port, _ := net.SplitHostPort(r.Listener.Addr().String())
	return port
}

// queue is an outbox with deliveries that a test puts in, and how they ended.
type queue struct {
	due   chan store.DueDelivery
	tried chan store.TriedDelivery
}

// ClaimDeliveries implements webhooks.Outbox.
func (q *queue) ClaimDeliveries(_ context.Context, claim store.DeliveryClaim) (due []store.DueDelivery, err error) {
	if claim.Failing {
		return nil, nil
	}
	for len(due) < claim.Limit {
		select {
		case one := <-q.due:
			due = append(due, one)
		default:
			return due, nil
		}
	}
	return due, nil
}

// DeliveriesTried implements webhooks.Outbox.
func (q *queue) DeliveriesTried(_ context.Context, tried []store.TriedDelivery) error {
	for _, one := range tried {
		q.tried <- one
	}
	return nil
}

// sender runs a Sender until the test ends, and tries deliveries with it.
type sender struct {
	t *testing.T
	*queue
	*webhooks.Sender
}

func run(t *testing.T, options webhooks.Options) *sender {
	t.Helper()
	s := &sender{t: t, queue: &queue{make(chan store.DueDelivery, 1000), make(chan store.TriedDelivery, 1000)}}
	options.Outbox, options.PublicURL = s.queue, "https://dojo.example"
	s.Sender = webhooks.New(options)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return s
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// delivery is one that is due, of the desk's webhook.
func delivery(url string) store.DueDelivery {
	return store.DueDelivery{URL: url, Format: models.StandardFormat, Secrets: []string{secret},
		WebhookDelivery: models.WebhookDelivery{ID: models.NewID(), WebhookID: "hook", Tries: 1,
			Event: models.WebhookTestEvent, Told: models.Told{Desk: true, Notification: models.Notification{
				Event: models.WebhookTestEvent, SubjectID: "hook",
				Actor: models.Signature{Name: "Sol Engineer", Capacity: models.AsEngineer}}}}}
}

// try sends the delivery and returns how that ended.
func (s *sender) try(due store.DueDelivery) models.WebhookAttempt {
	s.t.Helper()
	s.due <- due
	s.Wake()
	select {
	case tried := <-s.tried:
		return tried.Attempt
	case <-time.After(30 * time.Second):
		s.t.Fatal("nothing came of the delivery within 30 seconds")
		return models.WebhookAttempt{}
	}
}

func allowing(networks ...string) models.WebhookTargets {
	var targets models.WebhookTargets
	for _, network := range networks {
		targets.Allow = append(targets.Allow, netip.MustParsePrefix(network))
	}
	return targets
}

// names answers look-ups of any name, each with the next of its answers, and the last one
// again and again.
type names struct {
	mu      sync.Mutex
	answers [][]string
	asked   int // for addresses of IPv4
}

// resolver is a real name server on this machine, and what asks it.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply := n.reply(buffer[:size]); reply != nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) reply(question []byte) []byte {
	var message dnsmessage.Message
	if message.Unpack(question) != nil || len(message.Questions) != 1 {
		return nil
	}
	asked := message.Questions[0]
	message.Response, message.Authoritative, message.Additionals = true, true, nil
	n.mu.Lock()
	defer n.mu.Unlock()
	answers := n.answers[min(n.asked, len(n.answers)-1)]
	if asked.Type == dnsmessage.TypeA {
		n.asked++
	}
	for _, text := range answers {
		address := netip.MustParseAddr(text)
		head := dnsmessage.ResourceHeader{Name: asked.Name, Class: dnsmessage.ClassINET}
		switch {
		case address.Is4() && asked.Type == dnsmessage.TypeA:
			message.Answers = append(message.Answers,
				dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: address.As4()}})
		case address.Is6() && asked.Type == dnsmessage.TypeAAAA:
			message.Answers = append(message.Answers,
				dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}})
		}
	}
	reply, _ := message.Pack()
	return reply
}

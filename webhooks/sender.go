package webhooks

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"dojo/models"
	"dojo/store"
)

// Outbox is where deliveries wait. *store.Store is one.
type Outbox interface {
	// ClaimDeliveries takes deliveries that are due, for the caller alone to send within a
	// minute.
	ClaimDeliveries(ctx context.Context, claim store.DeliveryClaim) ([]store.DueDelivery, error)
	// DeliveriesTried notes how tries ended, and decides which are tried again.
	DeliveriesTried(ctx context.Context, tried []store.TriedDelivery) error
}

var _ Outbox = (*store.Store)(nil)

// Options says what a Sender sends, and where it may go.
type Options struct {
	Outbox    Outbox
	Targets   models.WebhookTargets
	PublicURL string           // scheme and host, as config makes it: all links lead there
	Logger    *slog.Logger     // nil: slog's default
	Now       func() time.Time // nil: the wall clock
	Roots     *x509.CertPool   // who may vouch for receivers; nil: whom the system trusts
	Resolver  *net.Resolver    // nil: the system's
}

// Sender sends the outbox's deliveries, several at once. Any number of Senders, in any
// number of processes, may share an outbox.
//
// A delivery is claimed, sent, and then noted. When the process ends between the last two,
// it is sent once more after a minute, with the same id, from which the receiver can tell.
type Sender struct {
	Options
	client  *http.Client
	woken   chan struct{}
	results chan store.TriedDelivery
	lanes   [2]lane // of webhooks that work, and of those that have been failing
}

const (
	// atOnce is how many deliveries are under way in each lane.
	atOnce = 24
	// eachAtOnce is how many of them go to one webhook.
	eachAtOnce = 8
	// interval is how often the outbox is looked at without being woken: for deliveries that
	// are tried again, and for those that another process made out.
	interval = 2 * time.Second
	// claimed is how many deliveries one claim takes at most, and pause is between two claims:
	// together they bound what a burst of deliveries takes of the processors, which the key
	// check needs, at 600 a second in each lane.
	claimed = 12
	pause   = 20 * time.Millisecond
	// notedAtOnce is how many results are noted in one transaction at most.
	notedAtOnce = 200
	// noteTimeout is how long it is tried to note results while the program ends.
	noteTimeout = 10 * time.Second
)

// lane counts what is under way, by the webhook's id.
type lane struct {
	mu       sync.Mutex
	underWay map[string]int
	count    int
}

func (l *lane) add(id string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count += n
	if l.underWay[id] += n; l.underWay[id] == 0 {
		delete(l.underWay, id)
	}
}

func (l *lane) claim(failing bool) store.DeliveryClaim {
	l.mu.Lock()
	defer l.mu.Unlock()
	underWay := make(map[string]int, len(l.underWay))
	for id, count := range l.underWay {
		underWay[id] = count
	}
	return store.DeliveryClaim{Limit: min(atOnce-l.count, claimed), Failing: failing, Each: eachAtOnce, UnderWay: underWay}
}

// New makes a Sender. Run makes it work.
func New(options Options) *Sender {
	s := &Sender{Options: options, woken: make(chan struct{}, 1), results: make(chan store.TriedDelivery, 2*atOnce)}
	for i := range s.lanes {
		s.lanes[i].underWay = map[string]int{}
	}
	if s.Logger == nil {
		s.Logger = slog.Default()
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	s.client = newClient(s.Targets, s.Roots, s.Resolver)
	return s
}

// Wake says that there may be something to send. It returns at once, and any number of
// callers may use it.
func (s *Sender) Wake() {
	select {
	case s.woken <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// Run sends until the context ends. What is under way then comes to its end, which takes
// five seconds at most.
func (s *Sender) Run(ctx context.Context) {
	var sending, noting sync.WaitGroup
	noting.Go(func() { s.note(context.WithoutCancel(ctx)) })
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := s.round(ctx, &sending); err != nil && ctx.Err() == nil {
			s.Logger.Error("webhooks cannot be sent", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		select {
		case <-ctx.Done():
			sending.Wait()
			close(s.results)
			noting.Wait()
			s.client.CloseIdleConnections()
			return
		case <-s.woken:
		case <-ticker.C:
		}
	}
}

// round claims as much as there is room for, and begins to send it.
func (s *Sender) round(ctx context.Context, sending *sync.WaitGroup) error {
	for i := range s.lanes {
		lane := &s.lanes[i]
		claim := lane.claim(i == 1)
		if claim.Limit <= 0 {
			continue
		}
		due, err := s.Outbox.ClaimDeliveries(ctx, claim)
		if err != nil {
			return err
		}
		for _, delivery := range due {
			lane.add(delivery.WebhookID, 1)
			sending.Go(func() {
				// From here on it is seen to its end, so that it is not sent twice.
				attempt := s.try(context.WithoutCancel(ctx), delivery)
				lane.add(delivery.WebhookID, -1)
				s.log(delivery, attempt)
				s.results <- store.TriedDelivery{Delivery: delivery.WebhookDelivery, Attempt: attempt}
				s.Wake() // there is room for more
			})
		}
	}
	return nil
}

func (s *Sender) log(delivery store.DueDelivery, attempt models.WebhookAttempt) {
	s.Logger.Debug("a webhook was tried", "delivery", delivery.ID, "webhook", delivery.WebhookID,
		"event", delivery.Event, "try", delivery.Tries, "status", attempt.Status, "failure", attempt.Failure)
}

// note writes down results as they come, those that wait in one transaction.
func (s *Sender) note(ctx context.Context) {
	for first := range s.results {
		tried := []store.TriedDelivery{first}
		for waiting := true; waiting && len(tried) < notedAtOnce; {
			select {
			case next, open := <-s.results:
				if waiting = open; open {
					tried = append(tried, next)
				}
			default:
				waiting = false
			}
		}
		s.noteAll(ctx, tried)
	}
}

// noteAll tries for as long as the claims last: what is not noted by then is sent again.
func (s *Sender) noteAll(ctx context.Context, tried []store.TriedDelivery) {
	for deadline := time.Now().Add(noteTimeout); ; {
		err := s.Outbox.DeliveriesTried(ctx, tried)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.Logger.Error("it is not noted how webhooks were delivered; they are sent again", "count", len(tried),
				"error", err)
			return
		}
		time.Sleep(time.Second)
	}
}

package webhooks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/webhooks"
)

// TestASlowReceiverIsGivenUpOn after five seconds, whether it says nothing or never ends.
func TestASlowReceiverIsGivenUpOn(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"an endless header": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			for r.Context().Err() == nil {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
				select {
				case <-time.After(100 * time.Millisecond):
				case <-r.Context().Done():
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := receive(t, open, false, answer)
			s := run(t, webhooks.Options{Targets: public})
			began := time.Now()
			attempt := s.try(delivery(target.URL))
			if took := time.Since(began); took < 5*time.Second || took > 15*time.Second || attempt.Failure == "" ||
				attempt.Took < 5*time.Second {
				t.Errorf("after %v: %+v", took, attempt)
			}
		})
	}
}

// TestOfALongAnswerTheBeginningIsRead, and a receiver that took the message has taken it.
func TestOfALongAnswerTheBeginningIsRead(t *testing.T) {
	target := receive(t, open, false, func(w http.ResponseWriter, _ *http.Request) {
		for range 200 {
			fmt.Fprint(w, strings.Repeat("x", 1<<20))
		}
	})
	s := run(t, webhooks.Options{Targets: public})
	attempt := s.try(delivery(target.URL))
	if attempt.Failure != "" || len(attempt.Answer) != models.WebhookAnswerRead {
		t.Errorf("%d bytes were read: %s", len(attempt.Answer), attempt.Failure)
	}
}

// TestWhatCountsAsDelivered: any status from 200 to 299, and no other.
func TestWhatCountsAsDelivered(t *testing.T) {
	for _, status := range []int{200, 202, 204, 299, 400, 401, 404, 410, 429, 500, 503} {
		target := receive(t, open, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		s := run(t, webhooks.Options{Targets: public})
		attempt := s.try(delivery(target.URL))
		if attempt.Status != status || (attempt.Failure == "") != (status < 300) || attempt.Gone != (status == 410) {
			t.Errorf("%d: %+v", status, attempt)
		}
	}
}

// TestADeliveryIsTheSameAtEachTry: its id and its body are.
func TestADeliveryIsTheSameAtEachTry(t *testing.T) {
	target := receive(t, open, false, nil)
	s := run(t, webhooks.Options{Targets: public})
	due := delivery(target.URL + "/hook?a=b")
	due.Body = s.try(due).Body
	due.Told.Team, due.Tries = "Renamed since", 2
	s.try(due)
	got := target.all()
	if len(got) != 2 || got[0].body != got[1].body || got[0].body == "" || got[0].path != "/hook?a=b" ||
		got[0].header.Get("webhook-id") != due.ID || got[1].header.Get("webhook-id") != due.ID {
		t.Errorf("got %+v", got)
	}
	var message struct {
		Type      string
		Timestamp time.Time
		Data      map[string]any
	}
	if err := json.Unmarshal([]byte(got[0].body), &message); err != nil || message.Type != "webhook.test" ||
		message.Data["url"] != "https://dojo.example/desk/webhooks/hook" {
		t.Errorf("%v: %+v", err, message)
	}
}

// TestASlowReceiverHoldsNoOthersUp: while one webhook has all of its places taken, another
// one's delivery goes out.
func TestASlowReceiverHoldsNoOthersUp(t *testing.T) {
	release := make(chan struct{})
	slow := receive(t, open, false, func(http.ResponseWriter, *http.Request) { <-release })
	fast := receive(t, open, false, nil)
	s := run(t, webhooks.Options{Targets: public})
	for range 8 {
		s.due <- delivery(slow.URL)
	}
	s.Wake()
	attempt := s.try(delivery(fast.URL))
	close(release)
	if attempt.Status != 204 {
		t.Errorf("%+v", attempt)
	}
}

// TestWhatIsUnderWayIsSeenToItsEnd when the program stops.
func TestWhatIsUnderWayIsSeenToItsEnd(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	target := receive(t, open, false, func(http.ResponseWriter, *http.Request) {
		once.Do(func() { close(begun) })
		<-release
	})
	q := &queue{make(chan store.DueDelivery, 1), make(chan store.TriedDelivery, 1)}
	s := webhooks.New(webhooks.Options{Outbox: q, Targets: public})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	q.due <- delivery(target.URL)
	s.Wake()
	<-begun
	cancel()
	close(release)
	<-ended
	select {
	case tried := <-q.tried:
		if tried.Attempt.Status != 200 {
			t.Errorf("%+v", tried.Attempt)
		}
	default:
		t.Error("it was not noted how the delivery under way ended")
	}
}

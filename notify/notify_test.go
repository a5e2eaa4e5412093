package notify_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"dojo/models"
	"dojo/notify"
	"dojo/store"
	"dojo/store/storetest"
)

// invitationLink is the only address in a mail that invites.
var invitationLink = regexp.MustCompile(regexp.QuoteMeta(public) + `/invite/([A-Z2-7]+)\b`)

func TestAMailIsDeliveredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		var log bytes.Buffer
		invite(t, w, "nora@acme.example")
		s := sender(w.Store, sink, func(o *notify.Options) {
			o.Now, o.Logger = db.Clock.Now, slog.New(slog.NewTextHandler(&log, nil))
		})
		round(t, s)
		db.Clock.Add(48 * time.Hour)
		round(t, s)

		received := sink.received()
		if len(received) != 1 {
			t.Fatalf("%d mails were delivered; want one", len(received))
		}
		got := received[0]
		if got.from != "dojo@mail.example" || got.to != "nora@acme.example" || !got.encrypted || got.user != username {
			t.Errorf("delivered from %s to %s, encrypted %v, signed in as %q", got.from, got.to, got.encrypted,
				got.user)
		}
		for header, want := range map[string]string{
			"From": `"Dojo" <dojo@mail.example>`, "To": "<nora@acme.example>",
			"Subject": "You are invited to Acme Books on Dojo",
			"Date":    "Mon, 02 Mar 2026 09:30:30 +0000", "Auto-Submitted": "auto-generated",
		} {
			if got.header.Get(header) != want {
				t.Errorf("%s: %s; want %s", header, got.header.Get(header), want)
			}
		}
		link := invitationLink.FindStringSubmatch(got.text)
		if link == nil || !strings.Contains(got.html, `href="`+link[0]+`"`) {
			t.Fatalf("the two parts do not hold the same link:\n%s\n%s", got.text, got.html)
		}
		db.Clock.Add(-48 * time.Hour)
		if _, err := w.Store.Invitation(t.Context(), link[1]); err != nil {
			t.Errorf("the link in the mail does not work: %v", err)
		}
		if strings.Contains(log.String(), link[1]) || strings.Contains(log.String(), password) {
			t.Errorf("the log gives away a secret: %s", log.String())
		}
		if n := db.Count("SELECT count(*) FROM mails WHERE sent_at IS NOT NULL AND sealed IS NULL AND '<' || id || " +
			"'@mail.example>' = '" + got.header.Get("Message-Id") + "'"); n != 1 {
			t.Errorf("%d mails are marked as sent, emptied, and have the Message-ID %s; want one", n,
				got.header.Get("Message-Id"))
		}
	})
}

// refusal is how the sink says no.
func refusal(code int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: words}
}

func TestAMailIsTriedAgainAndGivenUpInTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		tries := 0
		sink.refuseRecipient = func(string) error {
			tries++
			return refusal(451, "Come back later")
		}
		invite(t, w, "nora@acme.example")
		s := sender(w.Store, sink)
		round(t, s)
		db.Clock.Add(29 * time.Second)
		round(t, s)
		if mail := troubled(t, w); tries != 1 ||
			mail.LastError != "The mail server refused the recipient: 451 Come back later" || mail.FailedAt != nil {
			t.Errorf("after 29 seconds: %d tries, %+v", tries, mail)
		}
		for _, pause := range []time.Duration{time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour,
			24 * time.Hour, 240 * time.Hour} {
			db.Clock.Add(pause)
			round(t, s)
		}
		db.Clock.Add(1000 * time.Hour)
		round(t, s)
		mail := troubled(t, w)
		if mail.FailedAt == nil || tries != mail.Tries || tries < 5 {
			t.Errorf("after all pauses: %d tries of %d noted, given up at %v", tries, mail.Tries, mail.FailedAt)
		}
	})
}

func TestAMailThatFailedOnceIsDelivered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		broken := map[string]bool{}
		sink.hangUpWithin = func(to string) bool {
			first := !broken[to]
			broken[to] = true
			return first
		}
		invite(t, w, "nora@acme.example")
		s := sender(w.Store, sink)
		round(t, s)
		if mail := troubled(t, w); !strings.Contains(mail.LastError, "broke") || len(sink.received()) != 0 {
			t.Errorf("after the connection broke: %q, %d delivered", mail.LastError, len(sink.received()))
		}
		db.Clock.Add(30 * time.Second)
		round(t, s)
		if len(sink.received()) != 1 {
			t.Errorf("%d mails were delivered; want one", len(sink.received()))
		}
	})
}

// TestMailsTakenWithOneThatFailed are not held up by it: they are tried as soon as that one is.
func TestMailsTakenWithOneThatFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		port := sink.server.Port
		sink.server.Port = 1 // nobody listens there
		invite(t, w, "nora@acme.example", "ivy@acme.example", "max@acme.example")
		s := sender(w.Store, sink)
		round(t, s)
		mails, err := w.Desk().TroubledMails(t.Context())
		if err != nil || len(mails) != 3 {
			t.Fatalf("the desk shows %d mails that were not sent, %v; want three", len(mails), err)
		}
		sink.server.Port = port
		db.Clock.Add(30 * time.Second)
		round(t, s)
		if sent := len(sink.received()); sent != 3 {
			t.Errorf("%d mails were delivered once the server was back; want three", sent)
		}
	})
}

func TestAMailWhoseSenderDiedIsSentOnceMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		invite(t, w, "nora@acme.example")
		dead := sender(&forgetful{Outbox: w.Store, failures: 1}, sink)
		if err := dead.Round(t.Context()); err == nil {
			t.Fatal("the sender did not die")
		}
		s := sender(w.Store, sink)
		for range 3 {
			db.Clock.Add(4 * time.Minute)
			round(t, s)
		}
		received := sink.received()
		if len(received) != 2 || received[0].header.Get("Message-Id") != received[1].header.Get("Message-Id") {
			t.Errorf("%d mails were delivered; want two with the same Message-ID", len(received))
		}
	})
}

func TestADatabaseThatWasAwayCausesNoSecondMail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, sink := storetest.NewFixture(t, db), newSink(t)
		invite(t, w, "nora@acme.example", "omar@acme.example")
		s := sender(&forgetful{Outbox: w.Store, failures: 3}, sink)
		for range 3 {
			if err := s.Round(t.Context()); err == nil {
				t.Error("a round did not mind that the database is away")
			}
			db.Clock.Add(10 * time.Minute)
		}
		if n := len(sink.received()); n != 1 {
			t.Errorf("%d mails were delivered while the database was away; want one", n)
		}
		round(t, s)
		if n := db.Count("SELECT count(*) FROM mails WHERE sent_at IS NOT NULL"); n != 2 || len(sink.received()) != 2 {
			t.Errorf("afterwards %d mails are marked as sent and %d were delivered; want two", n, len(sink.received()))
		}
	})
}

func TestTwoSendersShareAnOutbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		const mails = 20
		w, sink := storetest.NewFixture(t, db), newSink(t)
		for i := range mails {
			invite(t, w, fmt.Sprintf("guest%d@acme.example", i))
		}
		var group sync.WaitGroup
		for _, s := range []*notify.Sender{sender(w.Store, sink), sender(db.Open(), sink)} {
			group.Go(func() { round(t, s) })
		}
		group.Wait()
		recipients := map[string]bool{}
		for _, message := range sink.received() {
			recipients[message.to] = true
		}
		if len(sink.received()) != mails || len(recipients) != mails {
			t.Errorf("%d mails were delivered to %d people; want %d each", len(sink.received()), len(recipients), mails)
		}
	})
}

func TestRunSendsWhenWoken(t *testing.T) {
	box, sink := &shelf{}, newSink(t)
	s := sender(box, sink)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	for i := range 3 {
		box.mu.Lock()
		box.mails = append(box.mails, due(models.NewDeviceMail, models.MailContent{}))
		box.mu.Unlock()
		s.Wake()
		for deadline := time.Now().Add(time.Minute); len(sink.received()) <= i; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the sender was not woken")
			}
		}
	}
	for range 10 {
		s.Wake() // nobody need listen
	}
	stop()
	<-ended
	for range 10 {
		s.Wake()
	}
}

func TestWithoutAServerMailGoesToTheLog(t *testing.T) {
	var log bytes.Buffer
	box := &shelf{mails: []store.DueMail{due(models.ResetMail, models.MailContent{Token: "TOKEN"})}}
	round(t, sender(box, nil, func(o *notify.Options) {
		o.From, o.Logger = mail.Address{},
			slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}))
	for _, want := range []string{"to=nora@acme.example", `subject="Set a new password for Dojo"`,
		public + "/reset/TOKEN"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	if len(box.sent) != 1 {
		t.Errorf("%d mails count as sent; want one", len(box.sent))
	}
}

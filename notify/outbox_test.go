package notify_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/mail"
	"sync"
	"testing"

	"dojo/models"
	"dojo/notify"
	"dojo/store"
	"dojo/store/storetest"
)

const public = "https://dojo.example"

// sender makes a Sender of the outbox to the sink, as cmd/dojo would.
func sender(outbox notify.Outbox, to *sink, adjust ...func(*notify.Options)) *notify.Sender {
	options := notify.Options{
		Outbox: outbox, PublicURL: public, From: mail.Address{Name: "Dojo", Address: "dojo@mail.example"},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if to != nil {
		options.SMTP = to.server
	}
	for _, change := range adjust {
		change(&options)
	}
	return notify.New(options)
}

// round lets the Sender send what is due.
func round(t *testing.T, s *notify.Sender) {
	t.Helper()
	if err := s.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// invite has Acme's owner invite the addresses, which causes a mail each.
func invite(t *testing.T, w *storetest.Fixture, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		if _, err := w.Team(w.Olivia, w.Acme).Invite(t.Context(), address, models.Developer); err != nil {
			t.Fatal(err)
		}
	}
}

// troubled returns the only mail that the desk shows as not sent.
func troubled(t *testing.T, w *storetest.Fixture) models.Mail {
	t.Helper()
	mails, err := w.Desk().TroubledMails(t.Context())
	if err != nil || len(mails) != 1 {
		t.Fatalf("the desk shows %d mails that were not sent, %v; want one", len(mails), err)
	}
	return mails[0]
}

// forgetful is an outbox whose database goes away between the sending of a mail
// and the note of it, as often as failures says.
type forgetful struct {
	notify.Outbox
	failures int
}

func (f *forgetful) MailSent(ctx context.Context, mails ...models.Mail) error {
	if f.failures > 0 {
		f.failures--
		return errors.New("the database is away")
	}
	return f.Outbox.MailSent(ctx, mails...)
}

// shelf is an outbox of mails that need no database.
type shelf struct {
	mu      sync.Mutex
	mails   []store.DueMail
	sent    []string
	reasons []string // of those that failed
}

func (s *shelf) ClaimMails(_ context.Context, limit int) ([]store.DueMail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	claimed := s.mails[:min(limit, len(s.mails))]
	s.mails = s.mails[len(claimed):]
	return claimed, nil
}

func (s *shelf) MailSent(_ context.Context, mails ...models.Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, mail := range mails {
		s.sent = append(s.sent, mail.ID)
	}
	return nil
}

func (s *shelf) MailFailed(_ context.Context, _ models.Mail, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reasons = append(s.reasons, reason)
	return nil
}

// interrupted is a shelf with something that happens between two mails.
type interrupted struct {
	*shelf
	between func()
}

func (i interrupted) ClaimMails(ctx context.Context, limit int) ([]store.DueMail, error) {
	i.between()
	return i.shelf.ClaimMails(ctx, limit)
}

// due is a mail on a shelf.
func due(kind models.MailKind, content models.MailContent) store.DueMail {
	return store.DueMail{Mail: models.Mail{ID: "mail-" + string(kind), Kind: kind, Recipient: "nora@acme.example",
		Tries: 1}, Content: content}
}

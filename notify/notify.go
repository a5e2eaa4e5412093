// Package notify sends the mail that changes have caused. A change's own
// transaction writes a mail into the outbox, and so it exists exactly when the
// change does; a Sender hands it to the mail server afterwards.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"dojo/models"
	"dojo/store"
)

// Outbox is where mails wait. *store.Store is one.
type Outbox interface {
	// ClaimMails takes mails that are due, for the caller alone to send within
	// five minutes.
	ClaimMails(ctx context.Context, limit int) ([]store.DueMail, error)
	// MailSent notes that claimed mails were sent.
	MailSent(ctx context.Context, mails ...models.Mail) error
	// MailFailed notes why a claimed mail could not be sent, and decides
	// whether it is tried again.
	MailFailed(ctx context.Context, mail models.Mail, reason string) error
}

var _ Outbox = (*store.Store)(nil)

// Options says what a Sender sends, where to, and as whom.
type Options struct {
	Outbox    Outbox
	PublicURL string           // scheme and host, as config makes it: all links lead there
	SMTP      *Server          // nil: mails are written to the log
	From      netmail.Address  // not used without SMTP
	Logger    *slog.Logger     // nil: slog's default
	Now       func() time.Time // for the Date of a mail; nil: the wall clock
	Tracer    trace.Tracer     // of mails that are sent; nil: they are not traced
}

// Sender sends the outbox's mails, over several connections while there are many. Any
// number of Senders, in any number of processes, may share an outbox.
//
// A mail is claimed, handed over, and then marked as sent. When the process
// ends between the last two, the mail is sent once more after five minutes; both
// copies have the same Message-ID, from which the receiver can tell. When only
// the database fails between them, the Sender remembers, and marks the mail as
// soon as it can.
type Sender struct {
	Options
	woken chan struct{}

	mu      sync.Mutex
	pending []models.Mail // handed over, and not yet marked as sent
	marking bool          // somebody is about it
}

// New makes a Sender. Run makes it work.
func New(options Options) *Sender {
	s := &Sender{Options: options, woken: make(chan struct{}, 1)}
	if s.Logger == nil {
		s.Logger = slog.Default()
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Tracer == nil {
		s.Tracer = noop.NewTracerProvider().Tracer("")
	}
	return s
}

// Wake says that there may be mail. It returns at once, and any number of
// callers may use it.
func (s *Sender) Wake() {
	select {
	case s.woken <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// interval is how often the outbox is looked at without being woken: for mails that
// are tried again, and for those that another process wrote.
const interval = 5 * time.Second

// Run sends mails until the context ends. A mail that is on its way then is
// sent to its end, which takes a minute at most.
func (s *Sender) Run(ctx context.Context) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("mail cannot be sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.woken:
		case <-ticker.C:
		}
	}
}

// send sends one mail and notes whether it was sent. It reports whether the next
// one may be tried.
func (s *Sender) send(ctx context.Context, connection *connection, mail store.DueMail) (on bool, err error) {
	ctx, span := s.Tracer.Start(ctx, "mail.send", trace.WithAttributes(attribute.String("dojo.mail",
		string(mail.Kind))))
	defer span.End()
	fault := s.deliver(ctx, connection, mail)
	if fault == nil {
		return true, s.handedOver(ctx, mail.Mail)
	}
	span.SetStatus(codes.Error, "not sent")
	s.Logger.Warn("a mail was not sent", "mail", mail.ID, "kind", mail.Kind, "try", mail.Tries, "reason", fault.reason)
	return !fault.unreachable, s.Outbox.MailFailed(ctx, mail.Mail, fault.reason)
}

// deliver hands the mail over to the server, or to the log.
func (s *Sender) deliver(ctx context.Context, connection *connection, mail store.DueMail) *fault {
	said, ok := compose(mail, s.PublicURL)
	if !ok {
		return &fault{reason: fmt.Sprintf("This version of Dojo knows no mail of the kind %q.", mail.Kind)}
	}
	text, html := said.text(), said.html()
	if s.SMTP == nil {
		// The one place where a one-time link may be logged: this is the mail.
		s.Logger.Info("mail (no mail server is set)", "to", mail.Recipient, "subject", said.Subject, "text", text)
		return nil
	}
	message, err := s.message(mail.Mail, said.Subject, text, html)
	if err != nil {
		return &fault{reason: "The recipient's address cannot be written to."}
	}
	if err := connection.send(ctx, message); err != nil {
		return explain(err, mail.Content.Token, s.SMTP.Password)
	}
	s.Logger.Info("a mail was sent", "mail", mail.ID, "kind", mail.Kind, "try", mail.Tries)
	return nil
}

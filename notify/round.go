package notify

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"dojo/models"
	"dojo/store"
)

const (
	// connections is how many mails are on their way at once at most. Most of the time goes by
	// waiting for the mail server.
	connections = 8
	// claimed is how many mails one connection takes at once.
	claimed = 10
	// claimUsed is how long a connection goes on with the mails that it took. What is left then is
	// taken again after its claim has run out, five minutes after it was taken.
	claimUsed = 2 * time.Minute
)

// round sends what is due, over one connection as long as that is no more than it takes at
// once. It ends early when it is of no use to go on: the database or the mail server is
// away.
func (s *Sender) round(ctx context.Context) error {
	if err := s.mark(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	many := false
	group.Go(func() error {
		return s.sendAll(ctx, func() {
			if many {
				return
			}
			many = true
			for range connections - 1 {
				group.Go(func() error { return s.sendAll(ctx, func() {}) })
			}
		})
	})
	return group.Wait()
}

// sendAll sends over one connection what is due, until nothing is or it is of no use to go
// on. It tells when it took as many mails as it takes, so that there may be more.
func (s *Sender) sendAll(ctx context.Context, full func()) error {
	connection := connection{server: s.SMTP}
	defer connection.close()
	for ctx.Err() == nil {
		since := time.Now()
		due, err := s.Outbox.ClaimMails(ctx, claimed)
		if err != nil || len(due) == 0 {
			return err
		}
		if len(due) == claimed {
			full()
		}
		for i, mail := range due {
			if ctx.Err() != nil || time.Since(since) > claimUsed {
				break
			}
			// From here on the mail is seen to its end, so that it is not sent twice.
			on, err := s.send(context.WithoutCancel(ctx), &connection, mail)
			if err != nil {
				return err
			}
			if !on {
				return s.postpone(context.WithoutCancel(ctx), due[i+1:])
			}
		}
	}
	return nil
}

// postpone has mails that were taken tried again as if they had failed: their claims would hold
// them for longer than it takes a mail server to come back, and the desk would not show them.
func (s *Sender) postpone(ctx context.Context, mails []store.DueMail) error {
	for _, mail := range mails {
		err := s.Outbox.MailFailed(ctx, mail.Mail,
			"The mail server could not be used for the mail before, and so this one was not tried.")
		if err != nil {
			return err
		}
	}
	return nil
}

// handedOver notes that a mail was handed over, before the connection's next one is sent.
// While one connection notes it, others add theirs, and the next transaction notes all of those.
func (s *Sender) handedOver(ctx context.Context, mail models.Mail) error {
	s.mu.Lock()
	s.pending = append(s.pending, mail)
	s.mu.Unlock()
	return s.mark(ctx)
}

// mark notes that the pending mails were sent, unless another connection is about it. When
// that fails they stay pending.
func (s *Sender) mark(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marking {
		return nil
	}
	s.marking = true
	defer func() { s.marking = false }()
	for len(s.pending) > 0 {
		mails := s.pending
		s.mu.Unlock()
		err := s.Outbox.MailSent(ctx, mails...)
		s.mu.Lock()
		if err != nil {
			return err
		}
		s.pending = s.pending[len(mails):]
	}
	return nil
}

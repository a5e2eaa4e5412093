package web

import (
	"context"

	"dojo/models"
	"dojo/notify"
	"dojo/store"
)

// useSink keeps what was seen of keys' use, and wakes the mail: a key that was seen
// where it should not be may have caused some.
type useSink struct {
	*store.Store
	mail *notify.Sender
}

// AddUse implements evidence.Sink.
func (s useSink) AddUse(ctx context.Context, use models.Use) error {
	err := s.Store.AddUse(ctx, use)
	if err == nil && len(use.Exposures) > 0 {
		s.mail.Poke()
	}
	return err
}

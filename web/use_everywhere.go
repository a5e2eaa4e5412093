package web

import (
	"context"
	"time"
)

// mostGathering is how long a page waits until the other processes have written down what they
// have seen of keys' use. What comes later is on the page that is asked for next.
const mostGathering = 100 * time.Millisecond

// everywhere is the evidence of all processes, for pages.
type everywhere struct{ *Server }

// Flush makes what was seen until now readable: surely what this process has seen, and
// what the others have if they are quick.
func (e everywhere) Flush(ctx context.Context) error {
	if others := len(e.follower.Others()); others > 0 && e.Store.Hears() {
		if err := e.Store.GatherUse(ctx, others+1, mostGathering); err != nil { // this one answers too
			e.logger.DebugContext(ctx, "not all processes have written down what they have seen", "cause", err)
		}
	}
	return e.evidence.Flush(ctx)
}

// wantUse has what was seen written down soon, for another process's page.
func (s *Server) wantUse() {
	select {
	case s.useWanted <- struct{}{}:
	default: // it will be
	}
}

// keepUse writes down what was seen whenever a page wants it, until ctx ends.
func (s *Server) keepUse(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.useWanted:
		}
		err := s.evidence.Flush(ctx)
		if err == nil {
			err = s.Store.TellUseKept(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.logger.DebugContext(ctx, "a page does without what this process has seen", "cause", err)
		}
	}
}

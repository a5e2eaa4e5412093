package evidence_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"dojo/evidence"
	"dojo/models"
)

// shelf is a sink that adds up what it is given, and fails when it is told to.
type shelf struct {
	mu      sync.Mutex
	fails   error
	batches []models.Use
	at      []time.Time
}

func (s *shelf) AddUse(_ context.Context, use models.Use) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return s.fails
	}
	s.batches = append(s.batches, use)
	s.at = append(s.at, time.Now())
	return nil
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = err
}

// all is everything that was handed over.
func (s *shelf) all() (all models.Use) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, use := range s.batches {
		all.Counts = append(all.Counts, use.Counts...)
		all.Keys = append(all.Keys, use.Keys...)
		all.Callers = append(all.Callers, use.Callers...)
		all.Requests = append(all.Requests, use.Requests...)
		all.Exposures = append(all.Exposures, use.Exposures...)
	}
	return all
}

func (s *shelf) counted() (requests int64) {
	for _, count := range s.all().Counts {
		requests += count.Requests
	}
	return requests
}

var errAway = &models.Error{Code: models.Unavailable, Message: "The database is away."}

var errOdd = errors.New("this can never be kept")

func collector() (*evidence.Collector, *shelf) {
	kept := &shelf{}
	return evidence.New(kept, slog.New(slog.DiscardHandler)), kept
}

func flush(t *testing.T, c *evidence.Collector) {
	t.Helper()
	if err := c.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// observe makes n requests that differ from the usual one as change says.
func observe(c *evidence.Collector, n int, change func(i int, o *evidence.Observation)) {
	for i := range n {
		o := observation()
		o.ID = models.NewID()
		change(i, &o)
		c.Observe(&o)
	}
}

type sinkFunc func()

func (f sinkFunc) AddUse(context.Context, models.Use) error { f(); return nil }

var discard = slog.New(slog.DiscardHandler)

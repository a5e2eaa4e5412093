package evidence

import (
	"context"
	"hash/maphash"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dojo/models"
)

// Sink keeps what was collected. *store.Store is one.
type Sink interface {
	// AddUse keeps a batch, all of it or nothing.
	AddUse(ctx context.Context, use models.Use) error
}

// Interval is how often what was collected is handed over.
const Interval = time.Second

// Collector gathers how keys are used. It is safe for concurrent use.
type Collector struct {
	sink   Sink
	logger *slog.Logger

	seed    maphash.Seed
	shards  [16]shard
	unknown shard // of keys that no team has, so that a flood of them takes no team's place
	quota   quota

	// Whoever holds the turn hands over. It is a channel, so that waiting for it can
	// end.
	turn    chan struct{}
	pending *batch // what could not be handed over
	bursts  bursts
	failed  int          // how many times in a row
	waiting atomic.Int64 // requests in pending
}

// shard has the tallies of some environments. All of an environment's requests go
// to one, so that its limits hold exactly.
type shard struct {
	mu      sync.Mutex
	tallies map[string]*tally // by environment
}

// New makes a collector that hands over to the sink; see Run and Flush.
func New(sink Sink, logger *slog.Logger) *Collector {
	return &Collector{sink: sink, logger: logger, seed: maphash.MakeSeed(), turn: make(chan struct{}, 1)}
}

// Observe is told of a request once it is answered. It keeps nothing of what it is
// given but copies, and takes well under a microsecond.
func (c *Collector) Observe(o *Observation) {
	s := &c.unknown
	if o.EnvironmentID != "" {
		s = &c.shards[maphash.String(c.seed, o.EnvironmentID)%uint64(len(c.shards))]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tallies[o.EnvironmentID]
	if t == nil {
		t = newTally()
		if s.tallies == nil {
			s.tallies = map[string]*tally{}
		}
		s.tallies[strings.Clone(o.EnvironmentID)] = t
	}
	t.observe(o, &c.quota)
}

// Waiting is how many requests were seen that are not handed over yet. Those that are only
// counted are not among them.
func (c *Collector) Waiting() int {
	return int(c.waiting.Load() + min(c.quota.requests.Load(), loggedInAll))
}

// collected takes everything that was observed since the last time.
func (c *Collector) collected() []map[string]*tally {
	var all []map[string]*tally
	for i := range c.shards {
		all = append(all, c.shards[i].empty())
	}
	all = append(all, c.unknown.empty())
	c.quota.callers.Store(0)
	c.quota.requests.Store(0)
	return all
}

func (s *shard) empty() map[string]*tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	tallies := s.tallies
	s.tallies = nil
	return tallies
}

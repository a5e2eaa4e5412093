package gate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"dojo/models"
)

// Many processes check keys from memory, and a key that one of them revokes must be
// refused by all. This is the protocol:
//
//   - What keys may do changes in transactions that also write to the feed, whose numbers
//     are in the order of commits.
//   - Each process has a row in the database, and a lease. It renews the lease by reading
//     the feed to its end, putting what it read in force, and then writing how far it came.
//     It trusts its memory until the lease ends by its own clock, counted from before
//     it read.
//   - A change is settled when every process whose row is not out has applied it.
//   - Whoever sees that a row was not renewed for longer than its lease, by the seer's own
//     clock, marks it as out. What it marks is the very renewal that it saw, so that a renewal
//     comes before it or fails after it. A process that was marked joins again, with
//     another row and all grants read anew.
//
// So no clock is compared with another one: what must not differ by more than a
// tenth is their speed.

// began is when the process started, as far as its clock without a machine's is concerned.
var began = time.Now()

// Feed is what the protocol needs of the database.
type Feed interface {
	// Join makes a row for this process, which from then on every change waits for,
	// and returns its id and where the feed ended before.
	Join(ctx context.Context, lease time.Duration) (id string, end models.FeedPosition, err error)
	// Changes returns where the feed ends and which environments changed after the given
	// position; not complete when that cannot be told, and all grants are to be read.
	Changes(ctx context.Context, after models.FeedPosition) (end models.FeedPosition, environments []string,
		complete bool, err error)
	// Confirm says that the changes up to the position are in force here, renews the lease, and
	// returns the other processes that are not out. It fails with models.ErrOut.
	Confirm(ctx context.Context, id string, applied models.FeedPosition,
		stats models.ProcessStats) ([]models.Process, error)
	// MarkOut marks a process as out unless it has renewed its lease since it was seen.
	MarkOut(ctx context.Context, seen models.Process) error
	// Leave removes the row of a process that trusts its memory no more.
	Leave(ctx context.Context, id string) error
}

// Follower keeps a gate up to date with the feed, and says how long its memory may be
// trusted.
type Follower struct {
	gate  *Gate
	feed  Feed
	lease time.Duration
	stats func() models.ProcessStats

	inForce func(lag time.Duration)
	tracer  trace.Tracer

	lag   atomic.Int64           // see Lag
	until atomic.Int64           // when the lease ends, of the clock elapsed; 0: there is none
	id    atomic.Pointer[string] // of the row; nil: none
	alive atomic.Pointer[[]models.Process]
	wake  chan struct{}
	now   func() time.Duration

	// Of one cycle at a time.
	mu      sync.Mutex
	opened  bool // the gate is, since this process joined
	applied models.FeedPosition
	seen    map[string]sighting
	trouble bool // the last cycle failed, and it was logged
}

// sighting is when a renewal of another process was first seen.
type sighting struct {
	renewals int64
	at       time.Duration
}

// NewFollower makes a follower that has not joined yet. What stats returns is shown to
// people.
func NewFollower(g *Gate, feed Feed, lease time.Duration, stats func() models.ProcessStats) *Follower {
	f := &Follower{
		gate: g, feed: feed, lease: lease, stats: stats, wake: make(chan struct{}, 1), now: elapsed,
		inForce: func(time.Duration) {}, tracer: noop.NewTracerProvider().Tracer(""),
		seen: map[string]sighting{},
	}
	g.division.near = f.Wake
	return f
}

// OnInForce sets what is told, whenever changes were put in force, how long it took
// since the first of them was committed. It is set before the first look.
func (f *Follower) OnInForce(told func(lag time.Duration)) { f.inForce = told }

// Trace sets what spans are begun with, for looks that found something.
func (f *Follower) Trace(tracer trace.Tracer) { f.tracer = tracer }

// Lag is how long it took from the commit of the last change until it was in force.
func (f *Follower) Lag() time.Duration { return time.Duration(f.lag.Load()) }

// Sure reports whether the gate's memory may be trusted at this very moment. It takes no
// lock, and is right also when the process was stopped for a while.
func (f *Follower) Sure() bool { return int64(f.now()) < f.until.Load() }

// Left is how much of the lease is left.
func (f *Follower) Left() time.Duration { return max(0, time.Duration(f.until.Load())-f.now()) }

// Process is the id of this process's row, or empty while it has none.
func (f *Follower) Process() string {
	if id := f.id.Load(); id != nil {
		return *id
	}
	return ""
}

// Others are the other processes that renew their leases, as of this process's last renewal.
func (f *Follower) Others() []models.Process {
	if alive := f.alive.Load(); alive != nil {
		return *alive
	}
	return nil
}

// Wake has the feed looked at now.
func (f *Follower) Wake() {
	select {
	case f.wake <- struct{}{}:
	default: // it will be
	}
}

// The pauses between two looks at the feed when nobody wakes the follower, and the time
// that one may take. A part of the lease, so that a look that fails can be repeated.
const (
	mostPause  = time.Second
	mostLook   = 3 * time.Second
	lookOften  = 200 * time.Millisecond // while nobody tells of changes
	perLease   = 4
	awayAtOnce = 500 * time.Millisecond // how long leaving may take
	silent     = 3 * mostPause          // after which a process gets no part of what is limited
)

func (f *Follower) pause() time.Duration {
	pause := min(mostPause, f.lease/perLease)
	if !f.stats().Listening {
		pause = min(pause, lookOften)
	}
	return pause
}

// Join takes a first lease, for which all grants are read.
func (f *Follower) Join(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.join(ctx)
}

// Run renews the lease until ctx ends, and gives it up then.
func (f *Follower) Run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-time.After(f.pause()):
		}
		f.look(ctx)
	}
	f.leave(context.WithoutCancel(ctx))
}

// look is one cycle of the protocol.
func (f *Follower) look(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	within, cancel := context.WithTimeout(ctx, min(mostLook, f.lease/2))
	defer cancel()
	var err error
	if f.Process() == "" {
		err = f.join(ctx)
	} else {
		err = f.renew(within)
	}
	if errors.Is(err, models.ErrOut) {
		slog.Warn("This process has lost its lease, and joins again. Until it has, checks of keys answer 503.")
		err = f.rejoin(ctx)
	}
	f.tell(ctx, err)
}

// rejoin takes another lease. The row of the one before may not be out yet: changes would wait
// for it until the lease has ended, although nobody trusts memory under it any more.
func (f *Follower) rejoin(ctx context.Context) error {
	id := f.Process()
	f.lose()
	within, cancel := context.WithTimeout(ctx, awayAtOnce)
	defer cancel()
	if err := f.feed.Leave(within, id); err != nil {
		slog.Debug("the row of a lost lease stays until others mark it", "error", err)
	}
	return f.join(ctx)
}

// tell logs when trouble begins, and when it is over.
func (f *Follower) tell(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !f.trouble:
		f.trouble = true
		slog.Warn("The lease cannot be renewed. Keys are checked from memory until it ends; then they answer 503.",
			"left", f.Left().Round(time.Millisecond), "error", err)
	case err == nil && f.trouble:
		f.trouble = false
		slog.Info("The lease is renewed again.")
	}
}

// join makes a row and opens the gate, which reads all grants anew. Changes that come meanwhile wait
// for the row.
func (f *Follower) join(ctx context.Context) error {
	start := f.now()
	id, end, err := f.feed.Join(ctx, f.lease)
	if err != nil {
		return err
	}
	f.id.Store(&id)
	f.opened, f.applied = false, end // what the gate reads is not older
	if err := f.gate.Open(ctx); err != nil {
		return err // the row stays, and renew goes on
	}
	f.opened = true
	return f.confirm(ctx, start, end)
}

// renew puts in force what changed, and renews the lease.
func (f *Follower) renew(ctx context.Context) error {
	start := f.now()
	end, environments, complete, err := f.feed.Changes(ctx, f.applied)
	if err != nil {
		return err
	}
	if end.History != f.applied.History { // the row, and what others saw of it, may be of the other one
		slog.Error("The database has another history: a replica took over, or a backup was restored. What was " +
			"committed last may be lost; see that revoked keys are still revoked.")
		return models.ErrOut
	}
	if !complete {
		return models.ErrOut
	}
	if !f.opened {
		if err := f.gate.Open(ctx); err != nil {
			return err
		}
		f.opened = true
	}
	f.refresh(ctx, environments, end)
	return f.confirm(ctx, start, end)
}

// refresh puts in force what changed in environments. The first of the changes was
// committed so long ago when it was read.
func (f *Follower) refresh(ctx context.Context, environments []string, end models.FeedPosition) {
	if len(environments) == 0 {
		return
	}
	ctx, span := f.tracer.Start(ctx, "feed.apply",
		trace.WithAttributes(attribute.Int("dojo.environments", len(environments))))
	defer span.End()
	read := f.now()
	for _, id := range environments {
		f.gate.Refresh(ctx, id, end)
	}
	lag := end.Age + f.now() - read
	f.lag.Store(int64(lag))
	f.inForce(lag)
}

// confirm writes how far this process came. Its lease counts from before it read.
func (f *Follower) confirm(ctx context.Context, start time.Duration, applied models.FeedPosition) error {
	stats := f.stats()
	stats.Demands = f.gate.division.demands(f.gate.now())
	others, err := f.feed.Confirm(ctx, f.Process(), applied, stats)
	if err != nil {
		return err
	}
	f.applied = applied
	f.until.Store(int64(start + f.lease))
	return f.watch(ctx, others)
}

// watch marks the processes as out that have not renewed their leases, and divides what is
// limited among those that live.
func (f *Follower) watch(ctx context.Context, others []models.Process) error {
	now, seen := f.now(), make(map[string]sighting, len(others))
	var alive []models.Process
	var demands []map[string]float64
	var out []models.Process
	for _, p := range others {
		s, known := f.seen[p.ID]
		if !known || s.renewals != p.Renewals {
			s = sighting{p.Renewals, now}
		}
		seen[p.ID] = s
		if !p.Gone && now-s.at < silent {
			alive, demands = append(alive, p), append(demands, p.Stats.Demands)
		}
		if p.Gone || now-s.at > p.Lease()+models.LeaseMargin(p.Lease()) {
			out = append(out, p)
		}
	}
	f.seen = seen
	f.alive.Store(&alive)
	f.gate.division.divide(demands)
	for _, p := range out {
		if err := f.feed.MarkOut(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// lose ends the trust in memory until all of it is read again.
func (f *Follower) lose() {
	f.until.Store(0)
	f.id.Store(nil)
	f.gate.Suspend()
}

// leave gives the lease up, so that nobody waits for this process.
func (f *Follower) leave(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := f.Process()
	f.lose()
	if id == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, awayAtOnce)
	defer cancel()
	if err := f.feed.Leave(ctx, id); err != nil {
		slog.Info("The database could not be told that this process has ended. Others wait for its lease.", "error", err)
	}
}

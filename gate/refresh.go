package gate

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dojo/models"
)

// Load opens the gate and reads all grants. It fails, and does not open the gate, when the
// source fails or when Suspend is called meanwhile. While the grants are being read, keys
// are looked up one by one.
func (g *Gate) Load(ctx context.Context) error { return g.load(ctx, g.state.Load()) }

// Open opens the gate and returns at once: until all grants have been read, which goes on in
// the background, keys are looked up one by one. It fails like Load.
func (g *Gate) Open(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	since, err := g.begin(ctx, g.state.Load())
	if err != nil {
		return err
	}
	g.background.Go(func() {
		g.retry(func() bool {
			err := g.load(g.closing, since)
			if err != nil {
				slog.Warn("The grants of all keys cannot be read. Until they can, each is looked up.", "error", err)
			}
			return err == nil || errors.Is(err, errSuspended)
		})
	})
	return nil
}

var errSuspended = errors.New("gate: suspended while the grants were being read")

// load opens the gate unless Suspend was called since it had the given state,
// which the caller must have read before: what was read earlier than the last
// Suspend may be out of date.
func (g *Gate) load(ctx context.Context, since uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	since, err := g.begin(ctx, since)
	if err != nil {
		return err
	}
	if err := g.fill(ctx); err != nil {
		return err
	}
	if g.state.Load() != since {
		return errSuspended
	}
	return nil
}

// begin opens the gate, if it is not open, to look keys up, and returns its state. Another one may have opened it
// since.
func (g *Gate) begin(ctx context.Context, since uint64) (state uint64, err error) {
	if since&open != 0 || g.state.Load() == since|open {
		return since | open, nil
	}
	if _, _, err := g.source.GrantByDigest(ctx, [32]byte{}); err != nil { // no key's
		return since, err
	}
	g.complete.Store(false)
	clear(g.read)
	g.index.touchAll()
	if !g.state.CompareAndSwap(since, since|open) {
		return since, errSuspended
	}
	return since | open, nil
}

// errMany is why not all grants are read.
var errMany = errors.New("gate: there are more keys than are held in memory")

// fill reads all grants into the index, if they are not more than it may hold.
func (g *Gate) fill(ctx context.Context) error {
	began, filling := time.Now(), g.index.fill()
	err := g.source.Grants(ctx, func(grant *models.Grant) error {
		if g.most > 0 && filling.keys == g.most {
			return errMany
		}
		if !grant.Revoked && g.lookups.revoked(&grant.Digest) {
			warnOfRevival(grant)
			grant.Revoked = true
		}
		filling.add(grant)
		return nil
	})
	if err != nil {
		filling.drop()
	}
	if errors.Is(err, errMany) {
		g.giveUp()
		return nil
	}
	if err != nil {
		return err
	}
	filling.place()
	clear(g.suspended)
	g.complete.Store(true)
	g.lookups.forget()
	slog.Info("All keys are in memory.", "keys", filling.keys, "took", time.Since(began))
	return nil
}

// giveUp empties the index, and has keys looked up from now on.
func (g *Gate) giveUp() {
	g.complete.Store(false)
	g.index.fill().place()
	g.index.buckets.used = 0
	clear(g.suspended)
	slog.Info("There are more keys than may be held in memory. Those in use are, and others are looked up.",
		"most", g.most)
}

// Refresh reads the grants of an environment that may have changed, and puts
// them in the place of those it had. When it returns, the change is in force. If
// the grants cannot be read, the environment's keys are refused as GateUnavailable until a
// retry in the background succeeds.
//
// Call it after every change, also one that failed in a way that leaves open
// whether it happened. at is a position of the feed that the change is not beyond; the zero one: it is
// not known, as of a change that may not be committed. What was read at such a position is not read
// again for it, since receipts wait for all reads.
func (g *Gate) Refresh(ctx context.Context, environmentID string, at models.FeedPosition) {
	// The lock is held while reading, so that whoever puts grants in place later
	// has also read them later.
	g.mu.Lock()
	defer g.mu.Unlock()
	var err error = errPanic
	defer func() {
		if err != nil {
			g.suspendEnvironment(environmentID, err)
		}
	}()
	if g.hasRead(environmentID, at) {
		err = nil
		return
	}
	if err = g.refresh(ctx, environmentID); err == nil {
		g.note(environmentID, at)
	}
}

// hasRead reports whether the index has all changes of the environment up to the position.
func (g *Gate) hasRead(environmentID string, at models.FeedPosition) bool {
	_, suspended := g.suspended[environmentID]
	read, known := g.read[environmentID]
	return known && !suspended && g.complete.Load() && read.History == at.History && read.Last >= at.Last
}

// mostRead is of how many environments it is remembered up to where they were read: those that
// changed last, of which the feed is about to tell.
const mostRead = 1000

func (g *Gate) note(environmentID string, at models.FeedPosition) {
	if at.History == "" || !g.complete.Load() {
		return
	}
	if len(g.read) >= mostRead {
		clear(g.read)
	}
	g.read[environmentID] = at
}

// errPanic stays when the source panics instead of returning.
var errPanic = errors.New("gate: the source of grants panicked")

func (g *Gate) refresh(ctx context.Context, environmentID string) error {
	if !g.complete.Load() {
		return g.refreshLookups(environmentID)
	}
	grants, err := g.source.EnvironmentGrants(ctx, environmentID)
	if err != nil {
		return err
	}
	g.index.replace(environmentID, grants)
	delete(g.suspended, environmentID)
	if g.most > 0 && g.index.keys > g.most {
		g.giveUp()
	}
	return nil
}

// refreshLookups has what was looked up of the environment looked up anew. Nothing need be
// read for that; but what is revoked is remembered, for the day on which the database
// forgets it.
func (g *Gate) refreshLookups(environmentID string) error {
	g.index.touch(environmentID)
	if _, err := g.lookups.environment(environmentID); err != nil {
		slog.Warn("The keys of an environment cannot be read after a change. Each is looked up when it is used.",
			"environment", environmentID, "error", err)
	}
	return nil
}

// suspendEnvironment makes the environment's keys refused as GateUnavailable, and begins
// to retry unless a retry is under way.
func (g *Gate) suspendEnvironment(id string, err error) {
	slog.Warn("The keys of an environment cannot be read after a change. They answer 503 until they can.",
		"environment", id, "error", err)
	g.index.suspend(id)
	if _, retrying := g.suspended[id]; retrying {
		return
	}
	g.suspended[id] = struct{}{}
	g.background.Go(func() {
		g.retry(func() bool { return g.resumeEnvironment(id) })
	})
}

// resumeEnvironment reports whether there is nothing left to retry.
func (g *Gate) resumeEnvironment(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, still := g.suspended[id]; !still {
		return true
	}
	if err := g.refresh(g.closing, id); err != nil {
		return false
	}
	slog.Info("The keys of an environment can be read again, and are in force.", "environment", id)
	return true
}

// Suspend makes every key refused as GateUnavailable from now on: this process may not
// trust its memory any more. It waits for nothing.
func (g *Gate) Suspend() {
	for {
		state := g.state.Load()
		if g.state.CompareAndSwap(state, (state|open)+1) {
			return
		}
	}
}

// Resume reads all grants and opens the gate again. It returns at once, and
// tries until it succeeds, or until Suspend is called again.
func (g *Gate) Resume() {
	since := g.state.Load()
	g.background.Go(func() {
		g.retry(func() bool {
			err := g.load(g.closing, since)
			return err == nil || errors.Is(err, errSuspended)
		})
	})
}

// The pauses between retries. A database that has gone away is asked about as
// often as its pages are reloaded by people who wait for it.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// retry tries now, and again after growing pauses, until done or closed.
func (g *Gate) retry(done func() bool) {
	for pause := firstPause; g.closing.Err() == nil && !done(); pause = min(2*pause, lastPause) {
		select {
		case <-g.closing.Done():
		case <-time.After(pause):
		}
	}
}

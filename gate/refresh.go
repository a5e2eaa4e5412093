package gate

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Load reads all grants and opens the gate. It fails, and does not open the gate,
// when the source fails or when Suspend is called meanwhile.
func (g *Gate) Load(ctx context.Context) error { return g.load(ctx, g.state.Load()) }

var errSuspended = errors.New("gate: suspended while the grants were being read")

// load opens the gate unless Suspend was called since it had the given state,
// which the caller must have read before: what was read earlier than the last
// Suspend may be out of date.
func (g *Gate) load(ctx context.Context, since uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	grants, err := g.source.Grants(ctx)
	if err != nil {
		return err
	}
	g.index.load(newEntries(grants))
	clear(g.suspended)
	if !g.state.CompareAndSwap(since, since|open) {
		return errSuspended
	}
	return nil
}

// Refresh reads the grants of an environment that may have changed, and puts
// them in the place of those it had. When it returns, the change is in force. If
// the grants cannot be read, the environment's keys are refused as GateUnavailable until a
// retry in the background succeeds.
//
// Call it after every change, also one that failed in a way that leaves open
// whether it happened.
func (g *Gate) Refresh(ctx context.Context, environmentID string) {
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
	err = g.refresh(ctx, environmentID)
}

// errPanic stays when the source panics instead of returning.
var errPanic = errors.New("gate: the source of grants panicked")

func (g *Gate) refresh(ctx context.Context, environmentID string) error {
	grants, err := g.source.EnvironmentGrants(ctx, environmentID)
	if err != nil {
		return err
	}
	g.index.replace(environmentID, newEntries(grants))
	delete(g.suspended, environmentID)
	return nil
}

// suspendEnvironment makes the environment's keys refused as GateUnavailable, and begins
// to retry unless a retry is under way.
func (g *Gate) suspendEnvironment(id string, err error) {
	slog.Warn("The keys of an environment cannot be read after a change. They answer 503 until they can.",
		"environment", id, "error", err)
	var entries []entry
	for e := range g.index.all {
		if e.part(environmentID) == id {
			doubtful := *e
			doubtful.suspended = true
			entries = append(entries, doubtful)
		}
	}
	g.index.replace(id, entries)
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

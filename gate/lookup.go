package gate

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"dojo/models"
)

const (
	// startKnown is how many keys are remembered while the index is being loaded.
	startKnown = 10_000
	// mostUnknown is how many digests are remembered that no key has.
	mostUnknown = 10_000
	// mostLookups is how many lookups go on at once, so that a flood of made-up keys leaves
	// the database to others; and lookupWait is how long one waits for its turn. What does
	// not get one is answered with 503, while keys that are remembered are not concerned.
	mostLookups = 8
	lookupWait  = 100 * time.Millisecond
	// lookupTimeout is how long a lookup may take.
	lookupTimeout = 2 * time.Second
	// mostTries is how often one check looks a key up whose environment changes meanwhile.
	mostTries = 3
)

// lookups answers from the source where the index has not all keys, and remembers in
// bounds. Its promise is the index's: what was read before a change of an environment is
// no answer once that change is in force. For that, each answer has the number of changes
// that the index had seen before the source was asked, and is compared with the number of
// the last change of the environment's page. "Unknown" is an answer until anything changes.
type lookups struct {
	closing context.Context
	source  Source
	index   *index

	known   *otter.Cache[[32]byte, *entry]
	unknown *otter.Cache[[32]byte, uint64]
	buckets *otter.Cache[string, *atomic.Int64] // of the rate limit, by environment

	flights singleflight.Group
	places  *semaphore.Weighted
	failing atomic.Bool // the last lookup failed, and it was logged
}

func newLookups(closing context.Context, source Source, index *index, most int) *lookups {
	return &lookups{
		closing: closing, source: source, index: index, places: semaphore.NewWeighted(mostLookups),
		known:   otter.Must(&otter.Options[[32]byte, *entry]{MaximumSize: most}),
		unknown: otter.Must(&otter.Options[[32]byte, uint64]{MaximumSize: mostUnknown}),
		buckets: otter.Must(&otter.Options[string, *atomic.Int64]{MaximumSize: most}),
	}
}

// bound bounds how many keys are remembered.
func (l *lookups) bound(most int) {
	l.known.SetMaximum(uint64(most))
	l.buckets.SetMaximum(uint64(most))
}

func (l *lookups) close() {
	l.known.StopAllGoroutines()
	l.unknown.StopAllGoroutines()
	l.buckets.StopAllGoroutines()
}

// recall returns the entry with the digest if it is remembered and stands. That of a revoked
// key does for ever.
func (l *lookups) recall(digest *[32]byte) *entry {
	if e, ok := l.known.GetIfPresent(*digest); ok && l.stands(e) {
		return e
	}
	return nil
}

func (l *lookups) stands(e *entry) bool { return e.grant.Revoked || l.index.holds(e) }

var (
	errBusy     = errors.New("gate: too many keys are being looked up")
	errChanging = errors.New("gate: the environment changes faster than its key can be looked up")
)

// answer is what the source said of a digest when since changes had been seen.
type answer struct {
	entry *entry // nil: no key has it
	since uint64
}

// find asks the source for the entry with the digest; nil when no key has it.
func (l *lookups) find(digest [32]byte) (*entry, error) {
	for range mostTries {
		now := l.index.changes.Load()
		if since, ok := l.unknown.GetIfPresent(digest); ok && since == now {
			return nil, nil
		}
		found, err, _ := l.flights.Do(string(digest[:]), func() (any, error) { return l.ask(digest) })
		if err != nil {
			return nil, err
		}
		// Somebody else may have asked, before a change of which this check must know.
		if a := found.(answer); a.entry == nil && a.since >= now || a.entry != nil && l.stands(a.entry) {
			return a.entry, nil
		}
	}
	return nil, errChanging
}

func (l *lookups) ask(digest [32]byte) (answer, error) {
	ctx, cancel := context.WithTimeout(l.closing, lookupWait)
	defer cancel()
	if err := l.places.Acquire(ctx, 1); err != nil {
		return answer{}, errBusy
	}
	defer l.places.Release(1)
	ctx, cancel = context.WithTimeout(l.closing, lookupTimeout)
	defer cancel()
	since := l.index.changes.Load()
	grant, found, err := l.source.GrantByDigest(ctx, digest)
	l.report(err)
	switch {
	case err != nil:
		return answer{}, err
	case !found:
		l.unknown.Set(digest, since)
		return answer{since: since}, nil
	}
	e := l.entry(grant, since)
	l.remember(e)
	return answer{e, since}, nil
}

// remember keeps the entry, but in the place of none that says of the key that it is revoked.
func (l *lookups) remember(e *entry) {
	l.known.Compute(e.grant.Digest, func(before *entry, found bool) (*entry, otter.ComputeOp) {
		if found && before.grant.Revoked {
			return before, otter.CancelOp
		}
		return e, otter.WriteOp
	})
}

// entry makes an entry of what was read. A key stays revoked of which memory says so.
func (l *lookups) entry(grant models.Grant, since uint64) *entry {
	place := l.index.place(grant.EnvironmentID)
	if !grant.Revoked && l.wasRevoked(&grant.Digest, place) {
		warnOfRevival(&grant)
		grant.Revoked = true
	}
	bucket, _ := l.buckets.GetIfPresent(grant.EnvironmentID)
	if bucket == nil {
		bucket, _ = l.buckets.SetIfAbsent(grant.EnvironmentID, new(atomic.Int64))
	}
	l.index.days.know(&grant)
	return newEntry(grant, pagePeriods(grant.Periods), place, since, bucket, l.index.days)
}

func (l *lookups) wasRevoked(digest *[32]byte, place int) bool {
	return l.revoked(digest) || l.index.pages[place].Load().revoked(digest)
}

// revoked reports whether the key is remembered as a revoked one.
func (l *lookups) revoked(digest *[32]byte) bool {
	e, ok := l.known.GetIfPresent(*digest)
	return ok && e.grant.Revoked
}

// environment asks the source for the entries of an environment's keys. It remembers those
// that are revoked.
func (l *lookups) environment(id string) ([]*entry, error) {
	ctx, cancel := context.WithTimeout(l.closing, lookupTimeout)
	defer cancel()
	since := l.index.changes.Load()
	grants, err := l.source.EnvironmentGrants(ctx, id)
	if err != nil {
		return nil, err
	}
	entries := make([]*entry, len(grants))
	for i, grant := range grants {
		entries[i] = l.entry(grant, since)
		if entries[i].grant.Revoked {
			l.remember(entries[i])
		}
	}
	return entries, nil
}

// forget gives memory back when the index has everything.
func (l *lookups) forget() {
	l.known.InvalidateAll()
	l.unknown.InvalidateAll()
	l.buckets.InvalidateAll()
}

// report logs the first of many failures, and that they are over.
func (l *lookups) report(err error) {
	switch failed := err != nil; {
	case failed && !l.failing.Swap(true):
		slog.Warn("Keys cannot be looked up in the database. Those that are not in memory answer 503.", "error", err)
	case !failed && l.failing.Load() && l.failing.Swap(false):
		slog.Info("Keys can be looked up in the database again.")
	}
}

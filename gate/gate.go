package gate

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dojo/models"
)

// Source is where grants are read from. A grant that it does not return is no
// longer given. What it returns is at least as new as the call, and the grants of one
// environment agree about the environment.
type Source interface {
	// Grants calls take with every grant, which is take's until it returns, until it fails. The
	// grants are those of one moment.
	Grants(ctx context.Context, take func(*models.Grant) error) error
	// EnvironmentGrants returns the grants of one environment.
	EnvironmentGrants(ctx context.Context, environmentID string) ([]models.Grant, error)
	// GrantByDigest returns the grant of the key with the digest, if there is one.
	GrantByDigest(ctx context.Context, digest [32]byte) (grant models.Grant, found bool, err error)
}

// Gate checks keys. It is safe for concurrent use. Until the first Load or Open, and
// after a Suspend, it knows nothing.
type Gate struct {
	source Source
	digest func(key string) [32]byte
	now    func() time.Time
	sure   func() bool // see TrustWhile

	index *index
	// complete says that the index has all grants. While it has not, they are looked up.
	complete atomic.Bool
	lookups  *lookups
	state    atomic.Uint64 // see open
	// passed is the latest moment at which a key was found to have retired or an agreement to
	// have ended, in Unix nanoseconds, so that setting the clock back revives nothing.
	passed   atomic.Int64
	division *division // of the rate limit
	days     *days     // of the limits of a day
	most     int       // how many keys are held in memory; 0: all

	mu        sync.Mutex                     // held while grants are read and put in place
	suspended map[string]struct{}            // environments whose grants could not be read
	read      map[string]models.FeedPosition // up to where of the feed environments were read, see Refresh

	closing    context.Context
	close      context.CancelFunc
	background sync.WaitGroup
}

// open is the bit of the state that says that memory may be trusted. The bits
// above it count the calls of Suspend.
const open = 1

// New makes a gate that knows nothing yet. The digest is that under which the
// source's grants are kept, and now is the clock by which keys retire and
// agreements end.
func New(source Source, digest func(key string) [32]byte, now func() time.Time) *Gate {
	days := newDays()
	g := &Gate{
		source: source, digest: digest, now: now, sure: always, index: newIndex(days),
		division: newDivision(), days: days, suspended: map[string]struct{}{},
		read: map[string]models.FeedPosition{},
	}
	g.closing, g.close = context.WithCancel(context.Background())
	g.lookups = newLookups(g.closing, source, g.index, startKnown)
	return g
}

// HoldAtMost bounds how many keys are held in memory: where there are more, the gate
// remembers as many of those that are used, and looks the others up in its source. 0, as it
// is without a call, holds all. Call it before the first Load or Open.
func (g *Gate) HoldAtMost(keys int) {
	g.most = keys
	if keys > 0 {
		g.lookups.bound(keys)
	}
}

func always() bool { return true }

// TrustWhile sets what every check asks first: whether memory may be trusted at this very
// moment. It takes no time and is set before the first check. Unlike Suspend it also holds
// for the first check after the whole process was stopped for a while.
func (g *Gate) TrustWhile(sure func() bool) { g.sure = sure }

// Ready reports whether the gate can check keys at the moment.
func (g *Gate) Ready() bool { return g.state.Load()&open != 0 && g.sure() }

// Close ends what goes on in the background. The gate goes on checking keys by the
// grants that it has.
func (g *Gate) Close() {
	g.close()
	g.background.Wait()
	g.lookups.close()
}

// Keys is how many keys are in memory.
func (g *Gate) Keys() int { return g.index.len() }

// Finding is what the gate finds out about a request. The zero Finding lets nobody
// in.
type Finding struct {
	// Outcome is models.Accepted, or the first of models.Refusals that applies. It
	// says more than the caller is told.
	Outcome models.Outcome
	// Grant is that of the key, also when it is refused, so that its team can be told;
	// zero when no team has the key or the gate cannot know. Only with the outcome
	// Accepted does it let anybody do anything. Its periods are left out.
	Grant models.Grant
	// RetryAfter is, with the outcomes RateLimited and DayLimited, how long it takes until
	// the environment may make another request.
	RetryAfter time.Duration
}

// CheckKey checks a key alone, whatever it is to be used for.
func (g *Gate) CheckKey(key string) Finding { return g.limit(g.findKey(key)) }

// CheckRequest checks a key and the request that shows it. Of the refusals that
// apply, it finds the first in the order of models.Checks.
func (g *Gate) CheckRequest(key string, request Request) Finding {
	return g.limit(g.check(key, request))
}

// CheckAgain is CheckRequest for a request that has been checked before, and has taken
// its time since. It does not count towards limits.
func (g *Gate) CheckAgain(key string, request Request) Finding {
	found, _ := g.check(key, request)
	return found
}

func (g *Gate) check(key string, request Request) (found Finding, by limits) {
	found, by = g.findKey(key)
	if found.Outcome == models.Accepted {
		found.Outcome = request.within(&found.Grant)
	}
	return found, by
}

// findKey finds the key's grant, and whether the key is good at the moment; and what its
// environment is limited by. Whether memory may be trusted is asked last, since finding
// takes time, and only once, since asking takes a part of that time.
func (g *Gate) findKey(key string) (Finding, limits) {
	since := g.state.Load()
	if since&open == 0 {
		return Finding{Outcome: models.GateUnavailable}, limits{}
	}
	found, by := g.remembered(key)
	if g.state.Load() != since || !g.sure() {
		found.Outcome = models.GateUnavailable
	}
	return found, by
}

// remembered is findKey as far as memory can be trusted.
func (g *Gate) remembered(key string) (Finding, limits) {
	if key == "" {
		return Finding{Outcome: models.NoKey}, limits{}
	}
	if !models.WellFormedKey(key) {
		return Finding{Outcome: models.MalformedKey}, limits{}
	}
	digest := g.digest(key)
	e, err := g.find(&digest)
	if err != nil {
		return Finding{Outcome: models.GateUnavailable}, limits{}
	}
	if e == nil {
		return Finding{Outcome: models.UnknownKey}, limits{}
	}
	outcome, in := g.standing(e)
	return Finding{Outcome: outcome, Grant: e.grant}, limits{e.bucket, e.day, in}
}

// find finds the entry with the digest, in memory or in the source; nil when no key has it.
func (g *Gate) find(digest *[32]byte) (*entry, error) {
	if g.complete.Load() {
		// Asked again: the index may have been given up meanwhile.
		if e := g.index.find(digest); e != nil || g.complete.Load() {
			return e, nil
		}
	}
	if e := g.lookups.recall(digest); e != nil {
		return e, nil
	}
	if !g.Ready() { // and the source probably cannot be asked
		return nil, errSuspended
	}
	e, err := g.lookups.find(*digest)
	if err == nil && !g.Ready() { // asking takes time
		err = errSuspended
	}
	return e, err
}

// Refuses reports whether the gate refuses the environment's key with this id at the
// moment because of what it knows of the key: after a revocation, while its environment is
// locked, or because it has no such key. It is not known while the gate cannot trust its
// memory of the key, although nobody is let in then either.
func (g *Gate) Refuses(environmentID, keyID string) (refused, known bool) {
	if !g.Ready() {
		return false, false
	}
	entries, err := g.entries(environmentID)
	if err != nil {
		return false, false
	}
	refused = true
	for _, e := range entries {
		if e.grant.KeyID != keyID {
			continue
		}
		switch outcome, _ := g.standing(e); outcome {
		case models.Accepted:
			refused = false
		case models.GateUnavailable:
			return false, false
		}
	}
	known = g.Ready() // asked again: what was found holds if memory could be trusted until now
	return refused && known, known
}

// entries returns those of the environment's keys.
func (g *Gate) entries(environmentID string) (entries []*entry, err error) {
	if !g.complete.Load() {
		return g.lookups.environment(environmentID)
	}
	for e := range g.index.environmentEntries(environmentID) {
		entries = append(entries, e)
	}
	return entries, nil
}

// standing says whether a known key is good at the moment, and which period the moment is
// in. It reads the clock as late as it can, since what it says holds at the moment it is
// said.
func (g *Gate) standing(e *entry) (models.Outcome, *period) {
	if e.grant.Revoked { // for ever, whatever else is not known
		return models.KeyIsRevoked, nil
	}
	if e.suspended {
		return models.GateUnavailable, nil
	}
	now := g.now().UnixNano()
	if e.retires != 0 && g.hasPassed(e.retires, now) {
		return models.KeyIsRetired, nil
	}
	return g.unlocking(e.periods, now)
}

// hasPassed reports whether the moment has come, or had come before the clock
// was set back.
func (g *Gate) hasPassed(moment, now int64) bool {
	for {
		latest := g.passed.Load()
		if moment <= latest {
			return true
		}
		if now < moment {
			return false
		}
		if g.passed.CompareAndSwap(latest, moment) {
			return true
		}
	}
}

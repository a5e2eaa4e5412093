package gate

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dojo/models"
)

// Source is where grants are read from. A grant that it does not return is no
// longer given.
type Source interface {
	// Grants returns all grants.
	Grants(ctx context.Context) ([]models.Grant, error)
	// EnvironmentGrants returns the grants of one environment.
	EnvironmentGrants(ctx context.Context, environmentID string) ([]models.Grant, error)
}

// Gate checks keys. It is safe for concurrent use. Until the first Load, and
// after a Suspend, it knows nothing.
type Gate struct {
	source Source
	digest func(key string) [32]byte
	now    func() time.Time
	sure   func() bool // see TrustWhile

	index index
	state atomic.Uint64 // see open
	// retired is the latest moment at which a key was found to have retired, in Unix
	// nanoseconds, so that setting the clock back revives no key.
	retired atomic.Int64
	limits  *limits // nil: none

	mu        sync.Mutex          // held while grants are read and put in place
	suspended map[string]struct{} // environments whose grants could not be read

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
	g := &Gate{source: source, digest: digest, now: now, sure: always, suspended: map[string]struct{}{}}
	g.closing, g.close = context.WithCancel(context.Background())
	return g
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
	// Accepted does it let anybody do anything.
	Grant models.Grant
	// RetryAfter is, with the outcome RateLimited, how long it takes until the
	// environment may make another request.
	RetryAfter time.Duration
}

// CheckKey checks a key alone, whatever it is to be used for.
func (g *Gate) CheckKey(key string) Finding { return g.limit(g.findKey(key)) }

// CheckRequest checks a key and the request that shows it. Of the refusals that
// apply, it finds the first in the order of models.Checks.
func (g *Gate) CheckRequest(key string, request Request) Finding {
	return g.limit(g.CheckAgain(key, request))
}

// CheckAgain is CheckRequest for a request that has been checked before, and has taken
// its time since. It does not count towards the rate limit.
func (g *Gate) CheckAgain(key string, request Request) Finding {
	found := g.findKey(key)
	if found.Outcome == models.Accepted {
		found.Outcome = request.within(&found.Grant)
	}
	return found
}

// findKey finds the key's grant, and whether the key is good at the moment.
func (g *Gate) findKey(key string) Finding {
	if !g.Ready() {
		return Finding{Outcome: models.GateUnavailable}
	}
	if key == "" {
		return Finding{Outcome: models.NoKey}
	}
	if !models.WellFormedKey(key) {
		return Finding{Outcome: models.MalformedKey}
	}
	digest := g.digest(key)
	e := g.index.find(&digest)
	if e == nil {
		return Finding{Outcome: models.UnknownKey}
	}
	return Finding{Outcome: g.standing(e), Grant: e.grant()}
}

// Refuses reports whether the gate refuses the key with this id at the moment because
// of what it knows of the key: after a revocation, while its environment is locked, or
// because it has no such key. It is not known while the gate cannot trust its memory of
// the key, although nobody is let in then either. It looks through all keys, about a
// millisecond for 100,000.
func (g *Gate) Refuses(id string) (refused, known bool) {
	if !g.Ready() {
		return false, false
	}
	refused = true
	for e := range g.index.all {
		if e.part(keyID) != id {
			continue
		}
		switch g.standing(e) {
		case models.Accepted:
			refused = false
		case models.GateUnavailable:
			return false, false
		}
	}
	known = g.Ready() // asked again: what was found holds if memory could be trusted until now
	return refused && known, known
}

// standing says whether a known key is good at the moment. It reads the clock as
// late as it can, since what it says holds at the moment it is said.
func (g *Gate) standing(e *entry) models.Outcome {
	if e.revoked { // for ever, whatever else is not known
		return models.KeyIsRevoked
	}
	if e.suspended {
		return models.GateUnavailable
	}
	now := g.now().UnixNano()
	switch {
	case e.retires != 0 && g.hasRetired(e.retires, now):
		return models.KeyIsRetired
	case e.until != 0 && now >= e.until:
		return models.AgreementEnded
	case !e.unlocked:
		return models.NeverUnlocked
	}
	return models.Accepted
}

// hasRetired reports whether the moment has come, or had come before the clock
// was set back.
func (g *Gate) hasRetired(retires, now int64) bool {
	for {
		latest := g.retired.Load()
		if retires <= latest {
			return true
		}
		if now < retires {
			return false
		}
		if g.retired.CompareAndSwap(latest, retires) {
			return true
		}
	}
}

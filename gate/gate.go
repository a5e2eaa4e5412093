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

// Gate judges keys. It is safe for concurrent use. Until the first Load, and
// after a Suspend, it knows nothing.
type Gate struct {
	source Source
	digest func(key string) [32]byte
	now    func() time.Time

	index index
	state atomic.Uint64 // see open
	// retired is the latest moment at which a key was found to have retired, in Unix
	// nanoseconds, so that setting the clock back revives no key.
	retired atomic.Int64

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
	g := &Gate{source: source, digest: digest, now: now, suspended: map[string]struct{}{}}
	g.closing, g.close = context.WithCancel(context.Background())
	return g
}

// Close ends what goes on in the background. The gate goes on judging by what it
// knows.
func (g *Gate) Close() {
	g.close()
	g.background.Wait()
}

// Check judges a key alone. The verdict is Accepted, InvalidKey, Locked or
// Unavailable; the grant is the zero Grant unless the key is known and good.
func (g *Gate) Check(key string) (models.Grant, Verdict) {
	if g.state.Load()&open == 0 {
		return models.Grant{}, Unavailable
	}
	if !models.WellFormedKey(key) {
		return models.Grant{}, InvalidKey
	}
	digest := g.digest(key)
	e := g.index.find(&digest)
	if e == nil {
		return models.Grant{}, InvalidKey
	}
	verdict := g.judge(e)
	if verdict == InvalidKey || verdict == Unavailable {
		return models.Grant{}, verdict
	}
	return e.grant(), verdict
}

// Judge judges a key on a route. Of the verdicts that apply, the first wins, in
// the order in which they are declared.
func (g *Gate) Judge(key string, route Route) (models.Grant, Verdict) {
	grant, verdict := g.Check(key)
	switch {
	case verdict != Accepted:
	case grant.Kind != models.Secret && !route.Interactions:
		verdict = SecretKeyRequired
	case grant.Environment.ReadOnly() && route.Write:
		verdict = PlaygroundReadOnly
	}
	return grant, verdict
}

// Accepts reports whether the gate accepts the key with this id at the moment: no
// longer after a revocation, not while its environment is locked, and not while
// the gate is unavailable. It looks through all keys, about a millisecond for
// 100,000.
func (g *Gate) Accepts(id string) bool {
	if g.state.Load()&open == 0 {
		return false
	}
	for e := range g.index.all {
		if e.part(keyID) == id && g.judge(e) == Accepted {
			return true
		}
	}
	return false
}

// judge reads the clock as late as it can: the verdict holds at the moment it is
// given.
func (g *Gate) judge(e *entry) Verdict {
	if e.suspended {
		return Unavailable
	}
	now := g.now().UnixNano()
	switch {
	case e.retires != 0 && g.hasRetired(e.retires, now):
		return InvalidKey
	case !e.unlocked || e.until != 0 && now >= e.until:
		return Locked
	}
	return Accepted
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

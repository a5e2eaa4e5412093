package gate

import (
	"context"
	"strings"
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

// Finding is what the gate finds out about a request.
type Finding struct {
	Verdict Verdict
	// Cause is why, in more detail than whoever asked is told; empty for Accepted.
	Cause models.Outcome
	// Grant is that of the key, also when it is refused, so that its team can be told;
	// zero when the key is nobody's or the gate cannot know. Only with the verdict
	// Accepted does it let anybody do anything.
	Grant models.Grant
	// RetryAfter is, with the verdict RateLimited, how long it takes until the
	// environment may make another request.
	RetryAfter time.Duration
}

// Check judges a key alone. The verdict is Accepted, InvalidKey, Locked,
// RateLimited or Unavailable.
func (g *Gate) Check(key string) Finding { return g.count(g.check(key)) }

func (g *Gate) check(key string) Finding {
	if g.state.Load()&open == 0 {
		return Finding{Verdict: Unavailable, Cause: models.GateUnavailable}
	}
	if key == "" {
		return Finding{Verdict: InvalidKey, Cause: models.NoKey}
	}
	if !models.WellFormedKey(key) {
		return Finding{Verdict: InvalidKey, Cause: models.MalformedKey}
	}
	digest := g.digest(key)
	e := g.index.find(&digest)
	if e == nil {
		return Finding{Verdict: InvalidKey, Cause: models.UnknownKey}
	}
	verdict, cause := g.judge(e)
	return Finding{Verdict: verdict, Cause: cause, Grant: e.grant()}
}

// Judge judges a key on a request. Of the verdicts that apply, the first wins, in
// the order in which they are declared.
func (g *Gate) Judge(key string, request Request) Finding {
	found := g.check(key)
	if found.Verdict == Accepted {
		found.Verdict, found.Cause = request.judge(&found.Grant)
	}
	return g.count(found)
}

// judge applies the rules about what a good key opens.
func (r Request) judge(grant *models.Grant) (Verdict, models.Outcome) {
	switch {
	case grant.Kind != models.Secret && !r.Interactions:
		return SecretKeyRequired, models.SecretKeyNeeded
	case grant.Kind == models.Secret && r.Browser && grant.RefusesBrowserSecrets:
		return SecretFromBrowser, models.SecretFromBrowser
	case grant.Kind != models.Secret && r.Origin != "" && !allows(grant.AllowedOrigins, r.Origin):
		return OriginNotAllowed, models.OriginNotAllowed
	case grant.Environment.ReadOnly() && r.Write:
		return PlaygroundReadOnly, models.PlaygroundReadOnly
	}
	return Accepted, ""
}

// allows reports whether the origin is in the list, which is separated by spaces.
// An empty list has them all.
func allows(origins, origin string) bool {
	if origins == "" {
		return true
	}
	for listed := range strings.SplitSeq(origins, " ") {
		if listed == origin {
			return true
		}
	}
	return false
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
		if e.part(keyID) != id {
			continue
		}
		if verdict, _ := g.judge(e); verdict == Accepted {
			return true
		}
	}
	return false
}

// judge reads the clock as late as it can: the verdict holds at the moment it is
// given.
func (g *Gate) judge(e *entry) (Verdict, models.Outcome) {
	if e.revoked { // for ever, whatever else is not known
		return InvalidKey, models.KeyIsRevoked
	}
	if e.suspended {
		return Unavailable, models.GateUnavailable
	}
	now := g.now().UnixNano()
	switch {
	case e.retires != 0 && g.hasRetired(e.retires, now):
		return InvalidKey, models.KeyIsRetired
	case e.until != 0 && now >= e.until:
		return Locked, models.AgreementEnded
	case !e.unlocked:
		return Locked, models.NeverUnlocked
	}
	return Accepted, ""
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

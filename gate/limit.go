package gate

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"dojo/models"
)

// burst is how many seconds' worth of requests an environment may make at once.
const burst = 2

// limits counts the requests of each environment. It remembers as many
// environments as have shown a good key.
type limits struct {
	perSecond int
	buckets   sync.Map // of *rate.Limiter, by the environment's id
}

// SetLimit sets the rate limit: each environment may make so many requests a
// second, and twice as many at once; others are refused as models.RateLimited. 0 is
// no limit. Call it before the first request.
func (g *Gate) SetLimit(perSecond int) {
	g.limits = nil
	if perSecond > 0 {
		g.limits = &limits{perSecond: perSecond}
	}
}

// limit counts an accepted request, and refuses it when its environment has made
// too many. A refused request does not count.
func (g *Gate) limit(found Finding) Finding {
	if g.limits == nil || found.Outcome != models.Accepted {
		return found
	}
	if wait := g.limits.wait(found.Grant.EnvironmentID, g.now()); wait > 0 {
		found.Outcome, found.RetryAfter = models.RateLimited, wait
	}
	return found
}

// wait takes a token for a request, and returns 0, or how long it takes until
// there is one.
func (l *limits) wait(environmentID string, now time.Time) time.Duration {
	bucket, known := l.buckets.Load(environmentID)
	if !known {
		fresh := rate.NewLimiter(rate.Limit(l.perSecond), burst*l.perSecond)
		bucket, _ = l.buckets.LoadOrStore(environmentID, fresh)
	}
	place := bucket.(*rate.Limiter).ReserveN(now, 1)
	wait := place.DelayFrom(now)
	if wait > 0 {
		place.CancelAt(now)
	}
	return wait
}

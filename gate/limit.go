package gate

import (
	"sync/atomic"
	"time"

	"dojo/models"
)

// burst is how many seconds' worth of requests an environment may make at once.
const burst = 2

// SetLimit sets the rate limit where an agreement says nothing: each environment may make so
// many requests a second, and twice as many at once; others are refused as
// models.RateLimited. 0 is no limit. Where many processes serve, it holds for all together;
// see division. Call it before the first request.
func (g *Gate) SetLimit(perSecond int) { g.division.set(perSecond) }

// limits are what a request counts towards.
type limits struct {
	bucket *atomic.Int64
	day    *dayCount // nil where no period has a limit
	period *period   // in which the request was made; nil where it was not accepted
}

// limit counts an accepted request, and refuses it when its environment has made
// too many. A refused request does not count.
func (g *Gate) limit(found Finding, by limits) Finding {
	if found.Outcome != models.Accepted {
		return found
	}
	perSecond := int64(by.period.perSecond)
	if perSecond == 0 {
		perSecond = g.division.perSecond
	}
	if perSecond == 0 && by.period.perDay == 0 {
		return found
	}
	now := g.now()
	if perSecond > 0 {
		if wait := g.division.take(found.Grant.EnvironmentID, perSecond, by.bucket, now); wait > 0 {
			found.Outcome, found.RetryAfter = models.RateLimited, wait
			return found
		}
	}
	if by.period.perDay > 0 {
		wait, first := by.day.take(by.period.perDay, now)
		if wait > 0 {
			found.Outcome, found.RetryAfter = models.DayLimited, wait
		}
		if first { // others may have made some already
			select {
			case g.days.wake <- struct{}{}:
			default:
			}
		}
	}
	return found
}

// take takes a token for a request, and returns 0, or how long it takes until there is
// one; and whether half of the bucket is used. It is the generic cell rate algorithm: of a
// token bucket it needs only the moment at which the bucket will be full again, in Unix
// nanoseconds, which fits into one word. A token takes the time cost, so that what is in a
// bucket is worth less when the cost grows.
func take(full *atomic.Int64, cost int64, at time.Time) (wait time.Duration, near bool) {
	room := max(1, burst*int64(time.Second)/cost) * cost
	now := at.UnixNano()
	for {
		before := full.Load()
		if before > now+room { // the clock was set back, or the cost was higher
			full.CompareAndSwap(before, now+room)
			continue
		}
		after := max(before, now) + cost
		if wait := after - now - room; wait > 0 {
			return time.Duration(wait), true
		}
		if full.CompareAndSwap(before, after) {
			return 0, after-now > room/2
		}
	}
}

// buckets are the rate limits' token buckets, by numbers that environments keep while they
// are changed. One that is gone leaves its bucket of 8 bytes behind.
type buckets struct {
	chunks atomic.Pointer[[]*chunk]
	used   uint32 // the writer's
}

type chunk [512]atomic.Int64

// add makes another bucket. Calls must not overlap.
func (b *buckets) add() uint32 {
	number := b.used
	b.used++
	var chunks []*chunk
	if before := b.chunks.Load(); before != nil {
		chunks = *before
	}
	if int(number) == len(chunks)*len(chunk{}) {
		chunks = append(chunks[:len(chunks):len(chunks)], new(chunk))
		b.chunks.Store(&chunks)
	}
	return number
}

func (b *buckets) at(number uint32) *atomic.Int64 {
	return &(*b.chunks.Load())[number/uint32(len(chunk{}))][number%uint32(len(chunk{}))]
}

package gate

import (
	"math"
	"time"

	"dojo/models"
)

// period is a models.Period as the checks use it, without pointers.
type period struct {
	from, until    int64 // Unix time in nanoseconds; 0: no beginning, no end
	perDay         int64
	perSecond      int32
	locked, isOver bool
}

const second = int64(time.Second)

// isPlain reports whether the period is no more than its beginning and its end, which is at a
// second that has 32 bits.
func (p *period) isPlain() bool {
	seconds := p.until / second
	return *p == period{from: p.from, until: p.until} && seconds*second == p.until &&
		seconds >= 0 && seconds <= math.MaxUint32
}

func pagePeriods(periods []models.Period) []period {
	var packed []period
	for i := range periods {
		p := &periods[i]
		packed = append(packed, period{
			from: nanoseconds(p.From), until: nanoseconds(p.Until), locked: p.Locked, isOver: p.Over,
			perSecond: int32(min(p.PerSecond, math.MaxInt32)), perDay: int64(p.PerDay),
		})
	}
	return packed
}

// unlocking says what the environment's periods make of a key that is good otherwise, and
// which period the moment is in. It is models.Unlocking, but that an end that was once seen
// to have passed stays so when the clock is set back.
func (g *Gate) unlocking(periods []period, now int64) (models.Outcome, *period) {
	outcome := models.NeverUnlocked
	for i := range periods {
		switch p := &periods[i]; {
		case p.isOver || p.until != 0 && g.hasPassed(p.until, now):
			if outcome == models.NeverUnlocked {
				outcome = models.AgreementEnded
			}
		case now < p.from:
			outcome = models.NotBegun
		case p.locked:
			return models.LockedByEngineer, p
		default:
			return models.Accepted, p
		}
	}
	return outcome, nil
}

package gate

import (
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Many processes let an environment make as many requests together as its limit says, by
// telling each other, with each renewal of their leases, how many it makes at each of them:
//
//   - Of an environment that nobody tells of, each process lets its part of the limit pass: with
//     three processes a third. Before such a part is used up, the process tells of the environment.
//   - Of an environment that is told of, a process lets pass what the requests at the others leave
//     of the limit; and when all of them are more than the limit, a part in proportion to its own.
//
// So the sum is right once all have heard of each other. For two renewals after requests have
// come to another process, that one has what the limit was not used for before, so that the
// sum is at most as many times the limit as there are processes.

const (
	// mostTold is of how many environments a process tells, those with the most requests.
	mostTold = 100
	// leastPart is how many times smaller than an equal part the smallest part of a limit is.
	leastPart = 16
	// demandOver is the time constant of the average of requests a second.
	demandOver = 500 * time.Millisecond
	// nearPause is the least time between two renewals that requests cause.
	nearPause = 100 * time.Millisecond
)

// division is how the rate limit is divided among the processes.
type division struct {
	perSecond int64 // the limit where an agreement says nothing; 0: none
	near      func()
	parts     atomic.Pointer[parts]

	mu     sync.Mutex
	counts time.Time // when requests began to be counted
	nearAt time.Time // when near was called last
}

// parts are what this process lets pass.
type parts struct {
	processes int
	told      map[string]*part // by environment; what is in it changes, and the map does not
}

// part is that of one environment.
type part struct {
	limit    atomic.Int64  // requests a second, as of the last request here; 0: there was none
	here     atomic.Uint64 // the bits of demand when the limit was divided last
	others   atomic.Uint64 // those of what the other processes told of then
	divided  atomic.Bool   // it was
	requests atomic.Int64  // since counts, those that were refused too
	told     atomic.Bool   // others have been told of requests here
	demand   float64       // requests a second
}

func newDivision() *division {
	d := &division{near: func() {}}
	d.parts.Store(&parts{processes: 1})
	return d
}

func (d *division) set(perSecond int) { d.perSecond = int64(perSecond) }

// cost is the time that a request takes of a bucket when a share of the limit may pass.
func cost(limit int64, share float64) int64 {
	return int64(float64(int64(time.Second)/limit) / share)
}

// take takes a token of the environment's bucket, of which so many requests a second may
// pass at all processes together; see take.
func (d *division) take(environment string, limit int64, bucket *atomic.Int64, now time.Time) time.Duration {
	all := d.parts.Load()
	if all.processes == 1 {
		wait, _ := take(bucket, int64(time.Second)/limit, now)
		return wait
	}
	share, p := 1/float64(all.processes), all.told[environment]
	if p != nil {
		p.requests.Add(1)
		p.limit.Store(limit)
		if p.divided.Load() {
			share = max(p.share(float64(limit)), all.least())
		}
	}
	wait, near := take(bucket, cost(limit, share), now)
	if near && (p == nil || !p.told.Load()) {
		d.tell(environment, limit, now)
	}
	return wait
}

// share is which part of the limit may pass here.
func (p *part) share(limit float64) float64 {
	return share(math.Float64frombits(p.here.Load()), math.Float64frombits(p.others.Load()), limit)
}

// tell has others told of an environment soon.
func (d *division) tell(environment string, limit int64, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.parts.Load()
	if before.told[environment] == nil {
		if len(before.told) >= mostTold*before.processes {
			return
		}
		after := *before
		after.told = maps.Clone(before.told)
		if after.told == nil {
			after.told = map[string]*part{}
		}
		p := &part{}
		p.limit.Store(limit)
		p.requests.Store(max(1, limit/int64(before.processes))) // which half a bucket is
		after.told[environment] = p
		d.parts.Store(&after)
	}
	if passed := now.Sub(d.nearAt); passed < 0 || passed >= nearPause {
		d.nearAt = now
		d.near()
	}
}

// demands returns how many requests a second environments make here, for the other processes.
func (d *division) demands(now time.Time) map[string]float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.parts.Load()
	passed := now.Sub(d.counts)
	d.counts = now
	told := map[string]float64{}
	for environment, p := range all.told {
		p.count(passed)
		if limit := p.limit.Load(); limit > 0 && p.demand >= float64(limit)*all.least()/2 {
			told[environment] = p.demand
		}
	}
	if len(told) > mostTold {
		names := slices.SortedFunc(maps.Keys(told), func(a, b string) int { return int(math.Copysign(1, told[b]-told[a])) })
		for _, environment := range names[mostTold:] {
			delete(told, environment)
		}
	}
	for environment, p := range all.told {
		p.told.Store(told[environment] > 0)
	}
	return told
}

// count brings the average up to date with what was counted in the time that has passed.
func (p *part) count(passed time.Duration) {
	if passed <= 0 { // the clock was set back
		return
	}
	passed = min(passed, time.Minute)
	kept := math.Exp(-passed.Seconds() / demandOver.Seconds())
	p.demand = p.demand*kept + float64(p.requests.Swap(0))/passed.Seconds()*(1-kept)
}

// least is the smallest share of a limit.
func (p *parts) least() float64 { return 1 / float64(leastPart*p.processes) }

// divide divides the limit anew, by what the other processes that live tell of.
func (d *division) divide(others []map[string]float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.parts.Load()
	after := &parts{processes: len(others) + 1}
	if after.processes > 1 {
		elsewhere := map[string]float64{}
		for _, other := range others {
			for environment, demand := range other {
				elsewhere[environment] += demand
			}
		}
		after.told = among(before, elsewhere)
	}
	d.parts.Store(after)
}

// among returns the parts of the environments that any process tells of.
func among(before *parts, elsewhere map[string]float64) map[string]*part {
	told := map[string]*part{}
	for environment := range elsewhere {
		told[environment] = &part{}
	}
	for environment, p := range before.told {
		if p.told.Load() || p.requests.Load() > 0 || elsewhere[environment] > 0 {
			told[environment] = p
		}
	}
	for environment, p := range told {
		p.here.Store(math.Float64bits(p.demand))
		p.others.Store(math.Float64bits(elsewhere[environment]))
		p.divided.Store(true)
	}
	return told
}

// share is which part of a limit may pass here, of requests a second here and elsewhere.
func share(here, elsewhere, limit float64) float64 {
	if here+elsewhere <= limit {
		return 1 - elsewhere/limit
	}
	return here / (here + elsewhere)
}

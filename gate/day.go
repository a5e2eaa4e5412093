package gate

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"dojo/models"
)

// DayCounts is where it is kept how many requests environments have made in a day, for all
// processes and over restarts. A day is the number of days since 1970, in UTC.
type DayCounts interface {
	// AddDayCounts adds to the counts of a day, by environment, and returns what they are
	// then.
	AddDayCounts(ctx context.Context, day int64, counts map[string]int64) (totals map[string]int64, err error)
}

// days are the counts of the environments whose agreement limits the requests of a day. Each
// process counts in memory, and has its counts added to those of the others every second:
// so of a limit that several processes use up at once, what they let pass in the last second
// may be too much.
type days struct {
	counts sync.Map // *dayCount by environment
	wake   chan struct{}
	mu     sync.Mutex // of one flush at a time
	failed bool       // the last one did, and it was logged
}

// dayCount is that of one environment.
type dayCount struct {
	state atomic.Uint64 // the day, and below it in dayBits how many requests all processes made, as far as is known

	// The flush's: of which day it knows how many are in the database.
	day, known int64
}

const (
	dayBits      = 48
	day          = 24 * time.Hour
	flushEvery   = time.Second
	flushTimeout = 2 * time.Second
)

func newDays() *days { return &days{wake: make(chan struct{}, 1)} }

// know begins a count where the grant has a limit, with what the database knows.
func (d *days) know(g *models.Grant) {
	for i := range g.Periods {
		if g.Periods[i].PerDay > 0 {
			c := &dayCount{day: g.Today, known: g.UsedToday}
			c.state.Store(uint64(g.Today)<<dayBits | uint64(g.UsedToday))
			d.counts.LoadOrStore(g.EnvironmentID, c)
			return
		}
	}
}

// of returns the environment's count; nil where none of the periods has a limit.
func (d *days) of(environment string, periods []period) *dayCount {
	for i := range periods {
		if periods[i].perDay > 0 {
			c, _ := d.counts.LoadOrStore(environment, &dayCount{})
			return c.(*dayCount)
		}
	}
	return nil
}

// take counts a request, and returns 0; or, when the day's are used up, how long the day
// lasts. first says that it is the first of its day.
func (c *dayCount) take(limit int64, now time.Time) (wait time.Duration, first bool) {
	today := now.UnixNano() / int64(day)
	for {
		state := c.state.Load()
		counted, requests := int64(state>>dayBits), int64(state&(1<<dayBits-1))
		switch {
		case today > counted: // not when the clock was set back
			if c.state.CompareAndSwap(state, uint64(today)<<dayBits|1) {
				return 0, true
			}
		case requests >= limit:
			return time.Duration((counted+1)*int64(day) - now.UnixNano()), false
		case c.state.CompareAndSwap(state, state+1):
			return 0, false
		}
	}
}

// CountDays keeps the counts of days in the database, every second until ctx ends. Who ends
// it calls FlushDays once more.
func (g *Gate) CountDays(ctx context.Context, counts DayCounts) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-g.days.wake:
		case <-time.After(flushEvery):
		}
		g.FlushDays(context.WithoutCancel(ctx), counts)
	}
}

// FlushDays adds what was counted since the last time to what the database has, and takes
// over what other processes have counted. What fails is tried again by the next one.
func (g *Gate) FlushDays(ctx context.Context, counts DayCounts) {
	d := g.days
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	added := map[int64]map[string]int64{}
	d.counts.Range(func(environment, count any) bool {
		if today, more := count.(*dayCount).news(); more > 0 {
			if added[today] == nil {
				added[today] = map[string]int64{}
			}
			added[today][environment.(string)] = more
		}
		return true
	})
	for today, more := range added {
		totals, err := counts.AddDayCounts(ctx, today, more)
		if err != nil {
			d.report(err)
			return
		}
		for environment, total := range totals {
			if c, ok := d.counts.Load(environment); ok {
				c.(*dayCount).settle(today, more[environment], total)
			}
		}
	}
	d.report(nil)
}

// news returns how many requests of which day the database does not know of.
func (c *dayCount) news() (today, more int64) {
	state := c.state.Load()
	today, requests := int64(state>>dayBits), int64(state&(1<<dayBits-1))
	if c.day != today {
		c.day, c.known = today, 0
	}
	return today, requests - c.known
}

// settle takes over the database's total after more were added to it.
func (c *dayCount) settle(today, more, total int64) {
	mine := c.known + more
	c.known = max(mine, total)
	for {
		state := c.state.Load()
		if int64(state>>dayBits) != today || total <= mine || c.state.CompareAndSwap(state, state+uint64(total-mine)) {
			return
		}
	}
}

// report logs the first of many failures, and that they are over.
func (d *days) report(err error) {
	switch {
	case err != nil && !d.failed:
		d.failed = true
		slog.Warn("How many requests environments make in a day cannot be written down. Each process counts by itself.",
			"error", err)
	case err == nil && d.failed:
		d.failed = false
		slog.Info("How many requests environments make in a day is written down again.")
	}
}

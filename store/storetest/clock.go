package storetest

import (
	"sync"
	"time"
)

// Clock is a clock that stands still until a test moves it. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows a Monday morning in 2026, in UTC, with
// microseconds. A request is noted at the moment at which it began, which is what
// the clock shows less what it took: half a minute keeps that within 09:30.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, time.March, 2, 9, 30, 30, 123456000, time.UTC)}
}

// Now is what the clock shows. It fits store.Options.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

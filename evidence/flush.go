package evidence

import (
	"context"
	"time"

	"dojo/models"
)

// maxFailures is how many times in a row a batch may be refused, for another cause
// than that the database is away, until it is given up: something in it must be
// such that it can never be kept.
const maxFailures = 20

// Run hands over what was collected, now and then, until the context ends. What
// comes after that is Flush's.
func (c *Collector) Run(ctx context.Context) {
	ticker := time.NewTicker(Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = c.Flush(ctx) // it has logged what went wrong, and is tried again
		}
	}
}

// Flush hands over everything that was observed before it was called. What cannot
// be handed over is kept for the next time.
func (c *Collector) Flush(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	c.gather()
	if c.pending.empty() {
		return nil
	}
	err := c.sink.AddUse(ctx, c.pending.use())
	c.done(ctx, err)
	return err
}

// gather adds what was collected to what is pending.
func (c *Collector) gather() {
	if c.pending == nil {
		c.pending = newBatch()
	}
	for _, tallies := range c.collected() {
		for environmentID, t := range tallies {
			for keyID, k := range t.keys {
				c.bursts.judge(keyID, k)
			}
			c.pending.add(environmentID, t)
		}
	}
	c.waiting.Store(int64(len(c.pending.requests)))
}

func (c *Collector) done(ctx context.Context, err error) {
	skipped := c.quota.skipped.Swap(0)
	switch {
	case err == nil:
		c.logger.DebugContext(ctx, "evidence of use kept", "requests", len(c.pending.requests), "only counted", skipped)
		if c.failed > 0 {
			c.logger.InfoContext(ctx, "evidence of use is kept again", "failures", c.failed)
		}
		c.pending, c.failed = nil, 0
		c.waiting.Store(0)
		return
	case ctx.Err() != nil:
		return // whoever asked went away
	}
	if c.failed++; c.failed == 1 {
		c.logger.WarnContext(ctx, "evidence of use cannot be kept; it is tried again", "error", err)
	}
	if c.failed >= maxFailures && models.CodeOf(err) != models.Unavailable {
		c.logger.ErrorContext(ctx, "evidence of use is given up", "keys", len(c.pending.keys), "error", err)
		c.pending, c.failed = nil, 0
		c.waiting.Store(0)
	}
}

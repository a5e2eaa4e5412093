package api

import (
	"context"
	"sync"
	"time"

	"dojo/models"
)

const (
	// budgetTimeout is how long a request waits for others to give memory back.
	budgetTimeout = 5 * time.Second
	// budgetPause is how often it looks whether somebody has become slow meanwhile.
	budgetPause = 250 * time.Millisecond

	// bodyGrace is how long a body is left alone, however slowly it comes.
	bodyGrace = time.Second
	// rateWindow is how far back a body's speed is measured at least.
	rateWindow = 2 * time.Second
	// slowBody is a speed, in bytes a second, with which a body makes room for every
	// other one of its team.
	slowBody = 32 << 10
)

// bodyBudget is how much memory request bodies may take at once, in bytes. Publishable
// keys are public, so their bodies have a quarter of it to themselves, and never take
// anything from those of secret keys.
type bodyBudget struct{ secret, publishable *bodyPool }

func newBodyBudget(size int64) *bodyBudget {
	return &bodyBudget{secret: newBodyPool(size - size/4), publishable: newBodyPool(size / 4)}
}

func (b *bodyBudget) poolOf(kind models.KeyKind) *bodyPool {
	if kind == models.Secret {
		return b.secret
	}
	return b.publishable
}

// bodyPool is memory that teams share. A team has half of it at most. Where there is not
// enough for a body, a slower one is given up: of the same team when the team has
// its half, and otherwise of a team that has more than all would have if each had the
// same. So whoever holds memory without sending loses it, and not who comes next.
type bodyPool struct {
	size, share int64

	mu      sync.Mutex
	held    int64
	teams   map[string]*teamBodies
	changed chan struct{} // is closed when memory is given back
}

// teamBodies is a team's bodies in a pool.
type teamBodies struct {
	held   int64
	bodies map[*body]bool
}

func newBodyPool(size int64) *bodyPool {
	return &bodyPool{size: size, share: size / 2, teams: map[string]*teamBodies{}, changed: make(chan struct{})}
}

// take takes memory for a body, or fails as tooBusy when there is none, or when the body
// has been given up meanwhile.
func (p *bodyPool) take(ctx context.Context, b *body, size int64) error {
	begun := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !b.givenUp {
		team := p.join(b)
		if p.held+size <= p.size && team.held+size <= p.share {
			p.held, team.held, b.taken = p.held+size, team.held+size, b.taken+size
			return nil
		}
		waited := time.Since(begun)
		if waited >= budgetTimeout || b.taken+size > p.share {
			break
		}
		if slowest := p.slowest(b, team, size, waited > bodyGrace); slowest != nil {
			slowest.giveUp()
			continue
		}
		if err := p.wait(ctx, b); err != nil {
			break
		}
	}
	return tooBusy
}

// join puts a body among its team's.
func (p *bodyPool) join(b *body) *teamBodies {
	team := p.teams[b.teamID]
	if team == nil {
		team = &teamBodies{bodies: map[*body]bool{}}
		p.teams[b.teamID] = team
	}
	team.bodies[b] = true
	return team
}

// wait waits until memory was given back, or somebody may have become slow.
func (p *bodyPool) wait(ctx context.Context, b *body) error {
	changed := p.changed
	b.pace.stop(time.Now())
	p.mu.Unlock()
	timer := time.NewTimer(budgetPause)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-b.gone:
	case <-ctx.Done():
	}
	p.mu.Lock()
	b.pace.goOn(time.Now())
	return ctx.Err()
}

// slowest returns the body that is to make room for another of so many bytes: nil when
// there is none, or when enough are leaving already. One that is not slow is given up
// only for another team, and once that has waited.
func (p *bodyPool) slowest(b *body, of *teamBodies, size int64, patient bool) (slowest *body) {
	now := time.Now()
	teams, missing := map[string]*teamBodies{b.teamID: of}, of.held+size-p.share
	full := missing > 0
	if !full {
		teams, missing = p.teams, p.held+size-p.size
	}
	for _, team := range teams {
		for other := range team.bodies {
			switch {
			case other.givenUp:
				missing -= other.taken
			case other == b || other.read || other.taken == 0 || now.Sub(other.pace.begun) < bodyGrace:
			case !full && team.held <= p.size/int64(len(p.teams)):
			case slowest == nil || other.pace.rate(now) < slowest.pace.rate(now):
				slowest = other
			}
		}
	}
	if missing <= 0 || slowest == nil || slowest.pace.rate(now) >= slowBody && (full || !patient) {
		return nil
	}
	return slowest
}

// leave gives a body's memory back.
func (p *bodyPool) leave(b *body) {
	p.mu.Lock()
	defer p.mu.Unlock()
	team := p.teams[b.teamID]
	if team == nil || !team.bodies[b] {
		return
	}
	p.held, team.held, b.taken = p.held-b.taken, team.held-b.taken, 0
	if delete(team.bodies, b); len(team.bodies) == 0 {
		delete(p.teams, b.teamID)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// pace is how fast a body comes: over the last one or two windows.
type pace struct {
	begun       time.Time
	marks       [2]time.Time // the beginnings of the window before and of this one
	before, now int64        // the bytes that came in them
	stopped     time.Time    // since when it is not read
}

func newPace(now time.Time) pace { return pace{begun: now, marks: [2]time.Time{now, now}} }

func (p *pace) add(bytes int, now time.Time) {
	if now.Sub(p.marks[1]) >= rateWindow {
		p.marks, p.before, p.now = [2]time.Time{p.marks[1], now}, p.now, 0
	}
	p.now += int64(bytes)
}

// rate is in bytes a second. Time in which the body was not read does not count.
func (p *pace) rate(now time.Time) int64 {
	if !p.stopped.IsZero() {
		now = p.stopped
	}
	took := now.Sub(p.marks[0])
	return int64(float64(p.before+p.now) / max(took, time.Millisecond).Seconds())
}

func (p *pace) stop(now time.Time) { p.stopped = now }

func (p *pace) goOn(now time.Time) {
	lost := now.Sub(p.stopped)
	p.marks[0], p.marks[1], p.stopped = p.marks[0].Add(lost), p.marks[1].Add(lost), time.Time{}
}

package gate_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"dojo/gate"
	"dojo/models"
)

// step is what happens next in a schedule.
type step struct {
	Do          string
	Process     int
	Environment string
	Statement   statement     // of the process, that has trouble
	Wait        time.Duration // how long it takes, where it takes time
	Told        bool          // whether processes are told that the feed has grown
}

// schedule is what happens to a cluster.
type schedule struct {
	Speeds []float64 // of the processes' clocks
	Steps  []step
}

// deeds are what a step may do. What is to happen more often is there more than once.
var deeds = []string{
	"wait", "wait", "wait", "lock", "lock", "lock", "unlock", "unlock", "pause", "pause", "slow", "answered late",
	"late", "unanswered", "restart", "crash", "away", "back", "lag", "fail over",
}

func schedules(deeds ...string) *rapid.Generator[schedule] {
	return rapid.Custom(func(t *rapid.T) schedule {
		speeds := rapid.SliceOfN(rapid.SampledFrom([]float64{1, 1.02, 1.05}), 3, 3).Draw(t, "speeds")
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			return step{
				Do:          rapid.SampledFrom(deeds).Draw(t, "do"),
				Process:     rapid.IntRange(0, 2).Draw(t, "process"),
				Environment: rapid.SampledFrom(clusterEnvironments).Draw(t, "environment"),
				Statement:   statement(rapid.IntRange(0, int(statements)-1).Draw(t, "statement")),
				Wait:        time.Duration(rapid.IntRange(1, 120).Draw(t, "wait")) * 50 * time.Millisecond,
				Told:        rapid.Bool().Draw(t, "told"),
			}
		}), 10, 50).Draw(t, "steps")
		return schedule{speeds, steps}
	})
}

// run goes through the schedule and returns how the cluster was then. Processes speak to the
// database by way of feed.
func (s schedule) run(t *testing.T, feed func(gate.Feed) gate.Feed) (c *cluster) {
	synctest.Test(t, func(*testing.T) {
		c = newCluster()
		s.happens(c, feed)
	})
	return c
}

func (s schedule) happens(c *cluster, feed func(gate.Feed) gate.Feed) {
	var all [3]*process
	for i := range all {
		all[i] = c.start(i, s.Speeds[i], feed)
	}
	time.Sleep(clusterLease)
	for _, step := range s.Steps {
		p := all[step.Process]
		switch step.Do {
		case "wait":
			time.Sleep(step.Wait)
		case "lock", "unlock":
			c.change(step.Environment, step.Do == "unlock")
			for _, p := range all {
				if step.Told {
					p.follower.Wake()
					p.follower.Wake()
				}
			}
		case "pause":
			p.pause(4 * step.Wait)
		case "restart", "crash":
			all[step.Process] = c.restart(p, step, s.Speeds[step.Process], feed)
			all[step.Process].meets(step.Statement, trouble{"slow", step.Wait})
		case "away", "back":
			c.setAway(step.Do == "away")
		case "lag":
			c.lag()
		case "fail over":
			c.failOver()
		default:
			p.meets(step.Statement, trouble{step.Do, step.Wait})
		}
		time.Sleep(step.Wait / 10)
		_ = c.do(func(*tables) error { return nil })
	}
	c.setAway(false)
	time.Sleep(30 * clusterLease) // everything is well again
	for _, p := range all {
		p.end()
	}
	c.late.Wait()
}

func TestNobodyAcceptsWhatIsRefusedEverywhere(t *testing.T) {
	accepted, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) { // -rapid.checks=10000 tries more
		c := schedules(deeds...).Draw(rt, "schedule").run(t, asItIs)
		accepted, refused = accepted+c.accepted, refused+c.refused
		if c.broken != "" {
			rt.Fatal(c.broken)
		}
		for _, change := range c.db.changes {
			if !change.settled {
				rt.Fatalf("change %d is never settled", change.sequence)
			}
		}
	})
	t.Logf("%d checks were accepted, %d refused", accepted, refused)
	if accepted < 1000 || refused < 1000 {
		t.Error("that says little")
	}
}

// TestARenewalWithoutAnAnswer: whether it was carried out is not known, and what was read stays
// good. Nobody joins again, and another look is enough.
func TestARenewalWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster()
		p := c.start(0, 1, asItIs)
		p.meets(confirms, trouble{kind: "unanswered"})
		time.Sleep(clusterLease)
		if !p.follower.Sure() || c.joined != 1 {
			t.Errorf("sure %v, joined %d times; want once", p.follower.Sure(), c.joined)
		}
		p.end()
	})
}

func asItIs(feed gate.Feed) gate.Feed { return feed }

// TestPlantedFaultsOfTheFeedAreFound: the schedules find what each condition is there for.
func TestPlantedFaultsOfTheFeedAreFound(t *testing.T) {
	faults := map[string]struct {
		feed func(gate.Feed) gate.Feed
		by   string // the deed that finds it soonest
	}{
		"confirms what it did not apply":       {func(f gate.Feed) gate.Feed { return &hasty{Feed: f} }, "slow"},
		"marks a row that was renewed":         {func(f gate.Feed) gate.Feed { return blind{f, f.(*process)} }, "pause"},
		"marks a row before its lease is over": {func(f gate.Feed) gate.Feed { return early{f} }, "pause"},
		"goes on after it was marked out":      {func(f gate.Feed) gate.Feed { return deaf{f} }, "pause"},
		"has a row after it has read":          {func(f gate.Feed) gate.Feed { return &lateRow{Feed: f} }, "restart"},
		"takes another history for its own": {
			func(f gate.Feed) gate.Feed { return timeless{f, f.(*process)} }, "fail over",
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			likely := schedules("wait", "lock", "unlock", "slow", "lag", fault.by, fault.by, fault.by)
			for seed := range 10_000 {
				if c := likely.Example(seed).run(t, fault.feed); c.broken != "" {
					t.Logf("schedule %d: %s", seed, c.broken)
					return
				}
			}
			t.Error("it was not found")
		})
	}
}

// hasty tells of no environment the first time, and confirms all the same.
type hasty struct {
	gate.Feed
	looks int
}

func (h *hasty) Changes(
	ctx context.Context, after models.FeedPosition,
) (models.FeedPosition, []string, bool, error) {
	end, environments, complete, err := h.Feed.Changes(ctx, after)
	if h.looks++; h.looks%2 == 0 {
		environments = nil
	}
	return end, environments, complete, err
}

// blind marks whatever renewal it meets, some time after it has seen one.
type blind struct {
	gate.Feed
	of *process
}

func (b blind) MarkOut(_ context.Context, seen models.Process) error {
	b.of.late.Go(func() {
		time.Sleep(clusterLease)
		b.of.mu.Lock()
		seen = b.of.db.rows[seen.ID]
		b.of.mu.Unlock()
		_ = b.of.markOut(seen)
	})
	return nil
}

// early takes every lease of others for shorter than it is.
type early struct{ gate.Feed }

func (e early) Confirm(
	ctx context.Context, id string, applied models.FeedPosition, stats models.ProcessStats,
) ([]models.Process, error) {
	others, err := e.Feed.Confirm(ctx, id, applied, stats)
	for i := range others {
		others[i].LeaseMS /= 2
	}
	return others, err
}

// deaf does not hear that it is out.
type deaf struct{ gate.Feed }

func (d deaf) Confirm(
	ctx context.Context, id string, applied models.FeedPosition, stats models.ProcessStats,
) ([]models.Process, error) {
	others, err := d.Feed.Confirm(ctx, id, applied, stats)
	if err == models.ErrOut {
		err = nil
	}
	return others, err
}

// lateRow says that it has joined before it has, and makes the row when it confirms.
type lateRow struct {
	gate.Feed
	lease time.Duration
	ids   map[string]string
}

func (l *lateRow) Join(ctx context.Context, lease time.Duration) (string, models.FeedPosition, error) {
	l.lease = lease
	end, _, _, err := l.Feed.Changes(ctx, models.FeedPosition{})
	l.ids = map[string]string{}
	return "not yet", end, err
}

func (l *lateRow) Confirm(
	ctx context.Context, id string, applied models.FeedPosition, stats models.ProcessStats,
) ([]models.Process, error) {
	if l.ids[id] == "" {
		row, _, err := l.Feed.Join(ctx, l.lease)
		if err != nil {
			return nil, err
		}
		l.ids[id] = row
	}
	return l.Feed.Confirm(ctx, l.ids[id], applied, stats)
}

func (l *lateRow) Leave(ctx context.Context, id string) error { return l.Feed.Leave(ctx, l.ids[id]) }

// timeless sees one history only, and takes every row for one of it.
type timeless struct {
	gate.Feed
	of *process
}

func (t timeless) Changes(
	ctx context.Context, after models.FeedPosition,
) (models.FeedPosition, []string, bool, error) {
	after.History = t.now()
	end, environments, complete, err := t.Feed.Changes(ctx, after)
	end.History = ""
	return end, environments, complete, err
}

func (t timeless) Join(ctx context.Context, lease time.Duration) (string, models.FeedPosition, error) {
	id, end, err := t.Feed.Join(ctx, lease)
	end.History = ""
	return id, end, err
}

func (t timeless) Confirm(
	ctx context.Context, id string, applied models.FeedPosition, stats models.ProcessStats,
) ([]models.Process, error) {
	applied.History = t.now()
	t.of.mu.Lock()
	t.of.db.begun = t.of.history
	t.of.mu.Unlock()
	return t.Feed.Confirm(ctx, id, applied, stats)
}

func (t timeless) now() string {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	return strconv.Itoa(t.of.history)
}

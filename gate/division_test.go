package gate_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dojo/gate"
	"dojo/models"
)

// board is a database in which processes find each other, and nothing changes.
type board struct {
	mu   sync.Mutex
	rows map[string]models.Process
}

func (b *board) Join(_ context.Context, lease time.Duration) (id string, end models.FeedPosition, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id = strconv.Itoa(len(b.rows))
	b.rows[id] = models.Process{ID: id, LeaseMS: lease.Milliseconds()}
	return id, end, nil
}

func (b *board) Changes(
	context.Context, models.FeedPosition,
) (end models.FeedPosition, environments []string, complete bool, err error) {
	return end, nil, true, nil
}

func (b *board) Confirm(
	_ context.Context, id string, _ models.FeedPosition, stats models.ProcessStats,
) (others []models.Process, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	row := b.rows[id]
	row.Stats, row.Renewals = stats, row.Renewals+1
	b.rows[id] = row
	for other, row := range b.rows {
		if other != id && row.OutAt == nil {
			others = append(others, row)
		}
	}
	return others, nil
}

func (b *board) MarkOut(ctx context.Context, seen models.Process) error { return b.Leave(ctx, seen.ID) }

func (b *board) Leave(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	row, now := b.rows[id], time.Now()
	row.OutAt = &now
	b.rows[id] = row
	return nil
}

// limitOfAll is the limit that processes share here.
const limitOfAll = 100

// share has processes share a limit, until the test ends or the process's stop is called.
func share(t *testing.T, processes int) (gates []*gate.Gate, stops []func()) {
	t.Helper()
	from := &source{}
	from.set(grant("one", models.Secret, models.Development), grant("two", models.Secret, models.Production))
	rows := &board{rows: map[string]models.Process{}}
	for range processes {
		g := gate.New(from, digest, time.Now)
		g.SetLimit(limitOfAll)
		f := gate.NewFollower(g, rows, 10*time.Second,
			func() models.ProcessStats { return models.ProcessStats{Listening: true} })
		began := time.Now()
		f.SetClock(func() time.Duration { return time.Hour + time.Since(began) })
		g.TrustWhile(f.Sure)
		if err := f.Join(t.Context()); err != nil {
			t.Fatal(err)
		}
		running, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { f.Run(running); close(ended) }()
		stop := sync.OnceFunc(func() { cancel(); <-ended; g.Close() })
		t.Cleanup(stop)
		gates, stops = append(gates, g), append(stops, stop)
		time.Sleep(137 * time.Millisecond) // processes do not start at the same moment
	}
	time.Sleep(3 * time.Second)
	return gates, stops
}

// second sends each gate so many requests in a second, evenly, and returns how many were
// let in.
func second(t *testing.T, gates []*gate.Gate, requests ...int) (accepted int) {
	t.Helper()
	const steps = 1000
	for step := range steps {
		for i, g := range gates {
			for range requests[i]*(step+1)/steps - requests[i]*step/steps {
				switch outcome := g.CheckKey(keyText("one")).Outcome; outcome {
				case models.Accepted:
					accepted++
				case models.RateLimited:
				default:
					t.Fatal(outcome)
				}
			}
		}
		time.Sleep(time.Second / steps)
	}
	return accepted
}

// TestDivision: three processes let pass what one would: of too many requests the limit, with
// 5 % less at most, wherever they come, once two seconds have passed; and all of fewer.
func TestDivision(t *testing.T) {
	for name, test := range map[string]struct {
		requests  [3]int
		first     int // let in at most in the first two seconds, twice the limit in a bucket among it
		low, high int // in each second after that
	}{
		"all at one process, too many": {[3]int{300, 0, 0}, 400, 95, 101},
		"all at one process, few":      {[3]int{90, 0, 0}, 180, 90, 90},
		"evenly, too many":             {[3]int{200, 200, 200}, 700, 98, 103},
		"evenly, few":                  {[3]int{30, 30, 30}, 180, 90, 90},
		"unevenly, too many":           {[3]int{400, 100, 20}, 800, 95, 103},
		"unevenly, few":                {[3]int{80, 8, 2}, 180, 90, 90},
		"at two processes, too many":   {[3]int{200, 200, 0}, 700, 95, 103},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gates, _ := share(t, 3)
				first := second(t, gates, test.requests[:]...) + second(t, gates, test.requests[:]...)
				if first > test.first {
					t.Errorf("in the first two seconds %d were let in, want at most %d", first, test.first)
				}
				t.Logf("in the first two seconds %d were let in", first)
				second(t, gates, test.requests[:]...) // what is left in buckets
				second(t, gates, test.requests[:]...)
				for range 5 {
					n := second(t, gates, test.requests[:]...)
					if n < test.low || n > test.high {
						t.Errorf("%d were let in within a second, want %d to %d", n, test.low, test.high)
					}
				}
			})
		})
	}
}

// TestDivisionFollows: when requests come to another process, as they do when a process is
// restarted, those within half the limit all pass; of too many, at most three times the limit pass
// in the first second, and the limit from the third on.
func TestDivisionFollows(t *testing.T) {
	t.Run("half the limit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			gates, _ := share(t, 3)
			for i := range 12 {
				requests := []int{0, 0, 0}
				requests[i/2%3] = limitOfAll / 2
				if n := second(t, gates, requests...); n != limitOfAll/2 {
					t.Errorf("second %d: %d of %d were let in", i, n, limitOfAll/2)
				}
			}
		})
	})
	t.Run("too many", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			gates, _ := share(t, 3)
			for i := range 18 {
				requests := []int{0, 0, 0}
				requests[i/6%3] = 3 * limitOfAll
				n := second(t, gates, requests...)
				t.Logf("second %d: %d", i, n)
				if since := i % 6; n > 3*limitOfAll || since >= 3 && (n < 93 || n > 103) {
					t.Errorf("second %d after the turn: %d were let in", since, n)
				}
			}
		})
	})
}

// TestDivisionWhenAProcessEnds: what it had goes to the others, at once when it ends in good order.
func TestDivisionWhenAProcessEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates, stops := share(t, 3)
		for range 4 {
			second(t, gates, 200, 200, 200)
		}
		stops[2]()
		second(t, gates[:2], 200, 200)
		second(t, gates[:2], 200, 200)
		stops[1]()
		second(t, gates[:1], 200)
		for range 3 {
			if n := second(t, gates[:1], 200); n < 99 || n > 101 {
				t.Errorf("the last process lets %d in", n)
			}
		}
	})
}

// TestDivisionOfABurst: of twice the limit at once, at one process, the limit and a part of it pass:
// half the bucket of a part, and half the bucket that it becomes.
func TestDivisionOfABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates, _ := share(t, 3)
		accepted := 0
		for range 2 * limitOfAll {
			if gates[0].CheckKey(keyText("one")).Outcome == models.Accepted {
				accepted++
			}
			time.Sleep(100 * time.Microsecond)
		}
		if want := limitOfAll * 4 / 3; accepted < want || accepted > 2*limitOfAll {
			t.Errorf("%d of %d were let in, want %d", accepted, 2*limitOfAll, want)
		}
	})
}

// TestDivisionOfManyEnvironments: what is told of is bounded, whatever comes.
func TestDivisionOfManyEnvironments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, rows := &source{}, &board{rows: map[string]models.Process{}}
		var grants []models.Grant
		for i := range 500 {
			g := grant(strconv.Itoa(i), models.Secret, models.Development)
			g.EnvironmentID = "environment" + strconv.Itoa(i)
			grants = append(grants, g)
		}
		from.set(grants...)
		g := gate.New(from, digest, time.Now)
		defer g.Close()
		g.SetLimit(1)
		f := gate.NewFollower(g, rows, 10*time.Second, func() models.ProcessStats { return models.ProcessStats{} })
		for range 2 { // the second one is there for the first
			if err := f.Join(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for i := range grants {
			g.CheckKey(keyText(strconv.Itoa(i)))
		}
		time.Sleep(time.Second)
		if err := f.Join(t.Context()); err != nil {
			t.Fatal(err)
		}
		if told := len(rows.rows[f.Process()].Stats.Demands); told != 100 {
			t.Errorf("%d environments are told of, want 100", told)
		}
	})
}

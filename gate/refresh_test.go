package gate_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"dojo/gate"
	"dojo/models"
)

const production = "production id"

var errDown = errors.New("the database is down")

func TestRefreshReplacesAnEnvironment(t *testing.T) {
	old, other := grant("old", models.Secret, models.Production), grant("other", models.Secret, models.Development)
	g, src := opened(t, old, other)
	src.set(grant("new", models.Secret, models.Production), other)
	check(t, g, "old", models.Accepted)
	g.Refresh(t.Context(), production, unknown)
	check(t, g, "old", models.UnknownKey)
	check(t, g, "new", models.Accepted)
	check(t, g, "other", models.Accepted)
	if accepts(g, old.KeyID) || !accepts(g, "id of new") {
		t.Error("Accepts does not follow the refresh")
	}
}

// TestRefreshReadsWhatIsNewOnly: what was read at a position of the feed is not read again for it
// or one before, and is for everything else.
func TestRefreshReadsWhatIsNewOnly(t *testing.T) {
	at := func(last int64, history string) models.FeedPosition {
		return models.FeedPosition{Last: last, History: history}
	}
	for name, test := range map[string]struct {
		before, then models.FeedPosition
		between      func(g *gate.Gate, src *source)
		reads        bool
	}{
		"the same change":            {before: at(7, "a"), then: at(7, "a")},
		"an older one":               {before: at(7, "a"), then: at(6, "a")},
		"a newer one":                {before: at(7, "a"), then: at(8, "a"), reads: true},
		"one of another history":     {before: at(7, "a"), then: at(7, "b"), reads: true},
		"one that may have happened": {before: at(7, "a"), then: models.FeedPosition{}, reads: true},
		"after one of these":         {before: models.FeedPosition{}, then: models.FeedPosition{}, reads: true},
		"after all was read anew": {before: at(7, "a"), then: at(7, "a"), reads: true,
			between: func(g *gate.Gate, _ *source) { g.Suspend(); _ = g.Load(context.Background()) }},
		"after a read that failed": {before: at(7, "a"), then: at(7, "a"), reads: true,
			between: func(g *gate.Gate, src *source) {
				src.fail(errDown)
				g.Refresh(context.Background(), production, at(8, "a"))
				src.fail(nil)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, src := opened(t, grant("a", models.Secret, models.Production))
				g.Refresh(t.Context(), production, test.before)
				if test.between != nil {
					test.between(g, src)
				}
				src.set()
				g.Refresh(t.Context(), production, test.then)
				want := models.Accepted
				if test.reads {
					want = models.UnknownKey
				}
				check(t, g, "a", want)
			})
		})
	}
}

func TestFailedRefreshSuspendsTheEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, src := opened(t, grant("a", models.Secret, models.Production), grant("b", models.Secret, models.Development))
		src.set(grant("b", models.Secret, models.Development))
		src.fail(errDown)
		g.Refresh(t.Context(), production, unknown)
		check(t, g, "a", models.GateUnavailable)
		check(t, g, "b", models.Accepted)
		if accepts(g, "id of a") {
			t.Error("Accepts a key of a suspended environment")
		}

		time.Sleep(time.Hour)
		check(t, g, "a", models.GateUnavailable)
		src.fail(nil)
		time.Sleep(6 * time.Second) // longer than the longest pause between retries
		check(t, g, "a", models.UnknownKey)
	})
}

func TestPanickingSourceSuspendsTheEnvironment(t *testing.T) {
	g, src := opened(t, grant("a", models.Secret, models.Production))
	src.fail(errDown) // so that the retries do not succeed meanwhile
	src.read = func() {
		src.change(func() { src.read = nil })
		panic("a fault in the source")
	}
	func() {
		defer func() { recover() }()
		g.Refresh(t.Context(), production, unknown)
	}()
	check(t, g, "a", models.GateUnavailable)
}

func TestSuspendAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, src := opened(t, grant("a", models.Secret, models.Production))
		g.Suspend()
		check(t, g, "a", models.GateUnavailable)
		check(t, g, "unknown", models.GateUnavailable)
		if accepts(g, "id of a") {
			t.Error("a key is let in while suspended")
		}

		src.fail(errDown)
		g.Resume()
		time.Sleep(time.Hour)
		check(t, g, "a", models.GateUnavailable)

		src.set(grant("b", models.Secret, models.Production))
		src.fail(nil)
		time.Sleep(6 * time.Second)
		check(t, g, "a", models.UnknownKey)
		check(t, g, "b", models.Accepted)
	})
}

// TestLoadsAtOnce: that another one has opened the gate meanwhile is no failure.
func TestLoadsAtOnce(t *testing.T) {
	g, _ := opened(t, grant("a", models.Secret, models.Production))
	for range 200 {
		g.Suspend()
		var loads errgroup.Group
		for range 8 {
			loads.Go(func() error { return g.Load(t.Context()) })
		}
		if err := loads.Wait(); err != nil {
			t.Fatal(err)
		}
		check(t, g, "a", models.Accepted)
	}
}

func TestSuspendWinsOverALoadUnderWay(t *testing.T) {
	g, src := opened(t, grant("a", models.Secret, models.Production))
	src.change(func() { src.read = g.Suspend })
	if err := g.Load(t.Context()); err == nil {
		t.Error("Load opened a gate that was suspended meanwhile")
	}
	check(t, g, "a", models.GateUnavailable)
}

// A refresh that has read before another one must not put what it read in place
// after it.
func TestRefreshesApplyInTheOrderOfTheirReads(t *testing.T) {
	g, src := opened(t, grant("a", models.Secret, models.Production))
	reading, proceed := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	first.Store(true)
	src.change(func() {
		src.read = func() {
			if first.Swap(false) {
				close(reading)
				<-proceed
			}
		}
	})
	var both sync.WaitGroup
	both.Go(func() { g.Refresh(context.Background(), production, unknown) })
	<-reading
	src.set()
	second := make(chan struct{})
	both.Go(func() {
		g.Refresh(context.Background(), production, unknown)
		close(second)
	})
	select {
	case <-second:
	case <-time.After(50 * time.Millisecond): // it waits for the first, as it should
	}
	close(proceed)
	both.Wait()
	check(t, g, "a", models.UnknownKey)
}

// Many check while keys are revoked and failures come and go. Once a refresh
// after a revocation has returned, or anybody has seen a key refused, nobody sees
// it accepted again.
func TestRefusedIsForEver(t *testing.T) {
	for _, most := range []int{0, 50} {
		t.Run(fmt.Sprint("at most ", most), func(t *testing.T) { refusedIsForEver(t, most) })
	}
}

func refusedIsForEver(t *testing.T, most int) {
	const keys = 200
	names := make([]string, keys)
	grants := make([]models.Grant, keys)
	for i := range names {
		names[i] = string(rune('a'+i%26)) + string(rune('a'+i/26))
		grants[i] = grant(names[i], models.Secret, models.Production)
	}
	g, src := bounded(t, most, grants...)
	var refused [keys]atomic.Bool
	var done atomic.Bool
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := 0; !done.Load(); i = (i + 1) % keys {
				before := refused[i].Load()
				switch outcome := g.CheckKey(keyText(names[i])).Outcome; {
				case outcome == models.UnknownKey:
					refused[i].Store(true)
				case outcome == models.Accepted && before:
					t.Errorf("key %d was accepted after it was refused", i)
					return
				}
			}
		})
	}
	var writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			for i := w; i < keys; i += 2 {
				src.change(func() {
					src.grants = append([]models.Grant(nil), src.grants...)
					for j := range src.grants {
						if src.grants[j].KeyID == grants[i].KeyID {
							src.grants = append(src.grants[:j], src.grants[j+1:]...)
							break
						}
					}
					src.err = nil
					if i%10 == 0 {
						src.err = errDown
					}
				})
				g.Refresh(context.Background(), production, unknown)
				if outcome := g.CheckKey(keyText(names[i])).Outcome; outcome == models.Accepted {
					t.Errorf("key %d is accepted after its revocation", i)
				}
				refused[i].Store(true)
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
}

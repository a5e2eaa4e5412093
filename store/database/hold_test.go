package database

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gorm.io/gorm"
)

// fakeKeeper is a lock that answers as it is told.
type fakeKeeper struct {
	mu     sync.Mutex
	wait   bool
	answer error
	stall  time.Duration // before the next answer, once
	claims int
}

func (f *fakeKeeper) set(change func(f *fakeKeeper)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakeKeeper) claim(context.Context, string) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claims++
	return f.wait, f.answer
}

func (f *fakeKeeper) check(ctx context.Context, _ string) error {
	f.mu.Lock()
	stall, answer := f.stall, f.answer
	f.stall = 0
	f.mu.Unlock()
	select {
	case <-time.After(stall):
		return answer
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fakeKeeper) fence(context.Context, *Engine, gorm.ConnPool, string) error { return nil }
func (f *fakeKeeper) release(string)                                              {}

// held opens a hold on a fake lock, in a bubble of time.
func held(t *testing.T, f *fakeKeeper) (e *Engine, news func() []bool) {
	t.Helper()
	e = &Engine{hold: newHold(f)}
	var mu sync.Mutex
	var told []bool
	e.OnHold(func(held bool) { mu.Lock(); defer mu.Unlock(); told = append(told, held) })
	if e.Sure() {
		t.Error("sure before the claim")
	}
	if err := e.Claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.hold.release)
	return e, func() []bool { mu.Lock(); defer mu.Unlock(); return told }
}

func TestAStallWithinTheLeaseHurtsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeKeeper{}
		e, news := held(t, f)
		for range 20 {
			f.set(func(f *fakeKeeper) { f.stall = 1600 * time.Millisecond })
			for range 30 {
				if time.Sleep(100 * time.Millisecond); !e.Sure() {
					t.Fatal("a database that stalled for 1.6 seconds cost the hold")
				}
			}
		}
		if n := news(); len(n) > 0 {
			t.Errorf("told %v", n)
		}
		e.hold.release()
	})
}

func TestALongStallEndsTheLeaseUntilTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeKeeper{}
		e, news := held(t, f)
		f.set(func(f *fakeKeeper) { f.stall, f.answer = time.Hour, errors.New("the server is away") })
		time.Sleep(holdLease)
		synctest.Wait()
		if e.Sure() {
			t.Error("sure after the lease")
		}
		if err := e.Fence(t.Context(), nil); !errors.Is(err, errNoHold) {
			t.Errorf("a change is fenced with %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := news(); len(n) != 1 || n[0] {
			t.Errorf("told %v; want that it is lost, once", n)
		}
		f.set(func(f *fakeKeeper) { f.answer = nil })
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := news(); !e.Sure() || len(n) != 2 || !n[1] {
			t.Errorf("sure %v, told %v; want that it is back", e.Sure(), n)
		}
		if f.claims != 1 {
			t.Errorf("it claimed %d times what nobody had taken", f.claims)
		}
		e.hold.release()
	})
}

func TestAnotherProcessEndsTheLeaseAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeKeeper{}
		e, news := held(t, f)
		f.set(func(f *fakeKeeper) { f.answer = errLost })
		time.Sleep(holdInterval + time.Millisecond)
		synctest.Wait()
		if n := news(); e.Sure() || len(n) != 1 || n[0] {
			t.Fatalf("sure %v, told %v", e.Sure(), n)
		}
		// It comes back, from one that may still answer: that one's lease is waited for.
		f.set(func(f *fakeKeeper) { f.answer, f.wait = nil, true })
		time.Sleep(holdLease)
		synctest.Wait()
		if e.Sure() {
			t.Error("sure within the lease of the process before")
		}
		time.Sleep(3 * holdLease)
		synctest.Wait()
		if n := news(); !e.Sure() || len(n) != 2 || !n[1] {
			t.Errorf("sure %v, told %v; want that it is back", e.Sure(), n)
		}
		e.hold.release()
	})
}

func TestTakingOverWaitsForTheLeaseBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		e, _ := held(t, &fakeKeeper{wait: true})
		if waited := time.Since(start); waited <= holdLease {
			t.Errorf("it took over after %v", waited)
		}
		if !e.Sure() {
			t.Error("not sure after the claim")
		}
		e.hold.release()
		if e.Sure() {
			t.Error("sure after the release")
		}
	})
}

func TestWhetherAProcessHasEnded(t *testing.T) {
	me := ThisProcess()
	if me == "" {
		t.Fatal("this process has no name")
	}
	if Ended(me) {
		t.Error("this process has ended")
	}
	for _, unknown := range []string{"", "x", "other-boot pid:[1] 1 1", processSpace() + " x 1"} {
		if Ended(unknown) {
			t.Errorf("%q is said to have ended", unknown)
		}
	}
	if !Ended(processSpace() + " " + "1 0") {
		t.Error("an id that another process has now is taken for the one before")
	}
	other := exec.Command(os.Args[0], "-test.run=^$")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	began, ok := processBegan(other.Process.Pid)
	if !ok || began == "none" {
		t.Errorf("a process that runs began %q, %v", began, ok)
	}
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	if began, ok := processBegan(other.Process.Pid); !ok || began != "none" {
		t.Errorf("a process that has ended began %q, %v", began, ok)
	}
}

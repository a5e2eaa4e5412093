package api

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// sending is a body on its way in.
func sending(t *testing.T, p *bodyPool, team string, size int64) *body {
	b := &body{pool: p, teamID: team, pace: newPace(time.Now()), gone: make(chan struct{})}
	b.abort = func() { go b.release() } // as who reads it would do
	if err := p.take(t.Context(), b, size); err != nil {
		t.Fatalf("%s: %v", team, err)
	}
	return b
}

// send has the bodies come at a speed, in bytes a second, for a while.
func send(speed int, while time.Duration, bodies ...*body) {
	for range while / time.Second {
		time.Sleep(time.Second)
		for _, b := range bodies {
			b.arrived(speed, false)
		}
	}
}

func acquired(t *testing.T, p *bodyPool, team string, size int64) error {
	b := &body{pool: p, teamID: team, pace: newPace(time.Now()), gone: make(chan struct{}), abort: func() {}}
	defer b.release()
	return p.take(t.Context(), b, size)
}

// Whoever holds a team's half without sending makes room for who sends.
func TestTheSlowestOfATeamMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * time.Minute) // until the senders are done
		p := newBodyPool(1000)
		slow, slower, fast := sending(t, p, "a", 200), sending(t, p, "a", 200), sending(t, p, "a", 100)
		go send(slowBody/2, 5*time.Second, slow)
		send(2*slowBody, 5*time.Second, fast)
		begun := time.Now()
		if err := acquired(t, p, "a", 150); err != nil || time.Since(begun) > budgetPause {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		if !slower.givenUp || slow.givenUp || fast.givenUp {
			t.Errorf("given up: %t, %t, %t", slower.givenUp, slow.givenUp, fast.givenUp)
		}
	})
}

// Bodies that come as they should are waited for, and then their team is told to come
// again; other teams do not notice.
func TestATeamHasHalf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * time.Minute) // until the senders are done
		p := newBodyPool(1000)
		a := sending(t, p, "a", 500)
		go send(2*slowBody, 20*time.Second, a)
		time.Sleep(3 * time.Second)
		begun := time.Now()
		if err := acquired(t, p, "b", 500); err != nil || time.Since(begun) > 0 {
			t.Errorf("another team: after %s: %v", time.Since(begun), err)
		}
		if err := acquired(t, p, "a", 100); err == nil || time.Since(begun) < budgetTimeout {
			t.Errorf("the same team: after %s: %v", time.Since(begun), err)
		}
		time.AfterFunc(time.Second, a.release)
		if err := acquired(t, p, "a", 500); err != nil || a.givenUp {
			t.Errorf("once there is room: %v", err)
		}
	})
}

// Teams that hold everything, however fast they send, cannot keep a third one out.
func TestNobodyIsKeptOutByOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * time.Minute) // until the senders are done
		p := newBodyPool(1000)
		var held []*body
		for i := range 10 {
			held = append(held, sending(t, p, fmt.Sprint("team ", i%2), 100))
		}
		go send(2*slowBody, 60*time.Second, held...)
		time.Sleep(3 * time.Second)
		begun := time.Now()
		if err := acquired(t, p, "c", 300); err != nil || time.Since(begun) > 2*bodyGrace {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		left := 0
		for _, b := range held {
			if b.givenUp {
				left++
			}
		}
		if left != 3 {
			t.Errorf("%d were given up for 300", left)
		}
	})
}

// What is read to its end is at work, and is not given up; nor is what has just begun.
func TestWhatIsReadIsNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * time.Minute) // until the senders are done
		p := newBodyPool(1000)
		read := sending(t, p, "a", 500)
		read.arrived(100, true)
		time.Sleep(time.Minute)
		if err := acquired(t, p, "a", 100); err == nil || read.givenUp {
			t.Errorf("%v, given up: %t", err, read.givenUp)
		}
		young := sending(t, p, "b", 500)
		begun := time.Now()
		if err := acquired(t, p, "b", 100); err != nil || time.Since(begun) < bodyGrace || !young.givenUp {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
	})
}

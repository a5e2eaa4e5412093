package handlers

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestTriesAtTheSameMoment: whoever tries many passwords at once gets no more
// tries than one after the other.
func TestTriesAtTheSameMoment(t *testing.T) {
	now := time.Now()
	limits := newSignInLimits(func() time.Time { return now })
	for round := range 5000 { // two that begin to count at once are rare
		var passed atomic.Int64
		var all sync.WaitGroup
		begin := make(chan struct{})
		account := fmt.Sprintf("ade-%d@acme.example", round)
		for i := range 2 * accountTries {
			address := fmt.Sprintf("10.%d.%d.%d", round/256, round%256, i)
			all.Go(func() {
				<-begin
				if limits.take(account, address) == 0 {
					passed.Add(1)
				}
			})
		}
		close(begin)
		all.Wait()
		if passed.Load() != accountTries {
			t.Fatalf("round %d: %d of %d passed; want %d", round, passed.Load(), 2*accountTries, accountTries)
		}
	}
}

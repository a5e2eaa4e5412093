package handlers

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// TestTriesAtTheSameMoment: whoever tries many passwords at once gets no more
// tries than one after the other.
func TestTriesAtTheSameMoment(t *testing.T) {
	for round := range 50 {
		tries := newTries()
		var passed atomic.Int64
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if tries.take("ade@acme.example", fmt.Sprintf("198.51.100.%d", i)) == 0 {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != accountTries {
			t.Fatalf("round %d: %d of 40 passed; want %d", round, passed.Load(), accountTries)
		}
	}
}

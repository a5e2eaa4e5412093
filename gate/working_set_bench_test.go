package gate_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// findable is a million that finds the first keys by their digests.
type findable struct {
	million
	numbers map[[32]byte]int
}

func (f findable) GrantByDigest(_ context.Context, digest [32]byte) (models.Grant, bool, error) {
	number, found := f.numbers[digest]
	if !found {
		return models.Grant{}, false, nil
	}
	return f.grant(number), true, nil
}

// BenchmarkWorkingSet reports how much memory a key takes that is remembered because it was
// looked up, where not all may be held.
func BenchmarkWorkingSet(b *testing.B) {
	const held = 100_000
	source := findable{million{held + 1}, make(map[[32]byte]int, held)}
	for i := range held {
		source.numbers[quickDigest(millionKey(i))] = i
	}
	for b.Loop() {
		before := heap()
		g := gate.New(source, quickDigest, func() time.Time { return noon })
		g.HoldAtMost(held)
		g.SetLimit(1_000_000)
		if err := g.Load(b.Context()); err != nil {
			b.Fatal(err)
		}
		for i := range held {
			g.CheckKey(millionKey(i))
		}
		b.ReportMetric(float64(heap()-before)/held, "B/key")
		g.Close()
		runtime.KeepAlive(g)
	}
}

package gate_test

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// benchKeys is the size of an installation of 10,000 teams.
const benchKeys = 60_000

func benchGate(b *testing.B) *gate.Gate {
	grants := make([]models.Grant, benchKeys)
	for i := range grants {
		grants[i] = grant(strconv.Itoa(i), models.Secret, models.Production)
		grants[i].EnvironmentID = strconv.Itoa(i / 2)
	}
	g := gate.New(&source{grants: grants}, digest, time.Now)
	b.Cleanup(g.Close)
	if err := g.Load(context.Background()); err != nil {
		b.Fatal(err)
	}
	return g
}

func BenchmarkCheck(b *testing.B) {
	g, key := benchGate(b), keyText("12345")
	b.ReportAllocs()
	for b.Loop() {
		if outcome := g.CheckKey(key).Outcome; outcome != models.Accepted {
			b.Fatal(outcome)
		}
	}
}

func BenchmarkCheckParallel(b *testing.B) {
	g, key := benchGate(b), keyText("12345")
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			g.CheckKey(key)
		}
	})
}

// BenchmarkCheckWhileRefreshing has one more goroutine that refreshes without a
// pause.
func BenchmarkCheckWhileRefreshing(b *testing.B) {
	g, key := benchGate(b), keyText("12345")
	ctx, stop := context.WithCancel(context.Background())
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			g.Refresh(ctx, strconv.Itoa(i%benchKeys), unknown)
		}
	})
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			g.CheckKey(key)
		}
	})
	stop()
	writer.Wait()
}

func BenchmarkRefuses(b *testing.B) {
	g := benchGate(b)
	for b.Loop() {
		g.Refuses("12345", "unknown")
	}
}

// BenchmarkCollect is what the index costs in each cycle of the garbage
// collector.
func BenchmarkCollect(b *testing.B) {
	g := benchGate(b)
	for b.Loop() {
		runtime.GC()
	}
	runtime.KeepAlive(g)
}

package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

const (
	floodKeys      = 1_000_000
	floodAddresses = 100_000
	floodClients   = 16
)

// flood has clients at made-up addresses show keys as fast as they are answered.
type flood struct {
	w   *webtest.API
	key func(n int) string
}

func (f flood) ask(n int, key string) int {
	request := httptest.NewRequest(http.MethodGet, "/verify", nil)
	request.Header.Set("X-Api-Key", key)
	n %= floodAddresses
	request.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255))
	request.RemoteAddr = webtest.Proxy
	answer := httptest.NewRecorder()
	f.w.Echo.ServeHTTP(answer, request)
	return answer.Code
}

// run makes the requests and returns the 99th percentile of the time that a good key waits
// meanwhile.
func (f flood) run(b *testing.B, requests int) time.Duration {
	good := f.w.Secret()
	var left atomic.Int64
	left.Store(int64(requests))
	var clients sync.WaitGroup
	for range floodClients {
		clients.Go(func() {
			for n := left.Add(-1); n >= 0; n = left.Add(-1) {
				f.ask(int(n), f.key(int(n)))
			}
		})
	}
	var took []time.Duration
	for left.Load() > 0 {
		began := time.Now()
		if code := f.ask(0, good); code != http.StatusOK {
			b.Fatalf("the good key is answered with %d", code)
		}
		took = append(took, time.Since(began))
		time.Sleep(time.Millisecond) // the pace of the client, which is no part of what is measured
	}
	clients.Wait()
	slices.Sort(took)
	return took[len(took)*99/100]
}

// BenchmarkFloodOfUnknownKeys compares how long a good key waits while as many clients show
// made-up keys, from many addresses, with how long it does while they show good ones; and
// reports by how much memory grows and how many lines are logged. Once all keys are in
// memory, and once the gate looks keys up.
func BenchmarkFloodOfUnknownKeys(b *testing.B) {
	for _, c := range []struct {
		name           string
		most, requests int
	}{{"held", 0, floodKeys}, {"looked-up", 1, floodKeys / 50}} {
		b.Run(c.name, func(b *testing.B) {
			w := webtest.NewAPI(b, storetest.OpenSQLite(b))
			w.Gate.HoldAtMost(c.most)
			if err := w.Gate.Load(context.Background()); err != nil {
				b.Fatal(err)
			}
			secret := w.Secret()
			ctx, cancel := context.WithCancel(context.Background())
			var collecting sync.WaitGroup
			collecting.Go(func() { w.Evidence.Run(ctx) })
			defer collecting.Wait()
			defer cancel()
			var ratios []float64
			lines, before := strings.Count(w.Log.String(), "\n"), heapInUse()
			for b.Loop() {
				good := flood{w, func(int) string { return secret }}.run(b, c.requests)
				bogus := flood{w, func(int) string { return models.NewKey() }}.run(b, c.requests)
				ratios = append(ratios, bogus.Seconds()/good.Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "of-p99-under-good-keys")
			b.ReportMetric((heapInUse()-before)/(1<<20), "MiB-more")
			b.ReportMetric(float64(strings.Count(w.Log.String(), "\n")-lines), "log-lines")
		})
	}
}

func heapInUse() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

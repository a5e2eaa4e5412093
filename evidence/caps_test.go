package evidence_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dojo/evidence"
	"dojo/models"
)

func nobodys(_ int, o *evidence.Observation) {
	o.EnvironmentID, o.KeyID, o.Outcome, o.Status = "", "", models.UnknownKey, 401
}

var long = strings.Repeat("x", 1000)

// flood is one of many different requests, all longer than what is kept.
func flood(i int, o *evidence.Observation) {
	o.Address, o.UserAgent, o.Origin, o.Path = fmt.Sprint(i), fmt.Sprint(i, long), fmt.Sprint(i, long),
		fmt.Sprint("/", i, long)
	o.Method = fmt.Sprint("M", i)
}

func TestFloodsAreCapped(t *testing.T) {
	c, kept := collector()
	observe(c, 3_000, flood)
	observe(c, 3_000, func(i int, o *evidence.Observation) {
		flood(i, o)
		o.Outcome = models.KeyIsRevoked
	})
	observe(c, 3_000, func(i int, o *evidence.Observation) {
		flood(i, o)
		nobodys(i, o)
	})
	observe(c, 3, func(_ int, o *evidence.Observation) { o.EnvironmentID, o.KeyID = "quiet", "quiet key" })
	observe(c, 2, func(_ int, o *evidence.Observation) { o.Outcome = models.Missed })
	flush(t, c)
	got, logged := kept.all(), map[string]int{}
	for _, request := range got.Requests {
		logged[request.EnvironmentID+" "+string(request.Outcome)]++
	}
	want := map[string]int{
		"environment succeeded": 100, "environment revoked_key": 100, "environment missed": 2, " unknown_key": 100,
		"quiet succeeded": 3,
	}
	if fmt.Sprint(logged) != fmt.Sprint(want) {
		t.Errorf("logged were %v; want %v", logged, want)
	}
	callers := map[string]int{}
	for _, caller := range got.Callers {
		callers[caller.KeyID]++
	}
	if fmt.Sprint(callers) != "map[key:50 quiet key:1]" {
		t.Errorf("the callers were %v", callers)
	}
	if kept.counted() != 6_005 { // the requests with a key of somebody's are all counted
		t.Errorf("%d requests were counted", kept.counted())
	}
}

func TestManyEnvironmentsAreCapped(t *testing.T) {
	c, kept := collector()
	observe(c, 20_000, func(i int, o *evidence.Observation) {
		flood(i, o)
		o.EnvironmentID, o.KeyID = fmt.Sprint(i%1000), fmt.Sprint(i%1000)
	})
	flush(t, c)
	if got := kept.all(); len(got.Requests) > 2000 || len(got.Callers) > 2000 || len(got.Keys) != 1000 {
		t.Errorf("%d requests, %d callers and %d keys were kept", len(got.Requests), len(got.Callers), len(got.Keys))
	}
}

// While the database is away, what waits for it stays small.
func TestAnOutageIsCapped(t *testing.T) {
	c, kept := collector()
	kept.fail(errAway)
	for round := range 200 {
		observe(c, 400, func(i int, o *evidence.Observation) {
			flood(round*400+i, o)
			if i%2 == 0 {
				nobodys(i, o)
			}
		})
		_ = c.Flush(t.Context())
	}
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > 30<<20 {
		t.Errorf("%d MiB are held", memory.HeapAlloc>>20)
	}
	kept.fail(nil)
	flush(t, c)
	if got := kept.all(); len(got.Requests) > 1000 || len(got.Callers) > 200 || kept.counted() != 40_000 {
		t.Errorf("%d requests and %d callers were kept, %d counted", len(got.Requests), len(got.Callers),
			kept.counted())
	}
}

func TestObservingAllocatesNothing(t *testing.T) {
	c, _ := collector()
	o := observation()
	for range 1000 {
		c.Observe(&o)
	}
	if allocations := testing.AllocsPerRun(1000, func() { c.Observe(&o) }); allocations > 0 {
		t.Errorf("%v allocations a request; want none", allocations)
	}
}

package evidence_test

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"dojo/evidence"
	"dojo/models"
)

func TestRequestsAreAddedUp(t *testing.T) {
	c, kept := collector()
	start := observation().At
	observe(c, 4, func(i int, o *evidence.Observation) {
		o.At = start.Add(time.Duration(i) * time.Minute)
		if i == 2 {
			o.Outcome, o.Status = models.KeyIsRevoked, 401
		}
	})
	flush(t, c)
	got := kept.all()
	hour, last, refused := start.Truncate(time.Hour), start.Add(3*time.Minute), start.Add(2*time.Minute)
	agent := observation().UserAgent
	counts := map[models.Outcome]models.RequestCount{}
	for _, count := range got.Counts {
		counts[count.Outcome] = count
	}
	if want := (map[models.Outcome]models.RequestCount{
		models.Succeeded: {
			EnvironmentID: "environment", Hour: hour, KeyID: "key", Endpoint: "/verify", Outcome: models.Succeeded,
			Requests: 3,
		},
		models.KeyIsRevoked: {
			EnvironmentID: "environment", Hour: hour, KeyID: "key", Endpoint: "/verify", Outcome: models.KeyIsRevoked,
			Requests: 1,
		},
	}); !reflect.DeepEqual(counts, want) || len(got.Counts) != 2 {
		t.Errorf("the counts are %+v; want %+v", got.Counts, want)
	}
	if want := []models.KeyUse{{
		KeyID: "key", Accepted: 3, Refused: 1, LastAt: &last, LastAddress: "192.0.2.7", LastUserAgent: agent,
		LastRefusedAt: &refused,
	}}; !reflect.DeepEqual(got.Keys, want) {
		t.Errorf("the key's use is %+v; want %+v", got.Keys, want)
	}
	if want := []models.Caller{{
		KeyID: "key", EnvironmentID: "environment", Address: "192.0.2.7", UserAgent: agent, FirstSeenAt: start,
		LastSeenAt: last, Accepted: 3, Refused: 1,
	}}; !reflect.DeepEqual(got.Callers, want) {
		t.Errorf("the callers are %+v; want %+v", got.Callers, want)
	}
	if len(got.Requests) != 4 || got.Requests[3].Outcome != models.KeyIsRevoked {
		t.Errorf("the log is %+v; want 4 requests", got.Requests)
	}
}

// What is kept shares no memory with the request, all of which it would hold.
func TestNothingOfTheRequestIsHeld(t *testing.T) {
	c, kept := collector()
	memory := strings.Repeat("x", 4096)
	o := observation()
	o.ID, o.KeyID, o.EnvironmentID, o.Path, o.Method, o.Endpoint = memory[:26], memory[26:52], memory[52:78],
		memory[78:100], memory[100:104], memory[104:120]
	o.Address, o.UserAgent, o.Origin, o.Browser = memory[120:130], memory[130:160], memory[160:180], true
	c.Observe(&o)
	flush(t, c)
	held := func(text string) bool {
		at, from := uintptr(unsafe.Pointer(unsafe.StringData(text))), uintptr(unsafe.Pointer(unsafe.StringData(memory)))
		return at >= from && at < from+uintptr(len(memory))
	}
	var walk func(path string, value reflect.Value)
	walk = func(path string, value reflect.Value) {
		switch value.Kind() {
		case reflect.String:
			if value.Len() > 0 && held(value.String()) {
				t.Errorf("%s is part of the request's memory", path)
			}
		case reflect.Struct:
			for i := range value.NumField() {
				if value.Type().Field(i).IsExported() {
					walk(path+"."+value.Type().Field(i).Name, value.Field(i))
				}
			}
		case reflect.Slice:
			for i := range value.Len() {
				walk(path, value.Index(i))
			}
		}
	}
	walk("Use", reflect.ValueOf(kept.all()))
}

func TestHandsOverEveryFewSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, kept := collector()
		ctx, cancel := context.WithCancel(t.Context())
		go c.Run(ctx)
		observe(c, 1, func(int, *evidence.Observation) {})
		start := time.Now()
		time.Sleep(10 * evidence.Interval)
		synctest.Wait()
		if len(kept.at) != 1 || kept.at[0].Sub(start) > 5*time.Second {
			t.Errorf("one request was handed over at %v from %v on; want once, within 5 seconds", kept.at, start)
		}
		observe(c, 2, func(int, *evidence.Observation) {})
		cancel()
		synctest.Wait()
		flush(t, c) // as at the end
		if kept.counted() != 3 {
			t.Errorf("%d requests were handed over; want 3", kept.counted())
		}
	})
}

func TestAFailureLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, kept := collector()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.Run(ctx)
		kept.fail(errAway)
		for range 100 { // the database is away for minutes
			observe(c, 7, func(int, *evidence.Observation) {})
			time.Sleep(evidence.Interval)
		}
		kept.fail(nil)
		time.Sleep(evidence.Interval)
		synctest.Wait()
		if kept.counted() != 700 || len(kept.batches) != 1 || kept.all().Keys[0].Accepted != 700 {
			t.Errorf("%d requests in %d batches were handed over; want 700 in one", kept.counted(), len(kept.batches))
		}
		if logged := len(kept.all().Requests); logged == 0 || logged > 500 {
			t.Errorf("%d requests were logged; want 1 to 500", logged)
		}
	})
}

// A batch that can never be kept does not keep those after it from being kept.
func TestWhatCanNeverBeKeptIsGivenUp(t *testing.T) {
	c, kept := collector()
	observe(c, 1, func(int, *evidence.Observation) {})
	kept.fail(errOdd)
	for range 50 {
		_ = c.Flush(context.Background())
	}
	kept.fail(nil)
	observe(c, 2, func(int, *evidence.Observation) {})
	flush(t, c)
	if kept.counted() != 2 {
		t.Errorf("%d requests were handed over; want the 2 of afterwards", kept.counted())
	}
}

func TestObserveWhileHandingOver(t *testing.T) {
	c, kept := collector()
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			observe(c, 500, func(i int, o *evidence.Observation) {
				o.EnvironmentID, o.KeyID = string(rune('a'+i%5)), string(rune('a'+i%5))
				o.Address = string(rune('a' + worker))
				if i%50 == 0 {
					_ = c.Flush(context.Background())
				}
			})
		})
	}
	all.Wait()
	flush(t, c)
	if kept.counted() != 4000 {
		t.Errorf("%d requests were handed over; want 4000", kept.counted())
	}
}

// Who waits for a flush that takes long can leave.
func TestFlushEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := make(chan struct{})
		c := evidence.New(sinkFunc(func() { <-slow }), discard)
		observe(c, 1, func(int, *evidence.Observation) {})
		go c.Flush(t.Context())
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Flush(ctx); err == nil {
			t.Error("it did not say that it was not done")
		}
		close(slow)
	})
}

package evidence_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"dojo/evidence"
	"dojo/models"
)

// nowhere is where benchmarks hand over to.
type nowhere struct{}

func (nowhere) AddUse(context.Context, models.Use) error { return nil }

func observation() evidence.Observation {
	return evidence.Observation{
		Request: models.Request{
			ID: "abcdefghijklmnopqrstuvwxyz", EnvironmentID: "environment", KeyID: "key",
			At: time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC), Method: "GET", Path: "/verify",
			Endpoint: "/verify", Status: 200, Outcome: models.Succeeded, Address: "192.0.2.7",
			Duration:  10 * time.Microsecond,
			UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		},
		KeyKind: models.Secret, Environment: models.Development,
	}
}

func BenchmarkObserve(b *testing.B) {
	c := evidence.New(nowhere{}, slog.New(slog.DiscardHandler))
	o := observation()
	b.ReportAllocs()
	for b.Loop() {
		c.Observe(&o)
	}
}

// BenchmarkObserveParallel has all processors observe requests of 100
// environments.
func BenchmarkObserveParallel(b *testing.B) {
	c := evidence.New(nowhere{}, slog.New(slog.DiscardHandler))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		environments := make([]string, 100)
		for i := range environments {
			environments[i] = fmt.Sprintf("environment %d", i)
		}
		o := observation()
		for i := 0; pb.Next(); i++ {
			o.EnvironmentID = environments[i%100]
			c.Observe(&o)
		}
	})
}

// BenchmarkObserveFlood observes requests each of which has another user agent.
func BenchmarkObserveFlood(b *testing.B) {
	c := evidence.New(nowhere{}, slog.New(slog.DiscardHandler))
	agents := make([]string, 1<<16)
	for i := range agents {
		agents[i] = fmt.Sprintf("agent/%d", i)
	}
	o := observation()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		o.UserAgent = agents[i%len(agents)]
		c.Observe(&o)
	}
}

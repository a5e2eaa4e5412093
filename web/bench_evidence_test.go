package web_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"dojo/handlers/api"
	"dojo/store/storetest"
	"dojo/web"
)

// evidenceLoads are key checks of the same world, with nobody told of them and with
// a collector that hands over to the database as it does when serving.
func evidenceLoads(b *testing.B) (without, with *load) {
	w := newAPIWorld(b, storetest.OpenSQLite(b))
	path := "/verify?api_key=" + w.secret()
	blind := web.NewAPI(api.New(api.Options{Store: w.Store, Gate: w.gate, Logger: slog.New(slog.DiscardHandler)}))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.evidence.Run(ctx)
	}()
	b.Cleanup(func() { cancel(); <-ended })
	return newLoad(b, blind, path), newLoad(b, w.echo, path)
}

// BenchmarkVerifyWithEvidence reports how many requests a second /verify answers
// with the collector told of each, for each that it answers without, in short
// turns.
func BenchmarkVerifyWithEvidence(b *testing.B) {
	const turn = 2000 // requests
	without, with := evidenceLoads(b)
	without.run(b, turn)
	with.run(b, turn)
	var withoutTook, withTook time.Duration
	for b.Loop() {
		withTook += with.run(b, turn/2)
		withoutTook += without.run(b, turn)
		withTook += with.run(b, turn/2)
	}
	b.ReportMetric(withoutTook.Seconds()/withTook.Seconds(), "of-without-evidence")
	b.ReportMetric(float64(turn*b.N)/withTook.Seconds(), "with-req/s")
	b.ReportMetric(float64(turn*b.N)/withoutTook.Seconds(), "without-req/s")
}

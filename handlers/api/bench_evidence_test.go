package api_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"dojo/handlers/api"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// evidenceLoads are key checks of the same world, with nobody told of them and with
// a collector that hands over to the database as it does when serving.
func evidenceLoads(b *testing.B) (without, with *load) {
	w := webtest.NewAPI(b, storetest.OpenSQLite(b))
	path := "/verify?api_key=" + w.Secret()
	blind := web.NewAPI(api.New(api.Options{Store: w.Store, Gate: w.Gate, Logger: slog.New(slog.DiscardHandler)}))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Evidence.Run(ctx)
	}()
	b.Cleanup(func() { cancel(); <-ended })
	return newLoad(b, blind, path), newLoad(b, w.Echo, path)
}

// BenchmarkVerifyWithEvidence reports how many requests a second /verify answers
// with the collector told of each, for each that it answers without: the median of
// short turns, so that what else the machine does meets both.
func BenchmarkVerifyWithEvidence(b *testing.B) {
	const turn = 500 // requests
	without, with := evidenceLoads(b)
	without.run(b, turn)
	with.run(b, turn)
	var ratios []float64
	var took time.Duration
	for b.Loop() {
		told := with.run(b, turn)
		untold := without.run(b, 2*turn)
		told += with.run(b, turn)
		ratios, took = append(ratios, untold.Seconds()/told.Seconds()), took+told
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "of-without-evidence")
	b.ReportMetric(float64(2*turn*b.N)/took.Seconds(), "with-req/s")
}

package web_test

import (
	"net/http"
	"runtime"
	"testing"

	"dojo/models"
)

// BenchmarkDayLimit compares the key check of an environment whose agreement limits the
// requests of a second and of a day, none of which is reached, with that of one without limits.
func BenchmarkDayLimit(b *testing.B) {
	dojo, key, w := startDojo(b)
	terms := w.Agreement()
	terms.Covers, terms.PerSecond, terms.PerDay = []models.EnvironmentKind{models.Production}, models.MaxPerSecond,
		models.MaxPerDay
	_, err := w.Desk().CreateAgreement(b.Context(), w.Acme.Slug, terms, "")
	must(b, err)
	limitedKey, err := w.Team(w.Olivia, w.Acme).ViewKey(b.Context(), models.Production,
		w.Key(models.Production, models.Secret).ID)
	must(b, err)
	s := dojo()
	free := newTurns(b, s, s.addresses[0], "/verify?api_key="+key, http.StatusOK)
	limited := newTurns(b, s, s.addresses[0], "/verify?api_key="+limitedKey, http.StatusOK)
	for _, t := range []*turns{free, limited} {
		t.run(b)
		t.forget()
	}
	for b.Loop() {
		for _, t := range []*turns{free, limited} {
			runtime.GC()
			t.run(b)
		}
	}
	b.ReportMetric(of(free.took, limited.took), "of-req/s-without")
	b.ReportMetric(of(limited.processor, free.processor), "of-processor-without")
	b.ReportMetric(limited.perSecond(), "req/s")
	b.ReportMetric(0, "ns/op")
}

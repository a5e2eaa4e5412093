package metrics

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"dojo/models"
)

// Metrics has the figures of one server. It is safe for concurrent use. What is counted on
// the way of a key check was made before, so that counting is a few atomic additions.
type Metrics struct {
	registry *prometheus.Registry

	checks   map[models.Outcome]prometheus.Counter
	checked  atomic.Uint64 // all of them
	requests [faces]face

	lag      prometheus.Histogram
	receipts prometheus.Histogram

	databaseTook   map[models.Work]prometheus.Observer
	databaseErrors map[string]prometheus.Counter

	uploads        map[models.Uploader]map[string]prometheus.Counter
	records, bytes prometheus.Counter

	signIns  map[models.Factor]map[models.SignInOutcome]prometheus.Counter
	sessions prometheus.Counter
}

// New makes metrics that are all zero. Each server has its own.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.makeRequests()
	m.makeDatabase()
	m.makeUploads()
	m.makeSignIns()
	m.lag = m.histogram("dojo_change_lag_seconds", "From the commit of a change of what keys may do until it was in "+
		"force in this process.", shortTimes)
	m.receipts = m.histogram("dojo_receipt_duration_seconds", "From the commit of a change that takes something away "+
		"from keys until no process acted on what was before. Each receipt is counted by one process.", waitTimes)
	info := m.gauges("dojo_build_info", "Always 1; the labels say what runs.", "version", "go")
	info.WithLabelValues(version, goVersion()).Set(1)
	return m
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return ""
}

// The bounds of histograms, in seconds: of what is answered from memory, and of what
// waits for others.
var (
	shortTimes = []float64{
		.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30,
	}
	waitTimes = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600}
)

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return vec
}

func (m *Metrics) gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return vec
}

func (m *Metrics) histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
	m.registry.MustRegister(vec)
	return vec
}

func (m *Metrics) histogram(name, help string, bounds []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
	m.registry.MustRegister(h)
	return h
}

// InForce is told how long it took until a change of what keys may do, which any process
// made, was in force in this one.
func (m *Metrics) InForce(lag time.Duration) { m.lag.Observe(lag.Seconds()) }

// Settled is told how long it took until a change was in force in all processes.
func (m *Metrics) Settled(took time.Duration) { m.receipts.Observe(took.Seconds()) }

// The kinds of errors of the database.
const (
	canceled    = "canceled" // whoever asked went away
	timeout     = "timeout"
	noLease     = "no_lease"    // a change that was refused since this process has no lease
	unavailable = "unavailable" // for another cause that passes
	internal    = "internal"    // a fault of Dojo's, or of the database
)

func (m *Metrics) makeDatabase() {
	took := m.histograms("dojo_database_duration_seconds", "How long work of the database took.", shortTimes, "work")
	m.databaseTook = map[models.Work]prometheus.Observer{}
	for _, work := range models.Works() {
		m.databaseTook[work] = took.WithLabelValues(string(work))
	}
	failed := m.counters("dojo_database_errors_total", "Work that the database did not do, by what was wrong.", "kind")
	m.databaseErrors = map[string]prometheus.Counter{}
	for _, kind := range []string{canceled, timeout, noLease, unavailable, internal} {
		m.databaseErrors[kind] = failed.WithLabelValues(kind)
	}
}

// Worked is told of each piece of the database's work.
func (m *Metrics) Worked(work models.Work, took time.Duration, err error) {
	m.databaseTook[work].Observe(took.Seconds())
	if kind := kindOf(err); kind != "" {
		m.databaseErrors[kind].Inc()
	}
}

// kindOf is the kind of an error, or empty when it is a refusal by Dojo's own rules.
func kindOf(err error) string {
	switch {
	case err == nil, keyRefused(err):
		return ""
	case errors.Is(err, models.ErrNoLease):
		return noLease
	case errors.Is(err, context.Canceled):
		return canceled
	case errors.Is(err, context.DeadlineExceeded):
		return timeout
	}
	switch models.CodeOf(err) {
	case models.Unavailable:
		return unavailable
	case models.Internal:
		return internal
	}
	return ""
}

package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dojo/models"
)

// Face is a part of Dojo that answers requests.
type Face int

// The faces.
const (
	Verify Face = iota
	API
	Dashboard
	faces
)

var faceNames = [faces]string{"verify", "api", "dashboard"}

// classes are the first digits of statuses; 0 is for what is no status.
const classes = 6

type face struct {
	took    prometheus.Observer
	answers [classes]prometheus.Counter
}

func (m *Metrics) makeRequests() {
	checks := m.counters("dojo_key_checks_total", "Checks of keys by what was found.", "outcome")
	m.checks = map[models.Outcome]prometheus.Counter{
		models.Accepted: checks.WithLabelValues(string(models.Accepted)),
	}
	for _, check := range models.Checks() {
		for _, refusal := range check.Refusals {
			m.checks[refusal.Outcome] = checks.WithLabelValues(string(refusal.Outcome))
		}
	}
	took := m.histograms("dojo_request_duration_seconds", "How long requests took, from their head on.", shortTimes,
		"face")
	answers := m.counters("dojo_requests_total", "Answered requests, by the first digit of the status.", "face",
		"status")
	for i, name := range faceNames {
		m.requests[i].took = took.WithLabelValues(name)
		for class := range classes {
			m.requests[i].answers[class] = answers.WithLabelValues(name, strconv.Itoa(class)+"xx")
		}
	}
}

// Checked counts a check of a key.
func (m *Metrics) Checked(outcome models.Outcome) {
	m.checked.Add(1)
	if counter := m.checks[outcome]; counter != nil {
		counter.Inc()
	}
}

// Checks is how many keys were checked.
func (m *Metrics) Checks() uint64 { return m.checked.Load() }

// Answered counts an answered request.
func (m *Metrics) Answered(by Face, status int, took time.Duration) {
	class := status / 100
	if class < 0 || class >= classes {
		class = 0
	}
	m.requests[by].took.Observe(took.Seconds())
	m.requests[by].answers[class].Inc()
}

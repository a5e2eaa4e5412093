package metrics

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"dojo/models"
)

// How uploads end.
const (
	kept     = "kept"
	rejected = "rejected" // for what is in it
	refused  = "refused"  // since the key was revoked meanwhile
	failed   = "failed"   // for a fault of the database's, or of Dojo's
)

func (m *Metrics) makeUploads() {
	uploads := m.counters("dojo_uploads_total", "Uploads of records: a request to the API, or a part of a file.", "by",
		"outcome")
	m.uploads = map[models.Uploader]map[string]prometheus.Counter{}
	for _, by := range []models.Uploader{models.ByAPI, models.ByPage} {
		m.uploads[by] = map[string]prometheus.Counter{}
		for _, outcome := range []string{kept, rejected, refused, failed} {
			m.uploads[by][outcome] = uploads.WithLabelValues(string(by), outcome)
		}
	}
	m.records = m.counters("dojo_uploaded_records_total", "Records that were kept.").WithLabelValues()
	m.bytes = m.counters("dojo_uploaded_bytes_total", "How long the kept records were together.").WithLabelValues()
}

// Uploaded counts an upload that came to the database.
func (m *Metrics) Uploaded(by models.Uploader, records, bytes int, err error) {
	switch {
	case err == nil:
		m.uploads[by][kept].Inc()
		m.records.Add(float64(records))
		m.bytes.Add(float64(bytes))
	case keyRefused(err):
		m.uploads[by][refused].Inc()
	case models.CodeOf(err).Status() < 500:
		m.uploads[by][rejected].Inc()
	default:
		m.uploads[by][failed].Inc()
	}
}

func keyRefused(err error) bool {
	_, refused := errors.AsType[*models.KeyRefused](err)
	return refused
}

// UploadRejected counts an upload that was rejected for what is in it.
func (m *Metrics) UploadRejected(by models.Uploader) { m.uploads[by][rejected].Inc() }

func (m *Metrics) makeSignIns() {
	tries := m.counters("dojo_sign_ins_total", "Tries to prove who one is, each of one factor.", "factor", "outcome")
	m.signIns = map[models.Factor]map[models.SignInOutcome]prometheus.Counter{}
	for _, factor := range models.Factors() {
		m.signIns[factor] = map[models.SignInOutcome]prometheus.Counter{}
		for _, outcome := range models.SignInOutcomes() {
			m.signIns[factor][outcome] = tries.WithLabelValues(string(factor), string(outcome))
		}
	}
	m.sessions = m.counters("dojo_sessions_begun_total", "Times that somebody was signed in.").WithLabelValues()
}

// SignIn counts a try to prove who one is.
func (m *Metrics) SignIn(factor models.Factor, outcome models.SignInOutcome) {
	if counter := m.signIns[factor][outcome]; counter != nil {
		counter.Inc()
	}
}

// SessionBegun counts that somebody is signed in.
func (m *Metrics) SessionBegun() { m.sessions.Inc() }

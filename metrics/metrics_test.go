package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dojo/metrics"
	"dojo/models"
)

func scraped(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return answer.Body.String()
}

// TestErrorsAreOfFewKinds, and what Dojo's own rules refuse is none of the database's.
func TestErrorsAreOfFewKinds(t *testing.T) {
	for kind, err := range map[string]error{
		"canceled":    fmt.Errorf("query: %w", context.Canceled),
		"timeout":     &models.Error{Code: models.Unavailable, Err: context.DeadlineExceeded},
		"no_lease":    &models.Error{Code: models.Unavailable, Err: models.ErrNoLease},
		"unavailable": &models.Error{Code: models.Unavailable},
		"internal":    errors.New("syntax error"),
	} {
		m := metrics.New("")
		m.Worked(models.ReadWork, time.Millisecond, err)
		if !strings.Contains(scraped(t, m), `dojo_database_errors_total{kind="`+kind+`"} 1`) {
			t.Errorf("%v is not counted as %s", err, kind)
		}
	}
	m := metrics.New("")
	for _, err := range []error{nil, models.ErrNotFound(), models.Errorf(models.Conflict, ""),
		&models.TypeConflict{Collection: models.Products}, &models.KeyRefused{Outcome: models.KeyIsRevoked}} {
		m.Worked(models.ChangeWork, time.Millisecond, err)
	}
	for line := range strings.Lines(scraped(t, m)) {
		if strings.HasPrefix(line, "dojo_database_errors_total{") && !strings.HasSuffix(line, " 0\n") {
			t.Errorf("a refusal is counted: %s", line)
		}
	}
}

// TestUploadsOfRevokedKeys are no failures.
func TestUploadsOfRevokedKeys(t *testing.T) {
	m := metrics.New("")
	m.Uploaded(models.ByAPI, 1, 10, &models.KeyRefused{Outcome: models.KeyIsRevoked})
	if !strings.Contains(scraped(t, m), `dojo_uploads_total{by="api",outcome="refused"} 1`) {
		t.Error("it is not counted as refused")
	}
}

// TestOddValuesMakeNoLabels: statuses and outcomes that nobody knows.
func TestOddValuesMakeNoLabels(t *testing.T) {
	m := metrics.New("")
	before := strings.Count(scraped(t, m), "\n")
	m.Checked("made up")
	m.SignIn("made up", "made up")
	m.SignIn(models.PasskeyFactor, "made up")
	for _, status := range []int{0, -1, 42, 600, 99999} {
		m.Answered(metrics.API, status, time.Millisecond)
	}
	text := scraped(t, m)
	if strings.Contains(text, "made up") || strings.Count(text, "\n") != before {
		t.Errorf("there are %d lines instead of %d", strings.Count(text, "\n"), before)
	}
	if !strings.Contains(text, `dojo_requests_total{face="api",status="0xx"} 5`) || m.Checks() != 1 {
		t.Error("what is odd is not counted")
	}
}

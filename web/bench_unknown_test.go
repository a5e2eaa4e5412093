package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkUnknownAddress compares the time of an answer about an address that
// has an account with one that has none, by their medians over 1,000 tries of
// each in turn. Near 1, time does not tell which addresses have accounts.
func BenchmarkUnknownAddress(b *testing.B) {
	s := openCrowded(b, 1000)
	handler := s.Handler()
	owner := signInAs(b, handler, "olivia@acme.example")
	for _, form := range []struct {
		name, path string
		fields     url.Values
		by         *http.Cookie
	}{
		{"sign-in", "/login", url.Values{"password": {"wrong wrong wrong"}}, nil},
		{"reset", "/reset", nil, nil},
		{"invitation", "/t/acme/invitations", url.Values{"role": {"viewer"}}, owner},
	} {
		b.Run(form.name, func(b *testing.B) {
			var known, unknown []time.Duration
			post := func(email string, i int) time.Duration {
				fields := maps.Clone(form.fields)
				if fields == nil {
					fields = url.Values{}
				}
				fields.Set("email", email)
				return answerTime(b, handler, form.path, fields, form.by, i)
			}
			for b.Loop() {
				for i := range 1000 {
					known = append(known, post(fmt.Sprintf("owner-%d@crowd.example", i), i))
					unknown = append(unknown, post(fmt.Sprintf("nobody-%d@crowd.example", i), i))
				}
			}
			slices.Sort(known)
			slices.Sort(unknown)
			b.ReportMetric(float64(unknown[len(unknown)/2])/float64(known[len(known)/2]), "of-known-address")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// answerTime posts the form from an address of its own, so that no limit is
// reached.
func answerTime(b *testing.B, handler http.Handler, path string, fields url.Values, by *http.Cookie,
	i int) time.Duration {
	b.Helper()
	request := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+path, strings.NewReader(fields.Encode()))
	if by != nil {
		request.AddCookie(by)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1234", i/65536, i/256%256, i%256)
	answer := httptest.NewRecorder()
	start := time.Now()
	handler.ServeHTTP(answer, request)
	took := time.Since(start)
	if answer.Code >= http.StatusInternalServerError || answer.Code == http.StatusTooManyRequests {
		b.Fatalf("%s: status %d", path, answer.Code)
	}
	return took
}

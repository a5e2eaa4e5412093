package metrics_test

import (
	"testing"
	"time"

	"dojo/metrics"
	"dojo/models"
)

// BenchmarkCounted is what counting adds to a key check.
func BenchmarkCounted(b *testing.B) {
	m := metrics.New("")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Checked(models.Accepted)
			m.Answered(metrics.Verify, 200, 70*time.Microsecond)
		}
	})
}

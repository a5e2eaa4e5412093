package chaos

import (
	"testing"
	"time"
)

// BenchmarkReceipt measures how long it takes from a revocation's commit until three processes
// refuse the key and the receipt is written, while 1,000 keys a second are checked; and from
// sending the form until somebody who asks all the time has the receipt.
func BenchmarkReceipt(b *testing.B) {
	c := found(b, 6, "--lease", "10s")
	browser := c.browser(ownersEmail, c.processes[0])
	stop := c.load(c.processes...)
	c.revocations(browser, 12, c.processes...) // connections are made, plans are cached
	first := c.count("SELECT max(sequence) FROM changes")
	var took []time.Duration
	b.ResetTimer()
	for b.Loop() {
		took = append(took, c.revocations(browser, 1000, c.processes...)...)
	}
	b.StopTimer()
	checks := stop()
	judge(b, checks)
	for name, part := range map[string]string{"p50": "0.5", "p99": "0.99"} {
		microseconds := c.count("SELECT (1e6 * percentile_cont("+part+") WITHIN GROUP (ORDER BY extract(epoch FROM "+
			"settled_at - committed_at)))::int FROM changes WHERE narrows AND sequence > $1", first)
		b.ReportMetric(float64(microseconds)/1000, "ms-settled-"+name)
	}
	b.ReportMetric(quantile(took, 0.5).Seconds()*1000, "ms-form-to-receipt-p50")
	b.ReportMetric(quantile(took, 0.99).Seconds()*1000, "ms-form-to-receipt-p99")
}

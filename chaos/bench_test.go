package chaos

import (
	"net/http"
	"syscall"
	"testing"
	"time"
)

// BenchmarkReceipt revokes 1,000 keys, one after the other, while 1,000 keys a second are checked by three
// processes. It measures how long it takes from a revocation's commit until all of them refuse the
// key and the receipt is written, by the database's clock; and from sending the form until the answer,
// which waits for the receipt.
func BenchmarkReceipt(b *testing.B) {
	c := found(b, 6, "--lease", "10s")
	c.processes[1].args = append(c.processes[1].args, "--database-url", c.cluster.url()) // not through the link
	c.processes[1].restart(syscall.SIGTERM)
	owner := c.browser(ownersEmail, c.processes[0])
	stop := c.load(c.processes...)
	c.revocations(owner, 12, c.processes...) // connections are made, plans are cached
	first := c.count("SELECT max(sequence) FROM changes")
	var took []time.Duration
	b.ResetTimer()
	for b.Loop() {
		for i := range 1000 {
			took = append(took, c.revokeAtOnce(owner, c.teams[i%len(c.teams)], c.processes[i%3]))
		}
	}
	b.StopTimer()
	judge(b, stop())
	for name, part := range map[string]string{"p50": "0.5", "p99": "0.99"} {
		microseconds := c.count("SELECT (1e6 * percentile_cont("+part+") WITHIN GROUP (ORDER BY extract(epoch FROM "+
			"settled_at - committed_at)))::int FROM changes WHERE narrows AND sequence > $1", first)
		b.ReportMetric(float64(microseconds)/1000, "ms-settled-"+name)
	}
	b.ReportMetric(quantile(took, 0.5).Seconds()*1000, "ms-form-p50")
	b.ReportMetric(quantile(took, 0.99).Seconds()*1000, "ms-form-p99")
}

// revokeAtOnce revokes a key, and expects that the answer is given after the receipt.
func (c *city) revokeAtOnce(b *browser, of *team, at *process) (took time.Duration) {
	c.t.Helper()
	k := of.key
	k.asked = c.now()
	status := b.post(at.url()+"/t/"+of.slug+"/development/keys/"+k.id+"/revoke", "when", "now", "reason", "other")
	k.receipt = c.now()
	if status != http.StatusSeeOther || !c.settled(k.id) {
		c.t.Fatalf("a revocation is answered %d, and settled: %t", status, c.settled(k.id))
	}
	of.key = c.activeKey(of)
	of.key.issued = c.now()
	c.show(of.key)
	return k.receipt - k.asked
}

package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dojo/models"
)

// Sources says where the figures come from that are read when somebody asks for them.
type Sources struct {
	Lease     time.Duration        // as it is set
	LeaseLeft func() time.Duration // 0: this process has none, and checks answer 503
	Listening func() bool
	Keys      func() int // in memory
	Ingest    func() int // uploads that wait for the database
	Evidence  func() int // requests whose traces wait for the database
	Pools     func() []models.Pool
	Figures   func(ctx context.Context) (models.Figures, error)
}

// figuresWait is how long the database may take to say what is in it.
const figuresWait = 2 * time.Second

type collector struct{ Sources }

// Read adds the figures of the sources. It is called once.
func (m *Metrics) Read(sources Sources) { m.registry.MustRegister(&collector{sources}) }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	leaseLeft = describe("dojo_lease_left_seconds",
		"How long this process lets keys in without news from the database; 0: it does not.")
	leaseLength = describe("dojo_lease_seconds", "How long a lease is, as it is set.")
	listening   = describe("dojo_listening", "1 while this process is told of changes at once; 0: it asks often.")
	keys        = describe("dojo_keys", "Keys in memory.")
	queue       = describe("dojo_queue_length", "What waits here, and in the outbox that all share.", "queue")
	databaseUp  = describe("dojo_database_up", "1 when the database has just answered; else its figures are missing.")
	processes   = describe("dojo_processes", "Processes on the database; out: lost their lease within the hour.",
		"state")
	receiptsOpen  = describe("dojo_receipts_open", "Changes that some process may not act on yet.")
	receiptOldest = describe("dojo_receipt_oldest_open_seconds", "Since when the first of them is open; 0: none is.")
	mailOldest    = describe("dojo_outbox_oldest_seconds", "Since when a mail should have been sent; 0: none waits.")
	mailsFailed   = describe("dojo_mails_given_up", "Mails that were given up, and are shown at the desk.")
	connections   = describe("dojo_database_connections", "Connections to the database.", "pool", "state")
	connectionMax = describe("dojo_database_connections_max", "How many connections there may be.", "pool")
	waits         = describe("dojo_database_waits_total", "Times that somebody waited for a connection.", "pool")
	waited        = describe("dojo_database_wait_seconds_total", "How long that was in all.", "pool")
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		leaseLeft, leaseLength, listening, keys, queue, databaseUp, processes, receiptsOpen, receiptOldest, mailOldest,
		mailsFailed, connections, connectionMax, waits, waited,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
	}
	gauge(leaseLeft, c.LeaseLeft().Seconds())
	gauge(leaseLength, c.Lease.Seconds())
	gauge(listening, one(c.Listening()))
	gauge(keys, float64(c.Keys()))
	gauge(queue, float64(c.Ingest()), "ingest")
	gauge(queue, float64(c.Evidence()), "evidence")
	for _, pool := range c.Pools() {
		gauge(connections, float64(pool.InUse), pool.Name, "in_use")
		gauge(connections, float64(pool.Idle), pool.Name, "idle")
		gauge(connectionMax, float64(pool.Most), pool.Name)
		count(waits, float64(pool.Waits), pool.Name)
		count(waited, pool.Waited.Seconds(), pool.Name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), figuresWait)
	defer cancel()
	figures, err := c.Figures(ctx)
	gauge(databaseUp, one(err == nil))
	if err != nil {
		return
	}
	gauge(processes, float64(figures.Live), "live")
	gauge(processes, float64(figures.Out), "out")
	gauge(receiptsOpen, float64(figures.OpenReceipts))
	gauge(receiptOldest, figures.OldestReceipt.Seconds())
	gauge(queue, float64(figures.Mails), "outbox")
	gauge(mailOldest, figures.OldestMail.Seconds())
	gauge(mailsFailed, float64(figures.FailedMails))
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

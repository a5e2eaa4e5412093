package web

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"dojo/metrics"
	"dojo/models"
)

// stats is what this process tells people of itself at the desk.
func (s *Server) stats() models.ProcessStats {
	return models.ProcessStats{
		Keys: s.gate.Keys(), Memory: resident(), Requests: s.rate.of(s.metrics.Checks(), time.Now()),
		LagMS: float64(s.follower.Lag().Microseconds()) / 1000, Listening: s.Store.Hears(),
		ProxyFaults: s.uploads.ProxyFaults(),
	}
}

// proxyFaults are the proxies that are not set up, as this process and the others that
// serve have seen them, the latest first.
func (s *Server) proxyFaults() []models.ProxyFault {
	seen := [][]models.ProxyFault{s.uploads.ProxyFaults()}
	for _, other := range s.follower.Others() {
		seen = append(seen, other.Stats.ProxyFaults)
	}
	return models.MergeProxyFaults(seen...)
}

// sources are where the figures come from that are read when somebody asks.
func (s *Server) sources() metrics.Sources {
	return metrics.Sources{
		Lease: s.config.Lease, LeaseLeft: s.leaseLeft, Listening: s.Store.Hears, Keys: s.gate.Keys,
		Ingest: s.Store.HandedIn, Evidence: s.evidence.Waiting, Pools: s.Store.Pools, Figures: s.Store.Figures,
	}
}

// leaseLeft is how long keys are let in without news. It is 0 while another process may
// serve a SQLite file.
func (s *Server) leaseLeft() time.Duration {
	if !s.gate.Ready() {
		return 0
	}
	return s.follower.Left()
}

// rateOver is how long the checks are counted that make a rate.
const rateOver = 2 * time.Second

// rate is how often something that only grows grew in a second, of late.
type rate struct {
	mu        sync.Mutex
	count     uint64
	at        time.Time
	perSecond float64
}

// of takes the count at a moment, and returns the rate.
func (r *rate) of(count uint64, at time.Time) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if passed := at.Sub(r.at); r.at.IsZero() || passed >= rateOver {
		if !r.at.IsZero() {
			r.perSecond = float64(count-r.count) / passed.Seconds()
		}
		r.count, r.at = count, at
	}
	return r.perSecond
}

// resident is how much memory this process occupies, in bytes; 0: not known
// (proc_pid_statm(5)).
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

package api

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"dojo/models"
)

const (
	// maxFaults is how many proxies that are not set up are remembered. Anybody can pass
	// for one, so the latest displace the others.
	maxFaults = 16
	// faultQuiet is how long the log is silent about one of them, and the time in
	// which it gets maxFaults lines at most.
	faultQuiet = time.Minute
	// faultMemory is how long one is remembered after it was last seen.
	faultMemory = 24 * time.Hour
)

// proxyFaults remembers proxies that are not set up, for the log and for the desk.
type proxyFaults struct {
	log *slog.Logger // nil: none
	now func() time.Time

	mu    sync.Mutex
	known map[models.ProxyFault]*seenFault // by the peer and what is wrong
	since time.Time                        // the log's minute began
	lines int                              // logged in it
}

type seenFault struct {
	times        int
	last, logged time.Time
}

func newProxyFaults(log *slog.Logger, now func() time.Time) *proxyFaults {
	return &proxyFaults{log: log, now: now, known: map[models.ProxyFault]*seenFault{}}
}

// note remembers the fault, logs it when that has not been done lately, and returns
// the answer.
func (f *proxyFaults) note(peer string, refusal answer) *answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, fault := f.now(), models.ProxyFault{Peer: peer, Says: refusal.message()}
	seen := f.known[fault]
	if seen == nil {
		f.makeRoom()
		seen = &seenFault{}
		f.known[fault] = seen
	}
	seen.times++
	seen.last = now
	if now.Sub(f.since) >= faultQuiet {
		f.since, f.lines = now, 0
	}
	if f.log != nil && f.lines < maxFaults && now.Sub(seen.logged) >= faultQuiet {
		seen.logged = now
		f.lines++
		f.log.Warn("a check for a proxy is refused", "address", peer, "cause", fault.Says, "times", seen.times)
	}
	return &refusal
}

// makeRoom forgets the one that was not seen for longest.
func (f *proxyFaults) makeRoom() {
	if len(f.known) < maxFaults {
		return
	}
	var oldest models.ProxyFault
	for fault, seen := range f.known {
		if oldest == (models.ProxyFault{}) || seen.last.Before(f.known[oldest].last) {
			oldest = fault
		}
	}
	delete(f.known, oldest)
}

// list returns those of the last day, the latest first.
func (f *proxyFaults) list() []models.ProxyFault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []models.ProxyFault
	for fault, seen := range f.known {
		if f.now().Sub(seen.last) < faultMemory {
			fault.Times, fault.Last = seen.times, seen.last
			list = append(list, fault)
		}
	}
	slices.SortFunc(list, func(a, b models.ProxyFault) int { return b.Last.Compare(a.Last) })
	return list
}

package models

import (
	"slices"
	"time"
)

// ProxyFault is a proxy that asks about its clients' requests and is not set up for
// it, so that the API refuses what it asks.
type ProxyFault struct {
	Peer  string // the address that it asks from
	Says  string // what is wrong and what to set
	Times int    // since the program started, or since it was last forgotten
	Last  time.Time
}

// MergeProxyFaults adds up what several processes have seen, the latest first.
func MergeProxyFaults(seen ...[]ProxyFault) (all []ProxyFault) {
	for _, fault := range slices.Concat(seen...) {
		i := slices.IndexFunc(all, func(f ProxyFault) bool { return f.Peer == fault.Peer && f.Says == fault.Says })
		if i < 0 {
			all = append(all, fault)
			continue
		}
		all[i].Times += fault.Times
		if fault.Last.After(all[i].Last) {
			all[i].Last = fault.Last
		}
	}
	slices.SortFunc(all, func(a, b ProxyFault) int { return b.Last.Compare(a.Last) })
	return all
}

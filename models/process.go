package models

import (
	"fmt"
	"time"
)

// Process is a running dojo that serves, as the database knows it. All of its moments
// are of the database's clock.
type Process struct {
	ID        string
	Run       string // of this run of the program; the id is another one after each lost lease
	Host      string // the machine's name
	Machine   string // which process of which machine it is; see database.ThisProcess
	Version   string
	StartedAt time.Time
	LeaseMS   int64 `gorm:"column:lease_ms"` // how long a renewal holds, in milliseconds
	Renewals  int64 // counts up with each renewal of the lease
	RenewedAt time.Time
	Applied   int64        // the last change of the feed that is in force in it; 0: none yet
	OutAt     *time.Time   // since when it surely trusts its memory no more, for ever
	Stats     ProcessStats `gorm:"serializer:json"`

	Gone bool `gorm:"-"` // this machine knows that it has ended
}

// ProcessStats is what a process tells people of itself whenever it renews its lease.
type ProcessStats struct {
	Keys      int     `json:"keys"`      // in memory
	Memory    int64   `json:"memory"`    // resident, in bytes
	Requests  float64 `json:"requests"`  // checks of keys a second, of late
	LagMS     float64 `json:"lag_ms"`    // from the last change's commit until it was in force
	Listening bool    `json:"listening"` // it is told of changes at once; otherwise it asks often

	// Demands are how many requests a second environments make, of those that come near
	// their rate limit, a hundred at most. The others divide the limit by it.
	Demands map[string]float64 `json:"demands,omitempty"`
	// ProxyFaults are the proxies that are not set up; 16 at most.
	ProxyFaults []ProxyFault `json:"proxy_faults,omitempty"`
}

// Lease is how long a renewal holds.
func (p Process) Lease() time.Duration { return time.Duration(p.LeaseMS) * time.Millisecond }

// LeaseEnds is when the lease ends, unless it is renewed.
func (p Process) LeaseEnds() time.Time { return p.RenewedAt.Add(p.Lease()) }

// The bounds of a lease.
const (
	LeastLease = time.Second
	MostLease  = time.Hour
)

// CheckLease refuses a lease that is too short to be renewed in time, or too long for a
// revocation to wait for.
func CheckLease(lease time.Duration) error {
	if lease < LeastLease || lease > MostLease {
		return fmt.Errorf("is %s; give a duration from %s to %s, such as 10s", lease, LeastLease, MostLease)
	}
	return nil
}

// LeaseMargin is how much longer than a lease others wait before they say that it has
// ended, since clocks differ in speed.
func LeaseMargin(lease time.Duration) time.Duration { return lease / 10 }

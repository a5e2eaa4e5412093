package pages

import "time"

// DeskProcesses is /desk/processes: the processes of Dojo that serve, or did within the last
// hour.
type DeskProcesses struct {
	Base
	Rows []Process
	// Single is set on SQLite, where one process serves and a lease means nothing.
	Single bool
}

// Process is a process of Dojo.
type Process struct {
	ID      string
	Host    string
	Version string
	Since   time.Time
	// This is the process that answers.
	This bool
	// Lease is how long a renewal holds, and LeaseEnds when it ends unless it is renewed.
	Lease     time.Duration
	LeaseEnds time.Time
	RenewedAt time.Time
	// OutAt is since when it surely trusts its memory no more; zero while it serves.
	OutAt time.Time
	// Behind is how many changes it has not applied yet.
	Behind int
	// Lag is how long the last change took from its commit until it was in force.
	Lag time.Duration
	// Listening is set while it is told of changes at once.
	Listening bool
	Keys      int
	// Memory is in bytes; 0: not known.
	Memory int64
	// Requests is how many keys it checks a second.
	Requests float64
}

// late is set when the lease was not renewed in time, and nobody has marked it yet.
func (p Process) late(now time.Time) bool { return p.OutAt.IsZero() && p.LeaseEnds.Before(now) }

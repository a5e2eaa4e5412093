package models

import "time"

// ProxyFault is a proxy that asks about its clients' requests and is not set up for
// it, so that the API refuses what it asks.
type ProxyFault struct {
	Peer  string // the address that it asks from
	Says  string // what is wrong and what to set
	Times int    // since the program started, or since it was last forgotten
	Last  time.Time
}

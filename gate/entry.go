package gate

import (
	"sync/atomic"
	"time"

	"dojo/models"
)

// entry is a grant as it is answered with, made out in full. It may be kept: index.holds
// says whether it still stands.
type entry struct {
	grant     models.Grant // without its periods
	retires   int64        // Unix time in nanoseconds; 0: does not retire
	periods   []period
	suspended bool // whether the grant still stands is not known
	place     int  // of its environment's page
	since     uint64
	bucket    *atomic.Int64 // of its environment's rate limit
	day       *dayCount     // of its environment; nil where no period has a limit
}

// What may do least comes first, so that an unknown kind counts as that.
var (
	keyKinds         = models.KeyKinds()
	environmentKinds = models.EnvironmentKinds()
)

// newEntry makes an entry from a grant and its periods, which were read after the change with
// the number since was in the source.
func newEntry(
	grant models.Grant, periods []period, place int, since uint64, bucket *atomic.Int64, days *days,
) *entry {
	grant.Periods = nil // packed they take a third
	return &entry{
		grant: grant, retires: nanoseconds(grant.RetiresAt), periods: periods, place: place, since: since, bucket: bucket,
		day: days.of(grant.EnvironmentID, periods),
	}
}

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func moment(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

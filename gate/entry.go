package gate

import (
	"sync/atomic"
	"time"

	"dojo/models"
)

// entry is a grant as it is answered with, made out in full. It may be kept: index.holds
// says whether it still stands.
type entry struct {
	grant     models.Grant
	retires   int64 // Unix time in nanoseconds; 0: does not retire
	until     int64 // the same for UnlockedUntil; 0: no end
	suspended bool  // whether the grant still stands is not known
	place     int   // of its environment's page
	since     uint64
	bucket    *atomic.Int64 // of its environment's rate limit
}

// What may do least comes first, so that an unknown kind counts as that.
var (
	keyKinds         = models.KeyKinds()
	environmentKinds = models.EnvironmentKinds()
)

// newEntry makes an entry from a grant that was read after the change with the number
// since was in the source.
func newEntry(grant models.Grant, place int, since uint64, bucket *atomic.Int64) *entry {
	return &entry{
		grant: grant, retires: nanoseconds(grant.RetiresAt), until: nanoseconds(grant.UnlockedUntil),
		place: place, since: since, bucket: bucket,
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

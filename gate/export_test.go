package gate

import "time"

// SetClock has the follower read another clock of elapsed time.
func (f *Follower) SetClock(now func() time.Duration) { f.now = now }

//go:build !linux

package gate

import "time"

// elapsed is the time since the process started. Nobody can set it, and it goes on while
// the process is stopped.
func elapsed() time.Duration { return time.Since(began) }

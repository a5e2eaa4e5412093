package gate

import (
	"time"

	"golang.org/x/sys/unix"
)

// elapsed is the time since the machine started. Nobody can set it, and it goes on while
// the process is stopped and while the machine sleeps, which Go's monotonic clock does
// not (clock_gettime(2), CLOCK_BOOTTIME).
func elapsed() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return time.Since(began)
	}
	return time.Duration(now.Nano())
}

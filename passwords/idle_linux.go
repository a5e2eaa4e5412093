package passwords

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// idleOnly makes the kernel run this process only while nobody else wants the
// processor, and lets everybody else interrupt it at once, which a low priority
// alone does not (sched(7), SCHED_IDLE). Threads inherit it, so that it is set
// for those there are, twice, in case one began in between. Without the right
// to do so the process keeps what it has.
func idleOnly() {
	for range 2 {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return
		}
		for _, thread := range threads {
			if id, err := strconv.Atoi(thread.Name()); err == nil {
				_ = unix.SchedSetAttr(id, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}, 0)
			}
		}
	}
}

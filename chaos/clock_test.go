package chaos

import (
	"os"
	"path/filepath"
	"testing"
)

// setClock is a database whose clock can be set: by how much it differs from this machine's.
func setClock(t *testing.T) (c *cluster, set func(by string)) {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/faketime/libfaketime.so.1")
	if len(found) == 0 {
		t.Fatal("libfaketime is not installed on this machine; run \"make test\", which installs what the tests need")
	}
	file := filepath.Join(place(t), "clock")
	set = func(by string) { must(t, os.WriteFile(file, []byte(by), 0o644)) }
	set("+0s")
	return newCluster(t, "LD_PRELOAD="+found[0], "FAKETIME_TIMESTAMP_FILE="+file, "FAKETIME_NO_CACHE=1",
		"FAKETIME_DONT_FAKE_MONOTONIC=1", "TZ=UTC"), set
}

// TestTheDatabasesClockIsSet forward and back. Leases go by the processes' own clocks.
func TestTheDatabasesClockIsSet(t *testing.T) {
	database, set := setClock(t)
	c := foundOn(database, 3)
	b := c.browser(ownersEmail, c.processes[0])
	stop := c.load(c.processes...)
	for _, by := range []string{"+3600s", "-3600s", "+5s", "+0s"} {
		before := c.count("SELECT extract(epoch FROM clock_timestamp())::bigint")
		set(by)
		await(t, "the clock is set", func() bool {
			now := c.count("SELECT extract(epoch FROM clock_timestamp())::bigint")
			return now-before > 3 || before-now > 3
		})
		c.revocations(b, many(3, 30), c.processes...)
	}
	judge(t, stop())
}

package chaos

import (
	"net/http"
	"syscall"
	"testing"
	"time"
)

// TestRevokedIsRefusedEverywhere: no check that began after a receipt is accepted, whatever
// happens to the processes, their connections and the database meanwhile; and no key is refused
// that nobody has revoked.
func TestRevokedIsRefusedEverywhere(t *testing.T) {
	c := found(t, 6)
	b := c.browser(ownersEmail, c.processes[0])
	first, second, third := c.processes[0], c.processes[1], c.processes[2]

	t.Run("nothing happens", func(t *testing.T) {
		stop := c.load(c.processes...)
		last := c.teams[0].key
		took := []time.Duration{c.revoke(b, c.teams[0], first)}
		b.wantReceipt(third.url()+"/t/team0/development/keys/"+last.id+"/receipt.json", last, 3)
		took = append(took, c.revocations(b, many(30, 200), c.processes...)...)
		checks := stop()
		judge(t, checks)
		t.Logf("from the form until the receipt: %s", spread(took))
		if n := unavailable(checks); n > 0 {
			t.Errorf("%d checks had no verdict", n)
		}
	})

	pauses := []time.Duration{3 * time.Second}
	if long() {
		pauses = []time.Duration{time.Second, 5 * time.Second, 20 * time.Second}
	}
	for _, pause := range pauses {
		t.Run("a process is stopped for "+pause.String(), func(t *testing.T) {
			c.stopped(t, b, third, pause)
		})
	}
	for _, fault := range []struct{ name, toxic string }{
		{"slow", slow}, {"reset", reset}, {"half-open", halfOpen},
	} {
		t.Run("a connection is "+fault.name, func(t *testing.T) {
			stop := c.load(c.processes...)
			mend := c.link.disturb(fault.toxic)
			took := c.revocations(b, many(3, 40), first, third)
			mend()
			second.awaitReady()
			took = append(took, c.revocations(b, many(1, 10), second)...)
			judge(t, stop())
			t.Logf("from the form until the receipt: %s", spread(took))
		})
	}
	t.Run("a process is stopped in the middle of a change", func(t *testing.T) {
		stop := c.load(c.processes...)
		c.stoppedInChange(t, b, second)
		judge(t, stop())
	})
	t.Run("a connection is cut", func(t *testing.T) {
		stop := c.load(c.processes...)
		for range many(1, 10) {
			mend := c.link.cut()
			c.revocations(b, many(2, 4), first, third)
			mend()
			second.awaitReady()
			c.revocations(b, 1, second)
		}
		judge(t, stop())
	})
	t.Run("a process starts in the middle", func(t *testing.T) {
		late := c.newProcess(4, c.cluster.url())
		stop := c.load(append(c.processes, late)...)
		for range many(1, 10) {
			late.begin()
			c.revocations(b, many(4, 8), c.processes...)
			late.awaitReady()
			c.revocations(b, 1, late)
			late.end(syscall.SIGTERM)
		}
		judge(t, stop())
	})
	t.Run("a process is killed", func(t *testing.T) {
		stop := c.load(c.processes...)
		for range many(2, 15) {
			third.end(syscall.SIGKILL)
			took := c.revocations(b, 1, first)
			t.Logf("from the form until the receipt: %s", spread(took))
			third.start()
			c.revocations(b, 1, third)
		}
		judge(t, stop())
	})
	t.Run("the database crashes", func(t *testing.T) {
		stop := c.load(c.processes...)
		for range many(1, 10) {
			c.cluster.crash()
			c.cluster.start()
			c.revocations(b, 3, c.processes...)
		}
		judge(t, stop())
	})
}

// stoppedInChange stops a process that holds the feed, which every change has to take. The database
// takes it from the process before others give up.
func (c *city) stoppedInChange(t *testing.T, b *browser, p *process) {
	of, id := c.teams[5], ""
	must(t, c.db.QueryRow("SELECT id FROM keys WHERE environment_id = $1 AND kind = 'publishable' AND state = 'active'",
		of.environment).Scan(&id))
	tx, err := c.db.Begin()
	must(t, err)
	defer tx.Rollback()
	_, err = tx.Exec("UPDATE feed SET last = last")
	must(t, err)
	answered := make(chan int, 1)
	go func() {
		answered <- b.post(p.url()+"/t/"+of.slug+"/development/keys/"+id+"/revoke", "when", "now", "reason", "other")
	}()
	await(t, "the change waits for the feed", func() bool {
		return c.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "+
			"AND query LIKE 'UPDATE feed%'") > 0
	})
	p.pause()
	must(t, tx.Rollback())
	took := c.revocations(b, 1, c.processes[0])[0]
	t.Logf("from the form until the receipt: %v", took)
	if took > 15*time.Second {
		t.Errorf("a revocation took %v while a stopped process held the feed", took)
	}
	p.signal(syscall.SIGCONT)
	<-answered
	p.awaitReady()
}

// stopped revokes keys while a process is stopped. Checks that began after the receipts wait
// for it, and are answered when it goes on.
func (c *city) stopped(t *testing.T, b *browser, p *process, pause time.Duration) {
	stop := c.load(c.processes...)
	p.pause()
	goOn := time.AfterFunc(pause, func() { p.signal(syscall.SIGCONT) })
	defer goOn.Stop()
	began := c.now()
	of := c.teams[0]
	k := of.key
	took := c.revoke(b, of, c.processes[0])
	others := c.revocations(b, many(1, 10), c.processes[0])
	meanwhile := c.now()-began < pause
	wait := c.rush(p, k, 50)
	c.revocations(b, many(1, 10), p) // the first of them is asked for while it is stopped
	wait()
	judge(t, stop())
	t.Logf("from the form until the first receipt: %v, then %s; before it went on: %t", took, spread(others), meanwhile)
}

// TestDatabaseAway: without the database every process answers from memory until its lease ends,
// then 503 with Retry-After, and is back by itself soon after the database is.
func TestDatabaseAway(t *testing.T) {
	c := found(t, 1)
	k := c.teams[0].key
	client := newClient()
	for _, p := range c.processes {
		if got := c.ask(client, p, k); got.status != http.StatusOK {
			t.Fatalf("process %d answers %d", p.number, got.status)
		}
	}
	away := c.now()
	c.cluster.crash()
	for _, p := range c.processes {
		if got := c.ask(client, p, k); got.status != http.StatusOK && got.end < away+lease/2 {
			t.Errorf("process %d answers %d from memory, %v after the database went away", p.number, got.status, got.end-away)
		}
	}
	last := map[*process]time.Duration{}
	for _, p := range c.processes {
		var got check
		await(t, "the lease ends", func() bool {
			if got = c.ask(client, p, k); got.status == http.StatusOK {
				last[p] = max(last[p], got.start)
			}
			return got.status == http.StatusServiceUnavailable
		})
		if last[p] > away+lease {
			t.Errorf("process %d answered from memory %v after the database went away; its lease is %v", p.number,
				last[p]-away, lease)
		}
		request, err := http.NewRequest(http.MethodGet, p.url()+"/verify", nil)
		must(t, err)
		request.Header.Set("X-API-KEY", k.text)
		answer, err := client.Do(request)
		must(t, err)
		drain(answer.Body)
		if answer.Header.Get("Retry-After") == "" {
			t.Errorf("process %d answers %s without Retry-After", p.number, answer.Status)
		}
	}
	c.cluster.start()
	back := c.now()
	for _, p := range c.processes {
		await(t, "it is back", func() bool { return c.ask(client, p, k).status == http.StatusOK })
		took := c.now() - back
		t.Logf("process %d was back %v after the database", p.number, took)
		if took > 20*time.Second {
			t.Errorf("process %d was back only %v after the database", p.number, took)
		}
	}
}

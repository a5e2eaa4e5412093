package chaos

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// failover is a city whose database has a replica, which it reaches through a link.
type failover struct {
	*city
	replica *cluster
	link    *link // from the replica to the server that it follows
}

// foundTwice makes a city that goes over to the replica when the server is gone.
func foundTwice(t *testing.T) *failover {
	t.Helper()
	c := found(t, 3)
	f := &failover{city: c, link: newLink(t, c.cluster.address())}
	f.replica = c.cluster.replica(port(t, f.link.proxy.Listen))
	for _, p := range c.processes {
		first := c.cluster.address()
		if p.number == 2 {
			first = c.link.proxy.Listen
		}
		p.args = append(p.args, "--database-url", databaseURL(first, f.replica.address()))
		p.end(syscall.SIGTERM)
		p.start()
	}
	await(t, "the replica follows", func() bool {
		return c.count("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1
	})
	return f
}

// goOver has the replica take the server's place.
func (f *failover) goOver() {
	f.replica.promote()
	f.cluster, f.db = f.replica, f.replica.open()
	f.openStore()
}

// synchronous has the server wait for its replica at each commit.
func (f *failover) synchronous() {
	f.t.Helper()
	for _, statement := range []string{
		"ALTER SYSTEM SET synchronous_standby_names = '*'",
		"ALTER SYSTEM SET synchronous_commit = 'local'", // of others, and Dojo's own commits wait nevertheless
		"SELECT pg_reload_conf()",
	} {
		_, err := f.db.Exec(statement)
		must(f.t, err)
	}
	await(f.t, "the replica is waited for", func() bool {
		return f.count("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1
	})
}

// TestFailover goes over to a synchronous replica: no revocation that was answered is lost, and no
// check that began after a receipt is accepted.
func TestFailover(t *testing.T) {
	f := foundTwice(t)
	b := f.browser(ownersEmail, f.processes[0])
	f.synchronous()
	stop := f.load(f.processes...)
	f.revocations(b, many(3, 40), f.processes...)
	revoked := f.count("SELECT count(*) FROM keys WHERE state = 'revoked'")
	f.cluster.crash()
	f.goOver()
	if got := f.count("SELECT count(*) FROM keys WHERE state = 'revoked'"); got != revoked {
		t.Errorf("%d keys were revoked, and %d are", revoked, got)
	}
	for _, p := range f.processes {
		p.awaitReady()
	}
	took := f.revocations(b, many(3, 40), f.processes...)
	judge(t, stop())
	t.Logf("from the form until the receipt, after it: %s", spread(took))
}

// TestTwoServers promotes a synchronous replica while the server before is up, cut off from it, and
// most processes are connected to that one yet. They cannot renew their leases there, since its
// commits wait for the replica, and so accept nothing that is revoked at the other.
func TestTwoServers(t *testing.T) {
	f := foundTwice(t)
	b := f.browser(ownersEmail, f.processes[0])
	f.synchronous()
	stop := f.load(f.processes...)
	f.revocations(b, 1, f.processes[0])
	before := f.cluster
	f.link.cut()
	mend := f.city.link.cut() // between the second process and the server before
	f.goOver()
	second := f.processes[1]
	await(t, "the second process has joined at the new server", func() bool {
		return f.count("SELECT count(*) FROM processes WHERE out_at IS NULL AND renewals > 0 AND applied > 0 "+
			"AND history() = (SELECT history FROM feed)") > 0
	})
	took := f.revocations(b, many(3, 30), second)
	for _, p := range []*process{f.processes[0], f.processes[2]} {
		for _, team := range f.teams {
			f.ask(newClient(), p, team.key)
		}
	}
	before.crash()
	mend()
	for _, p := range f.processes {
		p.awaitReady()
	}
	f.revocations(b, 3, f.processes...)
	judge(t, stop())
	t.Logf("from the form until the receipt, with two servers: %s", spread(took))
}

// TestFailoverToAReplicaThatLags: a revocation that the replica had not got is lost with the
// server, which is why a synchronous one is asked for. Every process that remembers it goes on
// refusing the key and says so in its log, what had got there holds, and the key can be revoked again.
func TestFailoverToAReplicaThatLags(t *testing.T) {
	f := foundTwice(t)
	b := f.browser(ownersEmail, f.processes[0])
	kept, lost := f.teams[0], f.teams[1]
	stop := f.load(f.processes...)
	survives := kept.key
	f.revoke(b, kept, f.processes[0])
	await(t, "the replica has it", func() bool {
		return f.count("SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()") == 1
	})
	f.link.cut()
	forgotten := lost.key
	f.revoke(b, lost, f.processes[1])
	judge(t, stop())
	f.cluster.crash()
	f.goOver()
	if f.isRevoked(forgotten) {
		t.Fatal("the replica has the revocation that it was kept from")
	}
	for _, says := range []string{"The database has another history", "The database says that a revoked key works"} {
		for _, p := range f.processes {
			await(t, "the process says what is wrong", func() bool { return strings.Contains(p.log.String(), says) })
			p.awaitReady()
		}
	}
	// The new server has neither the revocation nor the successor.
	lost.key = &key{id: forgotten.id, text: forgotten.text, asked: never, receipt: never}
	f.shown.Store(&[]*key{survives, kept.key, forgotten, f.teams[2].key})
	stop = f.load(f.processes...)
	f.revocations(b, many(4, 40), f.processes...)
	judge(t, stop())
}

func port(t testing.TB, address string) (port int) {
	t.Helper()
	_, err := fmt.Sscanf(address[len("127.0.0.1:"):], "%d", &port)
	must(t, err)
	return port
}

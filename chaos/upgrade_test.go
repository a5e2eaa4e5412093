package chaos

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// expansion is a migration of a newer program that older ones can live with.
const expansion = `-- +goose Up
ALTER TABLE teams ADD COLUMN motto text NOT NULL DEFAULT '';
CREATE TABLE mottos (id text PRIMARY KEY);
INSERT INTO compatibility SELECT 9000, oldest FROM compatibility ORDER BY version DESC LIMIT 1;
`

// buildNewer builds this program with one more migration.
func buildNewer(t *testing.T) (file string) {
	t.Helper()
	dir := t.TempDir()
	migration := filepath.Join(dir, "expansion.sql")
	must(t, os.WriteFile(migration, []byte(expansion), 0o644))
	replaced := map[string]string{}
	for _, dialect := range []string{"postgres", "sqlite"} {
		path, err := filepath.Abs("../store/migrations/" + dialect + "/9000_expansion.sql")
		must(t, err)
		replaced[path] = migration
	}
	text, err := json.Marshal(map[string]any{"Replace": replaced})
	must(t, err)
	overlay := filepath.Join(dir, "overlay.json")
	must(t, os.WriteFile(overlay, text, 0o644))
	file = filepath.Join(dir, "dojo")
	must(t, build(file, "-overlay", overlay))
	return file
}

// TestRollingUpgrade: a newer program migrates the database while older processes serve, and
// serves beside them. A key that one of them revokes is refused by all, and the receipt names all. An older
// process that is restarted meanwhile starts; one that the newer schema leaves behind says so, and does not.
func TestRollingUpgrade(t *testing.T) {
	c := found(t, 4)
	b := c.browser(ownersEmail, c.processes[0])
	stop := c.load(c.processes...)
	newer := c.newProcess(4, c.cluster.url())
	newer.file = buildNewer(t)
	newer.start()
	if n := c.count("SELECT max(version_id) FROM goose_db_version"); n != 9000 {
		t.Fatalf("the newer program left the database at version %d", n)
	}
	revoke := func(of *team, at, told *process, processes int) {
		t.Helper()
		revoked := of.key
		c.revoke(b, of, at)
		b.wantReceipt(told.url()+"/t/"+of.slug+"/development/keys/"+revoked.id+"/receipt.json", revoked, processes)
		for _, p := range append(c.processes, newer) {
			if answer := c.ask(newClient(), p, revoked); answer.status != http.StatusUnauthorized {
				t.Errorf("process %d answers %d to a key that is revoked", p.number, answer.status)
			}
			if answer := c.ask(newClient(), p, of.key); answer.status != http.StatusOK {
				t.Errorf("process %d answers %d to the key after it", p.number, answer.status)
			}
		}
	}
	revoke(c.teams[0], c.processes[0], newer, 4)
	revoke(c.teams[1], newer, c.processes[1], 4)
	judge(t, stop())

	for _, p := range c.processes {
		p.restart(syscall.SIGTERM)
	}
	revoke(c.teams[2], c.processes[2], newer, 4)

	// One after the other is replaced, and then the schema drops what the older program uses.
	for _, p := range c.processes[1:] {
		p.end(syscall.SIGTERM)
		p.file = newer.file
		p.start()
	}
	revoke(c.teams[3], c.processes[1], c.processes[0], 4)
	_, err := c.db.Exec("UPDATE compatibility SET oldest = 9000 WHERE version = 9000")
	must(t, err)
	left := c.processes[0]
	left.end(syscall.SIGTERM)
	left.begin()
	<-left.ended
	if left.cmd.ProcessState.ExitCode() == 0 || !strings.Contains(left.log.String(),
		"the database is of version 9000, and this program only knows versions up to ") ||
		!strings.Contains(left.log.String(), "use the newer program that migrated it") {
		t.Errorf("the older program ended with %v and wrote:\n%s", left.cmd.ProcessState, left.log)
	}
}

// TestStartAtOnce: processes that start at the same time on an empty database all come up.
func TestStartAtOnce(t *testing.T) {
	for range many(1, 10) {
		c := &city{history: newHistory(), cluster: newCluster(t), t: t}
		c.settings = []string{"--keyring", filepath.Join(t.TempDir(), "keyring.json"), "--lease", lease.String()}
		c.db = c.cluster.open()
		for i := range 5 {
			c.processes = append(c.processes, c.newProcess(i+1, c.cluster.url()))
		}
		for _, p := range c.processes {
			p.begin()
		}
		for _, p := range c.processes {
			p.awaitReady()
		}
		c.populate(1)
		for _, p := range c.processes {
			await(t, "the key is known everywhere", func() bool {
				return c.ask(newClient(), p, c.teams[0].key).status == http.StatusOK
			})
		}
	}
}

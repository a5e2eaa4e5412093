package chaos

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// bouncer pools connections to the database by transactions, with the settings that
// docs/postgresql.md has.
func bouncer(t *testing.T, c *cluster) (url string) {
	t.Helper()
	dir, port := place(t), freePort(t)
	settings := fmt.Sprintf(`[databases]
postgres = host=127.0.0.1 port=%d dbname=postgres user=dojo
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
server_login_retry = 1
ignore_startup_parameters = extra_float_digits,statement_timeout,lock_timeout,idle_in_transaction_session_timeout
pidfile = %s
`, c.port, port, filepath.Join(dir, "bouncer.pid"))
	file := filepath.Join(dir, "bouncer.ini")
	must(t, os.WriteFile(file, []byte(settings), 0o644))
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // Debian keeps it off the PATH of whoever is not root
	}
	cmd := exec.Command(program, file)
	log := &record{}
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = dir, unprivileged(), log, log
	if err := cmd.Start(); err != nil {
		t.Fatalf("pgbouncer does not start; \"make test\" installs it: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("pgbouncer wrote:\n%s", log)
		}
	})
	return fmt.Sprintf("postgres://dojo@127.0.0.1:%d/postgres?sslmode=disable&default_query_exec_mode=cache_describe",
		port)
}

// TestBehindAPooler: where sessions are shared out by transactions nobody can be told of changes, so
// processes ask often; the promise is the same.
func TestBehindAPooler(t *testing.T) {
	c := found(t, 3)
	b := c.browser(ownersEmail, c.processes[0])
	url := bouncer(t, c.cluster)
	for _, p := range c.processes {
		p.args = append(p.args, "--database-url", url)
		p.restart(syscall.SIGTERM)
	}
	listening := c.count("SELECT count(*) FROM processes WHERE out_at IS NULL AND stats LIKE '%\"listening\":true%'")
	if listening > 0 {
		t.Errorf("%d processes hear of changes through the pooler", listening)
	}
	stop := c.load(c.processes...)
	took := c.revocations(b, many(10, 100), c.processes...)
	c.processes[2].pause()
	goOn := time.AfterFunc(3*time.Second, func() { c.processes[2].signal(syscall.SIGCONT) })
	defer goOn.Stop()
	c.revocations(b, 2, c.processes[0], c.processes[1])
	c.cluster.crash()
	c.cluster.start()
	c.revocations(b, 3, c.processes...)
	judge(t, stop())
	t.Logf("from the form until the receipt: %s", spread(took))
}

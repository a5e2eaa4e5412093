package chaos

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of direct connections
)

// nobody is the account of servers when root runs the tests, since they refuse to run as root.
const nobody = 65534

// unprivileged is the account that servers run under; nil: the test's own.
func unprivileged() *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// place is a folder that servers may write to. When this process is gone, however it went, so
// are the folder and the servers that have a file *.pid in it.
func place(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dojo-chaos-")
	must(t, err)
	if os.Getuid() == 0 {
		must(t, os.Chown(dir, nobody, nobody))
	}
	guard := exec.Command("/bin/sh", "-c", `cat >/dev/null
for f in "$1"/*/postmaster.pid "$1"/*.pid; do [ -e "$f" ] && kill -QUIT "$(head -n 1 "$f")"; done
while ls "$1"/*/postmaster.pid >/dev/null 2>&1 && [ $((n += 1)) -lt 100 ]; do sleep 0.05; done
rm -rf "$1"`, "sh", dir)
	guard.Dir = "/"
	guard.SysProcAttr = unprivileged()
	guard.SysProcAttr.Setpgid = true
	lifeline, err := guard.StdinPipe()
	must(t, err)
	must(t, guard.Start())
	t.Cleanup(func() {
		lifeline.Close()
		_ = guard.Wait() // a server may have ended by itself
		os.RemoveAll(dir)
	})
	return dir
}

// cluster is a PostgreSQL server that can be stopped and started.
type cluster struct {
	dir, data string
	port      int
	env       []string // of the server
	t         testing.TB
}

// newCluster makes a cluster and starts it. It waits for no disk, since no test cuts the power.
func newCluster(t testing.TB, env ...string) *cluster {
	t.Helper()
	c := &cluster{dir: place(t), port: freePort(t), env: env, t: t}
	c.data = filepath.Join(c.dir, "primary")
	c.do("initdb", "--pgdata="+c.data, "--username=dojo", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
	c.start()
	return c
}

// programs is the folder of the newest PostgreSQL server. Debian keeps it off the PATH.
func programs(t testing.TB) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) }))
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		t.Fatal("PostgreSQL is not installed on this machine; run \"make test\", which installs what the tests need")
	}
	return filepath.Dir(path)
}

// do runs a program of PostgreSQL's to its end.
func (c *cluster) do(program string, args ...string) {
	c.t.Helper()
	cmd := exec.Command(filepath.Join(programs(c.t), program), args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, unprivileged()
	cmd.Env = append(os.Environ(), append(c.env, "HOME="+c.dir)...)
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o666)
	must(c.t, err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log // the server keeps it, so a pipe would never end
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		c.t.Fatalf("%s %v: %v\n%s", program, args, err, text)
	}
}

func (c *cluster) start() {
	c.t.Helper()
	c.do("pg_ctl", "start", "-w", "-t", "60", "-D", c.data, "-o", fmt.Sprintf("-k %s -p %d -c listen_addresses=127.0.0.1 "+
		"-c max_connections=300 -c autovacuum=off -c fsync=off -c full_page_writes=off -c wal_level=replica "+
		"-c max_wal_senders=4", c.dir, c.port))
}

// crash stops the server as a crash does.
func (c *cluster) crash() {
	c.t.Helper()
	c.do("pg_ctl", "stop", "-w", "-t", "60", "-m", "immediate", "-D", c.data)
}

// replica makes a streaming replica of the server, reached by the given port, and starts it.
func (c *cluster) replica(port int) *cluster {
	c.t.Helper()
	r := &cluster{dir: c.dir, data: filepath.Join(c.dir, "replica"), port: freePort(c.t), t: c.t}
	c.do("pg_basebackup", "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-U", "dojo", "-D", r.data, "-R", "-X", "stream",
		"--checkpoint=fast", "--no-sync")
	r.start()
	return r
}

// promote ends the replica's following, and waits until it can be written to.
func (c *cluster) promote() {
	c.t.Helper()
	c.do("pg_ctl", "promote", "-w", "-t", "60", "-D", c.data)
}

func (c *cluster) address() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

func (c *cluster) url() string { return databaseURL(c.address()) }

// databaseURL is that of a database at the first of the addresses that can be written to.
func databaseURL(addresses ...string) string {
	return "postgres://dojo@" + strings.Join(addresses, ",") + "/postgres?sslmode=disable&target_session_attrs=read-write"
}

// open connects to the database directly.
func (c *cluster) open() *sql.DB {
	c.t.Helper()
	db, err := sql.Open("pgx", c.url())
	must(c.t, err)
	c.t.Cleanup(func() { db.Close() })
	return db
}

// freePort is a port that nobody listened on a moment ago.
func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// await waits until something has happened; only a failure meets the deadline.
func await(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute in vain: %s", what)
		}
	}
}

func drain(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, body)
	body.Close()
}

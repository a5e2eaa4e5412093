package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"dojo/store"
)

// cluster is a PostgreSQL server of this process's own, reached through a
// socket in a folder of its own.
type cluster struct {
	dir       string
	admin     *sql.DB        // to the database "postgres"
	lifeline  io.WriteCloser // open as long as this process lives; the server ends with it
	databases atomic.Int64   // how many were made, for their names
}

// templateName is the migrated database that the tests' databases are copies of.
const templateName = "dojo_template"

var postgresCluster = sync.OnceValues(startCluster)

// nobody is the account that runs the server when root runs the tests, since
// PostgreSQL refuses to run as root.
const nobody = 65534

// supervise makes a cluster and runs its server until standard input ends,
// which is when the process that started it is gone, however it went. Then it
// removes the folder. Durability is off: no test cuts the power.
const supervise = `
trap 'rm -rf "$2"' EXIT
"$1/initdb" --pgdata="$2/data" --username=dojo --auth=trust --encoding=UTF8 --no-locale --no-sync >"$2/log" 2>&1 || { cat "$2/log" >&2; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 -c autovacuum=off \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
`

func startCluster() (*cluster, error) {
	programs, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dojo-postgres-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "sh", programs, dir)
	cmd.Dir = dir
	// A group of its own, so that Ctrl-C at the terminal leaves it to clean up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return nil, err
		}
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	c := &cluster{dir: dir}
	if c.lifeline, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if c.admin, err = sql.Open("pgx", c.url("postgres")); err != nil {
		return nil, err
	}
	if err := c.await(ended); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, complaints.String())
	}
	return c, c.makeTemplate()
}

// await waits until the server answers.
func (c *cluster) await(ended <-chan error) error {
	for range 2400 {
		select {
		case err := <-ended:
			return fmt.Errorf("it ended by itself: %w", errors.Join(err))
		case <-time.After(50 * time.Millisecond):
			if c.admin.Ping() == nil {
				return nil
			}
		}
	}
	log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
	return fmt.Errorf("it did not answer in two minutes; its log:\n%s", log)
}

func (c *cluster) makeTemplate() error {
	if _, err := c.admin.Exec("CREATE DATABASE " + templateName); err != nil {
		return err
	}
	_, _, err := store.Migrate(context.Background(), c.url(templateName))
	return err
}

func (c *cluster) url(database string) string {
	return "postgres:///" + database + "?user=dojo&host=" + url.QueryEscape(c.dir)
}

// postgresPrograms is the folder of the newest PostgreSQL server. Debian keeps
// its programs off the PATH.
func postgresPrograms() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return postgresVersion(a) - postgresVersion(b) })
		return filepath.Dir(newest), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New(
			"PostgreSQL is not installed on this machine; run \"make test\", which installs what the tests need")
	}
	return filepath.Dir(path), nil
}

func postgresVersion(program string) int {
	version, _ := strconv.Atoi(strings.Split(program, "/")[4])
	return version
}

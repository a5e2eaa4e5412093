package storetest_test

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// lingerEnv makes this test binary a process that opens a PostgreSQL database
// and waits to be killed: see TestClusterGoesWithItsProcess.
const lingerEnv = "STORETEST_LINGER"

func TestDatabasesShareNothing(t *testing.T) {
	for engine, open := range map[string]func(testing.TB) *storetest.Database{storetest.SQLite: storetest.OpenSQLite,
		storetest.Postgres: storetest.OpenPostgres} {
		if !storetest.Takes(engine) {
			continue
		}
		t.Run(engine, func(t *testing.T) {
			one, other := storetest.NewFixture(t, open(t)), open(t)
			other.Open()
			if one.Database.Dump() == other.Dump() || other.Count("SELECT count(*) FROM users") != 0 {
				t.Error("what is in one database is in the other")
			}
		})
	}
}

func TestDumpShowsAnyChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		before := db.Dump()
		if before != db.Dump() {
			t.Error("two dumps of the same rows differ")
		}
		db.Exec("UPDATE members SET role = 'owner' WHERE user_id = $1", w.Vic.UserID)
		if before == db.Dump() {
			t.Error("a change does not show")
		}
	})
}

func TestOutageEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		team := w.Team(w.Dev, w.Acme)
		request := func() error {
			_, err := team.RequestUnlock(context.Background(), models.Production, models.UnlockWish{UseCase: "Search."})
			return err
		}
		end := db.Outage()
		if err := request(); models.CodeOf(err) != models.Unavailable {
			t.Errorf("in an outage: %v", err)
		}
		end()
		for range 16 { // as many idle connections as a store may have
			if request() == nil {
				return
			}
		}
		t.Error("the outage goes on after its end")
	})
}

func TestClusterGoesWithItsProcess(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	if os.Getenv(lingerEnv) != "" {
		os.Stdout.WriteString(storetest.OpenPostgres(t).URL + "\n")
		time.Sleep(time.Minute)
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), lingerEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	scanner.Scan()
	address, err := url.Parse(scanner.Text())
	if err != nil || address.Query().Get("host") == "" {
		t.Fatalf("it printed %q", scanner.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for range 2400 {
		if _, err := os.Stat(address.Query().Get("host")); errors.Is(err, fs.ErrNotExist) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the cluster's folder is still there two minutes after its process was killed")
}

package store_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/vault"
)

// What the test binary needs to be the process that is killed: see TestMain.
const (
	crashURL     = "STORE_TEST_CRASH_URL"
	crashKeyring = "STORE_TEST_CRASH_KEYRING"
	crashUser    = "STORE_TEST_CRASH_USER"
	crashUse     = "STORE_TEST_CRASH_USE" // set: it adds evidence of use instead
)

func TestMain(m *testing.M) {
	if os.Getenv(crashURL) == "" {
		// The tests wait for disks and deadlines more than for processors.
		flag.Set("test.parallel", "8")
		os.Exit(m.Run())
	}
	killed := replaceForEver
	if os.Getenv(crashUse) != "" {
		killed = useForEver
	}
	if os.Getenv(crashServe) != "" {
		killed = serveUntilTheInputEnds
	}
	if os.Getenv(crashBulk) != "" {
		killed = changeMuchForEver
	}
	if err := killed(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// replaceForEver replaces a key of Acme's Playground again and again and prints
// the new key's id whenever the store says that it is done.
func replaceForEver() error {
	keyring, err := vault.Open(os.Getenv(crashKeyring))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: os.Getenv(crashURL), Vault: keyring})
	if err != nil {
		return err
	}
	team, err := s.Team(ctx, models.Actor{UserID: os.Getenv(crashUser), Name: "Dev Developer"}, "acme")
	if err != nil {
		return err
	}
	keys, err := team.Keys(ctx, models.Playground)
	if err != nil {
		return err
	}
	for id := keys[0].ID; ; {
		done, err := team.RevokeKey(ctx, models.Playground, id, atOnce)
		if err != nil {
			return err
		}
		id = done.New.ID
		fmt.Println(id)
	}
}

func TestKilledInTheMiddle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		ring := filepath.Join(t.TempDir(), "keyring.json")
		var err error
		db.Vault, err = vault.Open(ring)
		ok(t, err)
		w := storetest.NewFixture(t, db)
		ok(t, w.Store.Close())

		var acknowledged []string
		for range 5 {
			acknowledged = append(acknowledged,
				killAfter(t, 20, crashURL+"="+db.URL, crashKeyring+"="+ring, crashUser+"="+w.Dev.UserID)...)
		}

		w.Store = db.Open()
		for _, id := range acknowledged {
			rows := db.Count("SELECT count(*) FROM keys WHERE id = $1", id)
			lines := db.Count("SELECT count(*) FROM audit_events WHERE action = 'key.replaced' AND detail LIKE $1",
				"%"+id+"%")
			if rows != 1 || lines != 1 {
				t.Errorf("the acknowledged key %s has %d rows and %d lines; want one of each", id, rows, lines)
			}
		}
		replaced := db.Count("SELECT count(*) FROM audit_events WHERE action = 'key.replaced'")
		revoked := db.Count("SELECT count(*) FROM keys WHERE state = 'revoked'")
		issued := db.Count("SELECT count(*) FROM keys") - 4 // two teams' first ones
		if replaced != revoked || replaced != issued || replaced < len(acknowledged) {
			t.Errorf("%d lines, %d revoked and %d issued keys, %d acknowledged; want as many of each", replaced,
				revoked, issued, len(acknowledged))
		}
		_, err = w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID,
			atOnce)
		ok(t, err)
	})
}

// killAfter starts the process and kills it when it has printed so many lines.
// It returns every line that got out.
func killAfter(t *testing.T, lines int, env ...string) (printed []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if printed = append(printed, scanner.Text()); len(printed) == lines {
			ok(t, cmd.Process.Kill())
		}
	}
	cmd.Wait()
	if len(printed) < lines {
		t.Fatalf("it ended by itself after %d changes: %s", len(printed), complaints.String())
	}
	return printed
}

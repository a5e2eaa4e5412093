package store_test

import (
	"bufio"
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

// crashServe, when set, makes the test binary serve the database until its input ends.
const crashServe = "STORE_TEST_CRASH_SERVE"

func serveUntilTheInputEnds() error {
	keyring, err := vault.Open(os.Getenv(crashKeyring))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: os.Getenv(crashURL), Vault: keyring, Serves: true})
	if err != nil {
		return err
	}
	fmt.Println("serving")
	bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Println(s.Ready(ctx))
	return s.Close()
}

// served begins another process that serves the database at an address, in a folder. It
// returns what that says first, whether it serves or is refused, and a function that ends
// it and returns whether it was ready until then.
func served(t *testing.T, dir, address, keyring string) (said string, end func() string) {
	t.Helper()
	program, err := filepath.Abs(os.Args[0])
	ok(t, err)
	cmd := exec.Command(program)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), crashServe+"=yes", crashURL+"="+address, crashKeyring+"="+keyring)
	input, err := cmd.StdinPipe()
	ok(t, err)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	ok(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	line := func() string {
		if scanner.Scan() {
			return scanner.Text()
		}
		cmd.Wait()
		return complaints.String()
	}
	said = line()
	return said, func() string {
		input.Close()
		ready := line()
		cmd.Wait()
		return ready
	}
}

// file is a database with a keyring that other processes can open too.
func file(t *testing.T) (db *storetest.Database, keyring string) {
	t.Helper()
	db = storetest.OpenSQLite(t)
	keyring = filepath.Join(t.TempDir(), "keyring.json")
	var err error
	db.Vault, err = vault.Open(keyring)
	ok(t, err)
	return db, keyring
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	ok(t, err)
	ok(t, os.WriteFile(to, data, 0o600))
}

// TestAFileByAnyName: a lock on a name keeps nobody out who comes by another one.
func TestAFileByAnyName(t *testing.T) {
	t.Parallel()
	db, keyring := file(t)
	dir, elsewhere := filepath.Dir(db.Path), t.TempDir()
	symlink, hardlink := filepath.Join(elsewhere, "s.db"), filepath.Join(dir, "h.db")
	folder := filepath.Join(elsewhere, "f")
	ok(t, os.Symlink(db.Path, symlink))
	ok(t, os.Link(db.Path, hardlink))
	ok(t, os.Symlink(dir, folder))
	names := map[string]string{
		"the same name": db.Path, "a relative path": "./dojo.db", "a symbolic link": symlink, "a hard link": hardlink,
		"a link to its folder": filepath.Join(folder, "dojo.db"),
		"a way round":          dir + "/../" + filepath.Base(dir) + "/dojo.db",
	}
	for what, path := range names {
		said, end := served(t, dir, "sqlite:"+path, keyring)
		if said != "serving" {
			t.Fatalf("%s: it says %q", what, said)
		}
		os.Remove(db.Path + ".lock") // of an older version, which counted on nobody doing that
		for by, other := range names {
			if strings.HasPrefix(other, "./") {
				continue // that is this process's folder
			}
			_, err := db.TryOpen(storetest.Serves, func(o *store.Options) { o.URL = "sqlite:" + other })
			if err == nil || !strings.Contains(err.Error(), "another dojo process is using the database file "+other) {
				t.Errorf("served by %s, opened by %s: %v", what, by, err)
			}
		}
		if ready := end(); ready != "<nil>" {
			t.Errorf("served by %s, after the others were refused: %s", what, ready)
		}
	}
}

// TestAFileThatIsReplaced: whoever serves a file that has lost its name leaves the name
// to the next one.
func TestAFileThatIsReplaced(t *testing.T) {
	t.Parallel()
	for what, replace := range map[string]func(t *testing.T, path string){
		"by a copy": func(t *testing.T, path string) { ok(t, os.Rename(path+".copy", path)) },
		"by another place": func(t *testing.T, path string) {
			ok(t, os.Rename(path, path+".old"))
			ok(t, os.Rename(path+".copy", path))
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			db, keyring := file(t)
			w := storetest.NewFixture(t, db, storetest.Serves)
			told, team := news(w.Store), w.Team(w.Olivia, w.Acme)
			db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
			copyFile(t, db.Path, db.Path+".copy")
			replace(t, db.Path)
			refused(t, renamed(team, "Lost"), models.Unavailable, "not sure that it alone serves")
			wantNews(t, told, false)
			refused(t, w.Store.Ready(ctx), models.Unavailable, "not sure")
			said, end := served(t, filepath.Dir(db.Path), db.URL, keyring)
			if said != "serving" {
				t.Fatalf("the next one says %q", said)
			}
			refused(t, renamed(team, "Lost"), models.Unavailable, "not sure that it alone serves")
			wantNoNews(t, told)
			if ready := end(); ready != "<nil>" {
				t.Errorf("the next one: %s", ready)
			}
		})
	}
}

func TestOnlyAFileIsADatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{
		"", ":memory:", "file:" + dir + "/a.db", dir + "/a.db?mode=ro", dir + "/a.db?mode=memory&cache=shared",
	} {
		if _, err := store.Open(ctx, store.Options{URL: "sqlite:" + path, Serves: true}); err == nil ||
			!strings.Contains(err.Error(), "does not name a file") {
			t.Errorf("sqlite:%s: %v", path, err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("it made %v", files)
	}
}

package vault_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/vault"
)

// openEnv makes this test binary a process that opens keyrings: see TestMain.
const openEnv = "VAULT_TEST_OPEN"

// TestMain lets the test binary stand in for a starting server. With the
// variable set it opens that keyring and prints its fingerprint; if the path
// holds a %d, it opens one after another until it is killed.
func TestMain(m *testing.M) {
	path := os.Getenv(openEnv)
	if path == "" {
		os.Exit(m.Run())
	}
	for i := 0; ; i++ {
		name := strings.ReplaceAll(path, "%d", fmt.Sprint(i))
		v, err := vault.Open(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if name == path {
			fmt.Print(v.Fingerprint())
			os.Exit(0)
		}
	}
}

func opener(path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), openEnv+"="+path)
	return cmd
}

func TestProcessesStartingTogetherAgree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keyring.json")
	prints := make([]string, 8)
	var group sync.WaitGroup
	for i := range prints {
		group.Go(func() {
			out, err := opener(path).Output()
			if err != nil {
				t.Errorf("a process failed: %v", err)
			}
			prints[i] = string(out)
		})
	}
	group.Wait()
	want := open(t, path).Fingerprint()
	for _, got := range prints {
		if got != want {
			t.Errorf("a process worked with keyring %q, the file is %q", got, want)
		}
	}
	wantOnly(t, filepath.Dir(path), "keyring.json")
}

func TestOpensStartingTogetherAgree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keyring.json")
	vaults := make([]*vault.Vault, 16)
	var group sync.WaitGroup
	for i := range vaults {
		group.Go(func() { vaults[i], _ = vault.Open(path) })
	}
	group.Wait()
	created := 0
	for _, v := range vaults {
		if v == nil || v.Fingerprint() != open(t, path).Fingerprint() {
			t.Fatal("two keyrings for one path")
		}
		if v.Created() {
			created++
		}
	}
	if created != 1 {
		t.Errorf("%d of them say that they created the keyring; want 1", created)
	}
}

func TestKilledFirstStartLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	cmd := opener(filepath.Join(dir, "%d", "keyring.json"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, err := os.Stat(filepath.Join(dir, "9")); err != nil; _, err = os.Stat(filepath.Join(dir, "9")) {
			time.Sleep(time.Millisecond)
		}
		cmd.Process.Kill()
	}()
	if err := cmd.Wait(); cmd.ProcessState.Exited() {
		t.Fatalf("the process stopped by itself: %v", err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "keyring.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("the process made no keyring before it was killed: %v", err)
	}
	for _, path := range paths {
		if open(t, path).Created() {
			t.Errorf("%s vanished", path)
		}
	}
}

func TestLeftoverOfAKilledStartIsIgnored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	write(t, filepath.Join(filepath.Dir(path), ".keyring-1.tmp"), []byte(`{"version":1,"ae`), 0o600)
	first := open(t, path)
	if !first.Created() || open(t, path).Fingerprint() != first.Fingerprint() {
		t.Error("a leftover temporary file disturbed the first start")
	}
}

package passwords_test

import (
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"dojo/passwords"
)

// The test's own program is the child when this variable says so.
const childVariable = "DOJO_TEST_HASHES"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "serve":
		if err := passwords.Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "die":
		os.Exit(3)
	}
	os.Exit(m.Run())
}

func childCommand(how string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childVariable+"="+how)
	return command
}

func TestAChildHashesLikeThisProcess(t *testing.T) {
	here := passwords.New(1)
	there := passwords.NewInChildren(1, func() *exec.Cmd { return childCommand("serve") })
	encoded, err := there.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []*passwords.Hasher{here, there} {
		if right, err := h.Verify(t.Context(), encoded, "correct horse battery"); err != nil || !right {
			t.Errorf("the right password: %v, %v", right, err)
		}
		if right, err := h.Verify(t.Context(), encoded, "wrong horse battery"); err != nil || right {
			t.Errorf("a wrong password: %v, %v", right, err)
		}
	}
}

func TestADeadChildIsReplaced(t *testing.T) {
	var starts atomic.Int32
	var last *exec.Cmd
	h := passwords.NewInChildren(1, func() *exec.Cmd {
		starts.Add(1)
		last = childCommand("serve")
		return last
	})
	encoded, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	last.Process.Kill()
	if right, err := h.Verify(t.Context(), encoded, "correct horse battery"); err != nil || !right {
		t.Errorf("after the child died: %v, %v", right, err)
	}
	if starts.Load() != 2 {
		t.Errorf("the child was started %d times, want 2", starts.Load())
	}
}

func TestWithoutAChildTheWorkIsDoneHere(t *testing.T) {
	for _, command := range []func() *exec.Cmd{
		func() *exec.Cmd { return childCommand("die") },
		func() *exec.Cmd { return exec.Command("/nonexistent/dojo") },
	} {
		h := passwords.NewInChildren(1, command)
		encoded, err := h.Hash(t.Context(), "correct horse battery")
		if err != nil {
			t.Fatal(err)
		}
		if right, err := passwords.New(1).Verify(t.Context(), encoded, "correct horse battery"); err != nil || !right {
			t.Errorf("hashed here: %v, %v", right, err)
		}
	}
}

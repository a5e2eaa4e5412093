package chaos

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// program is the built program's file.
var program string

// TestMain builds the program, and keeps the machine's own settings out of the tests.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "DOJO_") {
			os.Unsetenv(name)
		}
	}
	dir, err := os.MkdirTemp("", "dojo-program-")
	if err == nil {
		program = filepath.Join(dir, "dojo")
		err = build(program)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func build(file string, options ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-o", file}, options...)
	cmd := exec.Command("go", append(args, "dojo/cmd/dojo")...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// long reports whether the tests are to take their time.
func long() bool { return os.Getenv("CHAOS") == "long" }

// many is how often something is done.
func many(small, large int) int {
	if long() {
		return large
	}
	return small
}

// process is one that serves, and those that follow it on its port.
type process struct {
	number int
	port   int
	file   string // of the program
	args   []string
	cmd    *exec.Cmd
	ended  chan struct{}
	log    *record
	t      testing.TB
}

// record is what a process has written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func newProcess(t testing.TB, number int, settings ...string) *process {
	t.Helper()
	p := &process{number: number, port: freePort(t), file: program, log: &record{}, t: t}
	p.args = append([]string{"serve", "--addr", fmt.Sprintf("127.0.0.1:%d", p.port), "--log-format", "json"}, settings...)
	t.Cleanup(func() {
		if p.cmd != nil {
			p.signal(syscall.SIGKILL)
			<-p.ended
		}
		if t.Failed() {
			t.Logf("process %d wrote:\n%s", number, p.log)
		}
	})
	return p
}

// begin starts the process.
func (p *process) begin() {
	p.t.Helper()
	p.cmd = exec.Command(p.file, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	must(p.t, p.cmd.Start())
	p.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(p.cmd, p.ended)
}

// start starts the process and waits until it is ready.
func (p *process) start() {
	p.t.Helper()
	p.begin()
	p.awaitReady()
}

func (p *process) awaitReady() {
	p.t.Helper()
	await(p.t, fmt.Sprintf("process %d is ready", p.number), func() bool {
		select {
		case <-p.ended:
			p.t.Fatalf("process %d has ended:\n%s", p.number, p.log)
		default:
		}
		answer, err := http.Get(p.url() + "/readyz")
		if err != nil {
			return false
		}
		drain(answer.Body)
		return answer.StatusCode == http.StatusOK
	})
}

func (p *process) signal(signal syscall.Signal) { _ = p.cmd.Process.Signal(signal) }

// end sends the signal and waits until the process has ended.
func (p *process) end(signal syscall.Signal) {
	p.signal(signal)
	<-p.ended
}

func (p *process) url() string { return fmt.Sprintf("http://127.0.0.1:%d", p.port) }

// pause stops the process, and waits until it stands still.
func (p *process) pause() {
	p.t.Helper()
	p.signal(syscall.SIGSTOP)
	await(p.t, "the process stands still", func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		must(p.t, err)
		for _, thread := range threads {
			stat, err := os.ReadFile(thread)
			if err == nil && !bytes.HasPrefix(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" T")) {
				return false
			}
		}
		return len(threads) > 0
	})
}

package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkDemo starts the built program on an existing demo database, and
// reports how long it takes until the server is ready, and how much memory is
// resident after the demo's journey.
func BenchmarkDemo(b *testing.B) {
	dir := b.TempDir()
	binary := filepath.Join(dir, "dojo")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	startDemo(b, binary, dir).stop(b) // builds the database
	var ready, resident float64
	for b.Loop() {
		d := startDemo(b, binary, dir)
		ready += d.ready.Seconds() * 1000
		d.journey(b)
		time.Sleep(3 * time.Second) // a burst of sign-ins gives its memory back within this time
		resident += d.resident(b)
		d.stop(b)
	}
	b.ReportMetric(ready/float64(b.N), "ms-to-ready")
	b.ReportMetric(resident/float64(b.N), "MB-resident")
	b.ReportMetric(0, "ns/op")
}

type runningDemo struct {
	base    string
	ready   time.Duration
	command *exec.Cmd
}

func startDemo(b *testing.B, binary, dir string) runningDemo {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	command := exec.Command(binary, "demo", "--addr", address, "--log-level", "error")
	command.Dir, command.Stderr = dir, os.Stderr
	start := time.Now()
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	d := runningDemo{base: "http://" + address, command: command}
	for time.Since(start) < 20*time.Second {
		response, err := http.Get(d.base + "/readyz")
		if err == nil {
			response.Body.Close()
			d.ready = time.Since(start)
			return d
		}
		time.Sleep(2 * time.Millisecond)
	}
	b.Fatal("the demo is not ready after 20 seconds")
	return d
}

func (d runningDemo) stop(b *testing.B) {
	b.Helper()
	if err := d.command.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	if err := d.command.Wait(); err != nil {
		b.Fatal(err)
	}
}

// journey signs two people in, walks their pages, and uses and replaces a key.
func (d runningDemo) journey(b *testing.B) {
	b.Helper()
	ade := d.signIn(b, "ade@acme.example")
	for _, page := range []string{"/", "/t/acme/playground/catalog", "/t/acme/development", "/t/acme/development/keys",
		"/t/acme/development/interactions", "/t/acme/development/activity", "/t/acme/production", "/t/acme/activity"} {
		ade.get(b, page)
	}
	keys := ade.get(b, "/t/acme/development/keys?revoke=secret")
	action := regexp.MustCompile(`/t/acme/development/keys/[a-z2-7]+/revoke`).
		FindString(keys[strings.Index(keys, `id="revoke-secret"`):])
	ade.post(b, strings.Replace(action, "/revoke", "/view", 1), nil)
	ade.post(b, action, url.Values{"when": {"now"}, "reason": {"rotation"}})
	for range 200 {
		response, err := http.Get(d.base + "/verify?api_key=" + strings.Repeat("0", 40))
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
	}
	sol := d.signIn(b, "sol@dojo.example")
	for _, page := range []string{"/desk/requests", "/desk/teams", "/desk/teams/umami", "/desk/compromise"} {
		sol.get(b, page)
	}
}

type person struct {
	base   string
	client *http.Client
}

func (d runningDemo) signIn(b *testing.B, email string) person {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	p := person{d.base, &http.Client{Jar: jar}}
	p.post(b, "/login", url.Values{"email": {email}, "password": {"dojo-demo"}})
	return p
}

func (p person) get(b *testing.B, path string) string {
	b.Helper()
	return p.read(b)(p.client.Get(p.base + path))
}

func (p person) post(b *testing.B, path string, form url.Values) string {
	b.Helper()
	return p.read(b)(p.client.PostForm(p.base+path, form))
}

func (p person) read(b *testing.B) func(*http.Response, error) string {
	return func(response *http.Response, err error) string {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatalf("%s: %s %v", response.Request.URL.Path, response.Status, err)
		}
		return string(body)
	}
}

// resident reads the process's resident memory in megabytes, from Linux's
// /proc.
func (d runningDemo) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.command.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	kilobytes, err := strconv.ParseFloat(string(match[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kilobytes / 1024
}

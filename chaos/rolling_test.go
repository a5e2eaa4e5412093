package chaos

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// balancer is nginx before the processes, in turns, with the settings that docs/postgresql.md has.
func balancer(t *testing.T, port int, processes ...*process) {
	t.Helper()
	dir := place(t)
	var servers strings.Builder
	for _, p := range processes {
		fmt.Fprintf(&servers, "    server 127.0.0.1:%d max_fails=0;\n", p.port)
	}
	settings := fmt.Sprintf(`daemon off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream dojo {
%s    keepalive 16;
  }
  server {
    listen 127.0.0.1:%d;
    location / {
      proxy_pass http://dojo;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_next_upstream error timeout http_503;
    }
  }
}
`, servers.String(), port)
	file := filepath.Join(dir, "nginx.conf")
	must(t, os.WriteFile(file, []byte(settings), 0o644))
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // Debian keeps it off the PATH of whoever is not root
	}
	cmd := exec.Command(program, "-p", dir, "-c", file)
	log := &record{}
	cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = unprivileged(), log, log
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("nginx wrote:\n%s", log)
		}
	})
}

// TestRollingRestart: behind a balancer no check of a key fails while one process after
// another is restarted, and nobody has to sign in again.
func TestRollingRestart(t *testing.T) {
	port := freePort(t)
	c := found(t, 3, "--public-url", fmt.Sprintf("http://localhost:%d", port), "--trusted-proxies", "127.0.0.1/32")
	balancer(t, port, c.processes...)
	front := &process{number: 0, port: port, t: t}
	await(t, "the balancer answers", func() bool {
		return c.ask(newClient(), front, c.teams[0].key).status == http.StatusOK
	})
	b := c.browser(ownersEmail, front)
	stop := c.load(front, front)
	visits, stopVisits := c.visit(t, b, front)
	for range many(3, 20) {
		for _, p := range c.processes {
			p.restart(syscall.SIGTERM)
			c.revoke(b, c.teams[p.number-1], front)
		}
	}
	stopVisits()
	checks := stop()
	judge(t, checks)
	if n := unavailable(checks); n > 0 {
		t.Errorf("%d of %d checks failed", n, len(checks))
	}
	t.Logf("%d pages were read", *visits)
}

// visit reads a page again and again, as somebody who is signed in.
func (c *city) visit(t *testing.T, b *browser, at *process) (visits *int, stop func()) {
	visits = new(int)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
			answer, err := b.client.Get(at.url() + "/t/team0/development/keys")
			if err != nil {
				t.Errorf("a page was not answered: %v", err)
				return
			}
			page, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "Olivia") {
				t.Errorf("a page was answered %s, %v, to somebody who is signed in", answer.Status, err)
				return
			}
			*visits++
		}
	})
	return visits, func() { close(done); group.Wait() }
}

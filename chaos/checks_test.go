package chaos

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// history is what was asked of processes, and when, by one clock.
type history struct {
	began time.Time
	shown atomic.Pointer[[]*key] // those that are checked
	mu    sync.Mutex
	all   []check
}

func newHistory() *history {
	h := &history{began: time.Now()}
	h.shown.Store(&[]*key{})
	return h
}

// now is the moment by the history's clock.
func (h *history) now() time.Duration { return time.Since(h.began) }

// mostShown is how many keys are checked: the active ones, and those revoked last.
const mostShown = 24

// show has the key checked from now on.
func (h *history) show(k *key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	shown := append([]*key{k}, *h.shown.Load()...)
	for i := len(shown) - 1; i > 0 && len(shown) > mostShown; i-- {
		if shown[i].receipt != never {
			shown = append(shown[:i:i], shown[i+1:]...)
		}
	}
	h.shown.Store(&shown)
}

// ask makes one check and notes it.
func (h *history) ask(client *http.Client, p *process, k *key) check {
	c := check{key: k, process: p.number}
	request, err := http.NewRequest(http.MethodGet, p.url()+"/verify", nil)
	if err != nil {
		panic(err) // the address is well formed
	}
	request.Header.Set("X-API-KEY", k.text)
	c.start = h.now()
	if answer, err := client.Do(request); err == nil {
		c.status = answer.StatusCode
		drain(answer.Body)
	}
	c.end = h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, c)
	return c
}

// rush makes checks at a process at the same time, each on a connection of its own, and returns
// what waits for their answers.
func (h *history) rush(p *process, k *key, n int) (wait func()) {
	var group, sent sync.WaitGroup
	for range n {
		sent.Add(1)
		group.Go(func() {
			client := newClient()
			defer client.CloseIdleConnections()
			sent.Done()
			h.ask(client, p, k)
		})
	}
	sent.Wait()
	return group.Wait
}

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: time.Minute}
}

// The load: connections that are kept alive for each process, and how often each is used. With
// three processes that is 1,000 checks a second.
const (
	connections = 8
	pace        = 24 * time.Millisecond
)

// load checks keys at the processes until it is stopped, and returns the checks made meanwhile.
func (h *history) load(processes ...*process) (stop func() []check) {
	h.mu.Lock()
	h.all = nil
	h.mu.Unlock()
	done := make(chan struct{})
	var group sync.WaitGroup
	for _, p := range processes {
		for range connections {
			group.Go(func() {
				client := newClient()
				defer client.CloseIdleConnections()
				ticker := time.NewTicker(pace)
				defer ticker.Stop()
				for {
					select {
					case <-done:
						return
					case <-ticker.C:
					}
					shown := *h.shown.Load()
					h.ask(client, p, shown[rand.IntN(len(shown))])
				}
			})
		}
	}
	return func() []check {
		close(done)
		group.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.all
	}
}

// judge checks the history, and says how large it was.
func judge(t testing.TB, checks []check) {
	t.Helper()
	found, accepted, late := violations(checks), 0, 0
	for _, c := range checks {
		if c.status == http.StatusOK {
			accepted++
		}
		if c.start > c.key.receipt {
			late++
		}
	}
	t.Logf("%d checks: %d accepted, %d without a verdict, %d begun after a receipt, %d violations",
		len(checks), accepted, unavailable(checks), late, len(found))
	for _, v := range found[:min(len(found), 10)] {
		t.Error(v)
	}
	if accepted == 0 || late == 0 {
		t.Error("the history shows nothing: no check was accepted, or none began after a receipt")
	}
}

// spread describes how long something took.
func spread(took []time.Duration) string {
	if len(took) == 0 {
		return "none"
	}
	return fmt.Sprintf("median %v, 99th percentile %v, longest %v",
		quantile(took, 0.5), quantile(took, 0.99), quantile(took, 1))
}

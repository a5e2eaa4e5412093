package store_test

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"dojo/store/storetest"
)

// proxy stands between a store and a PostgreSQL server, and can keep back or cut off
// what they say.
type proxy struct {
	url string

	mu      sync.Mutex
	flows   *sync.Cond // while it does not stall
	stalled bool
	conns   map[net.Conn]bool
}

func newProxy(t *testing.T, db *storetest.Database) *proxy {
	t.Helper()
	address, err := url.Parse(db.URL)
	ok(t, err)
	query, dir := address.Query(), shortDir(t)
	const socket = ".s.PGSQL.5432"
	server := filepath.Join(query.Get("host"), socket)
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	ok(t, err)
	query.Set("host", dir)
	address.RawQuery = query.Encode()
	p := &proxy{url: address.String(), conns: map[net.Conn]bool{}}
	p.flows = sync.NewCond(&p.mu)
	t.Cleanup(func() { listener.Close(); p.resume(); p.cut() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("unix", server)
			if err != nil {
				client.Close()
				continue
			}
			p.join(client, upstream)
		}
	}()
	return p
}

func (p *proxy) join(client, server net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[client], p.conns[server] = true, true
	for from, to := range map[net.Conn]net.Conn{client: server, server: client} {
		go func() {
			_, _ = io.Copy(gated{to, p}, from)
			client.Close()
			server.Close()
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.conns, from)
		}()
	}
}

// gated lets nothing through while the proxy stalls.
type gated struct {
	io.Writer
	proxy *proxy
}

func (g gated) Write(data []byte) (int, error) {
	g.proxy.mu.Lock()
	for g.proxy.stalled {
		g.proxy.flows.Wait()
	}
	g.proxy.mu.Unlock()
	return g.Writer.Write(data)
}

func (p *proxy) stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = true
}

func (p *proxy) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = false
	p.flows.Broadcast()
}

// cut ends all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		conn.Close()
	}
}

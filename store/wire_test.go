package store_test

import (
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"dojo/store/storetest"
)

// wire is a way to a PostgreSQL server that can fail as a network does.
type wire struct {
	url    string
	server string // the server's socket
	socket string // its own

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
	flow     *sync.RWMutex // held by whoever stops what goes through
}

// newWire leads to the database by a socket of its own.
func newWire(t *testing.T, db *storetest.Database) *wire {
	t.Helper()
	address, err := url.Parse(db.URL)
	ok(t, err)
	const name = ".s.PGSQL.5432"
	query := address.Query()
	wire := &wire{server: filepath.Join(query.Get("host"), name), socket: filepath.Join(shortDir(t), name),
		flow: &sync.RWMutex{}}
	query.Set("host", filepath.Dir(wire.socket))
	address.RawQuery = query.Encode()
	wire.url = address.String()
	wire.listen()
	t.Cleanup(func() { wire.cut() })
	return wire
}

func (w *wire) listen() {
	listener, err := net.Listen("unix", w.socket)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener = listener
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			w.join(near)
		}
	}()
}

func (w *wire) join(near net.Conn) {
	far, err := net.Dial("unix", w.server)
	if err != nil {
		near.Close()
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, near, far)
	go w.carry(near, far)
	go w.carry(far, near)
}

// carry copies until one end closes.
func (w *wire) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		w.flow.RLock()
		_, failed := to.Write(buffer[:n])
		w.flow.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// cut ends every connection and refuses others, until mend is called.
func (w *wire) cut() (mend func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
	return w.listen
}

// freeze lets nothing through and tells nobody, until mend is called.
func (w *wire) freeze() (mend func()) {
	w.flow.Lock()
	return w.flow.Unlock
}

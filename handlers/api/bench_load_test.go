package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// benchConnections is how many clients ask at the same time.
const benchConnections = 64

// load is a server under load: connections that are kept alive, and the request
// that each of them sends, over and over. All answers are of the same length, so
// that the client, which shares the processors with the server, need not look for
// their ends.
type load struct {
	connections []net.Conn
	requests    [][]byte // of each connection
	answer      int      // length in bytes
	end         string   // of a whole answer
}

func newLoad(b *testing.B, handler http.Handler, path string) *load {
	return dial(b, handler, "\r\n\r\n", func(address string, _ int) []byte {
		return []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n")
	})
}

// newUploads is a load of uploads, of which each connection has a body of its own.
func newUploads(b *testing.B, handler http.Handler, path string, bodies [][]byte) *load {
	return dial(b, handler, success, func(address string, n int) []byte {
		head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: "+
			"text/plain;charset=UTF-8\r\nContent-Length: %d\r\n\r\n", path, address, len(bodies[n]))
		return append([]byte(head), bodies[n]...)
	})
}

func dial(b *testing.B, handler http.Handler, end string, request func(address string, n int) []byte) *load {
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	l := &load{end: end}
	for n := range benchConnections {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { connection.Close() })
		l.connections, l.requests = append(l.connections, connection), append(l.requests, request(address, n))
	}
	l.measure(b)
	return l
}

// measure makes the first request, to learn how long an answer is.
func (l *load) measure(b *testing.B) {
	if _, err := l.connections[0].Write(l.requests[0]); err != nil {
		b.Fatal(err)
	}
	answer := make([]byte, 4096)
	for l.answer < len(answer) && !l.complete(answer[:l.answer]) {
		n, err := l.connections[0].Read(answer[l.answer:])
		if err != nil {
			b.Fatal(err)
		}
		l.answer += n
	}
}

// complete reports whether it is a whole answer of 200.
func (l *load) complete(answer []byte) bool {
	return bytes.HasPrefix(answer, []byte("HTTP/1.1 200 OK\r\n")) && bytes.HasSuffix(answer, []byte(l.end))
}

// run makes the requests, shared out among all connections, and returns how long
// it took.
func (l *load) run(b *testing.B, requests int) time.Duration {
	start := time.Now()
	var left atomic.Int64
	left.Store(int64(requests))
	var clients sync.WaitGroup
	for n, connection := range l.connections {
		clients.Go(func() {
			answer := make([]byte, l.answer)
			for left.Add(-1) >= 0 {
				if err := l.ask(connection, l.requests[n], answer); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
	return time.Since(start)
}

func (l *load) ask(connection net.Conn, request, answer []byte) error {
	if _, err := connection.Write(request); err != nil {
		return err
	}
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	if !l.complete(answer) {
		return fmt.Errorf("not the answer that was expected: %s", answer)
	}
	return nil
}

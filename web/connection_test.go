package web_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"dojo/web"
)

// accepted returns both ends of a connection to a listener of the API, the server's first.
func accepted(t *testing.T) (server, client net.Conn) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := web.AnswerUnreadable(&http.Server{}, inner, slog.New(slog.DiscardHandler))
	defer listener.Close()
	if client, err = net.Dial("tcp", inner.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return server, client
}

// reads are the two ways in which a connection is read.
var reads = map[string]func(net.Conn) error{
	"Read":    func(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err },
	"WriteTo": func(c net.Conn) error { _, err := c.(io.WriterTo).WriteTo(io.Discard); return err },
}

// TestADeadlineHoldsWheneverItWasSet: before a read or while one waits, and until another.
func TestADeadlineHoldsWheneverItWasSet(t *testing.T) {
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			server, client := accepted(t)
			ends := func(what string) {
				t.Helper()
				if err := read(server); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%s: %v", what, err)
				}
			}
			server.SetReadDeadline(time.Unix(1, 0))
			ends("a deadline that has passed")
			server.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
			ends("one that passes")
			server.SetReadDeadline(time.Now().Add(time.Hour))
			server.SetDeadline(time.Unix(1, 0))
			ends("one that has replaced another")

			server.SetReadDeadline(time.Time{})
			began, done := make(chan struct{}), make(chan error)
			go func() { close(began); done <- read(server) }()
			<-began
			for _, deadline := range []time.Time{time.Now().Add(time.Hour), time.Unix(1, 0)} {
				server.SetReadDeadline(deadline)
			}
			if err := <-done; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("one that is set while a read waits: %v", err)
			}

			server.SetReadDeadline(time.Time{})
			client.Write([]byte("x"))
			client.Close()
			if err := read(server); err != nil {
				t.Errorf("without one: %v", err)
			}
		})
	}
}

// writes are the two ways in which a connection is written to, more than its buffers hold.
var writes = map[string]func(net.Conn) error{
	"Write":    func(c net.Conn) error { _, err := c.Write(make([]byte, 32<<20)); return err },
	"ReadFrom": func(c net.Conn) error { _, err := io.Copy(c, bytes.NewReader(make([]byte, 32<<20))); return err },
}

func TestADeadlineForWritingHoldsWheneverItWasSet(t *testing.T) {
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			server, client := accepted(t)
			ends := func(what string) {
				t.Helper()
				if err := write(server); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%s: %v", what, err)
				}
			}
			server.SetWriteDeadline(time.Unix(1, 0))
			ends("a deadline that has passed")
			server.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
			ends("one that passes")

			server.SetWriteDeadline(time.Time{})
			done := make(chan error)
			go func() { done <- write(server) }()
			if _, err := client.Read(make([]byte, 1)); err != nil { // the writing is under way
				t.Fatal(err)
			}
			server.SetWriteDeadline(time.Unix(1, 0))
			if err := <-done; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("one that is set while a write waits: %v", err)
			}

			server.SetWriteDeadline(time.Time{})
			go io.Copy(io.Discard, client)
			if err := write(server); err != nil {
				t.Errorf("without one: %v", err)
			}
		})
	}
}

// TestADeadlineThatMovesOn: however often it is set anew, no read waits for longer than the last
// one says.
func TestADeadlineThatMovesOn(t *testing.T) {
	server, client := accepted(t)
	for range 5 {
		server.SetReadDeadline(time.Now().Add(2 * time.Second))
		client.Write([]byte("x"))
		if _, err := server.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // so that the deadlines differ
	}
	server.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // sooner than the one in force
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

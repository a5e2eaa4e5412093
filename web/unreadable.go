package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"dojo/handlers/api"
)

// answerUnreadable lets a server of the API answer in JSON, and with the headers of
// every answer, also those requests that net/http cannot read: it answers them in
// plain text, before any handler, as when the head is too large. Which path such a
// request is for is not known. The server is to serve the listener that it returns.
func answerUnreadable(server *http.Server, listener net.Listener, logger *slog.Logger) net.Listener {
	handler := server.Handler
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connectionKey{}).(*connection); ok {
			c.handled.Store(true)
		}
		handler.ServeHTTP(w, r)
	})
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, c)
	}
	server.ConnState = func(accepted net.Conn, state http.ConnState) {
		if c, ok := accepted.(*connection); ok && state == http.StateIdle {
			c.handled.Store(false)
		}
	}
	return watched{listener, logger}
}

// connectionKey is the key of a request's connection in its context.
type connectionKey struct{}

type watched struct {
	net.Listener
	log *slog.Logger
}

// Accept implements net.Listener.
func (l watched) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if tcp, ok := accepted.(*net.TCPConn); ok {
		return &connection{lazyDeadlines: newLazyDeadlines(tcp), log: l.log}, err
	}
	return accepted, err
}

// connection looks at what its server writes while no handler has the request.
type connection struct {
	lazyDeadlines
	log     *slog.Logger
	handled atomic.Bool // a handler has the request; what it writes, which may be anything, stays as it is
}

// Write implements io.Writer.
func (c *connection) Write(p []byte) (int, error) {
	if c.handled.Load() {
		return c.lazyDeadlines.Write(p)
	}
	status, said, ok := unreadable(p)
	if !ok {
		return c.lazyDeadlines.Write(p)
	}
	header, body := api.Unreadable(string(said))
	header.Set("Connection", "close")
	c.log.Info("a request could not be read", "status", string(said),
		"address", c.RemoteAddr().String(), "request_id", header.Get(echo.HeaderXRequestID))
	var answer bytes.Buffer
	fmt.Fprintf(&answer, "%s\r\nContent-Length: %d\r\n", status, len(body))
	_ = header.Write(&answer) // a buffer takes everything
	answer.WriteString("\r\n")
	answer.Write(body)
	if _, err := c.lazyDeadlines.Write(answer.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unreadable recognizes what net/http answers when it cannot read a request, by the
// headers that stand in no other answer behind the status line; or cannot do what a
// request expects, which it answers with nothing but that status.
func unreadable(p []byte) (status, said []byte, ok bool) {
	if !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) {
		return nil, nil, false
	}
	status, rest, _ := bytes.Cut(p, []byte("\r\n"))
	if said, ok = bytes.CutPrefix(status, []byte("HTTP/1.1 ")); ok && bytes.HasPrefix(said, []byte("417 ")) {
		return status, said, true
	}
	said, ok = bytes.CutPrefix(rest, []byte("Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"))
	return status, said, ok
}

package webtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
)

// BufferSize is what a narrow server and its clients hold of what is on its way.
const BufferSize = 32 << 10

// Narrow serves the site once more, with buffers that are full after a few
// records: an answer that nobody reads stops there.
func (s *Site) Narrow() *httptest.Server {
	s.T.Helper()
	server := httptest.NewUnstartedServer(s.Server.Handler())
	server.Listener = NarrowListener{server.Listener}
	server.Start()
	s.T.Cleanup(server.Close)
	return server
}

type NarrowListener struct{ net.Listener }

func (l NarrowListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if tcp, ok := connection.(*net.TCPConn); ok {
		err = errors.Join(err, tcp.SetWriteBuffer(BufferSize))
	}
	return connection, err
}

// Through asks for a page of the site at a server with narrow buffers, and leaves
// its body to be read.
func (b *Browser) Through(server *httptest.Server, path string) *http.Response {
	t := b.Site.T
	t.Helper()
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		connection, err := new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		if err == nil {
			err = connection.(*net.TCPConn).SetReadBuffer(BufferSize)
		}
		return connection, err
	}
	transport := &http.Transport{DialContext: dial, ReadBufferSize: BufferSize}
	t.Cleanup(transport.CloseIdleConnections)
	answer, err := (&http.Client{Jar: b.Client.Jar, Transport: transport}).Get(b.Site.Url + path)
	b.Site.Ok(err)
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// What no handler gets to see is answered like everything else.
func TestWhatCannotBeReadIsAnsweredInJSON(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.Ok(err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Server.Serve(ctx, listener, nil) }()
	for _, c := range []struct {
		head   string
		status int
		said   string
	}{
		{"GET /v1/products/_ids HTTP/1.1\r\nHost: dojo\r\nX-Padding: " + strings.Repeat("x", 2*web.MaxHeader), 431,
			"431 Request Header Fields Too Large"},
		{"GET /v1/products/100% HTTP/1.1\r\nHost: dojo", 400, "400 Bad Request"},
		{"GET /v1/products/_ids HTTP/1.1", 400, "400 Bad Request: missing required Host header"},
		{"POST /v1/products HTTP/1.1\r\nHost: dojo\r\nContent-Length: -1", 400, "400 Bad Request"},
		{"POST /v1/products HTTP/1.1\r\nHost: dojo\r\nTransfer-Encoding: gzip", 501, "Unsupported transfer encoding"},
		{"POST /v1/products HTTP/1.1\r\nHost: dojo\r\nExpect: 200-ok\r\nContent-Length: 3", 417,
			"417 Expectation Failed"},
		{"GET /verify HTTP/3.0\r\nHost: dojo", 505, "505 HTTP Version Not Supported: unsupported protocol version"},
	} {
		connection, err := net.Dial("tcp", listener.Addr().String())
		s.Ok(err)
		// The first is answered as always, and the connection stays open.
		io.WriteString(connection, "GET /verify HTTP/1.1\r\nHost: dojo\r\n\r\n")
		reader := bufio.NewReader(connection)
		first, err := http.ReadResponse(reader, nil)
		s.Ok(err)
		if _, err := io.ReadAll(first.Body); err != nil || first.StatusCode != 401 {
			t.Errorf("got %s, %v", first.Status, err)
		}
		io.WriteString(connection, c.head+"\r\n\r\n")
		answer, err := http.ReadResponse(reader, nil)
		s.Ok(err)
		var body struct {
			Message, Code string
			Errors        bool
		}
		s.Ok(json.NewDecoder(answer.Body).Decode(&body))
		if answer.StatusCode != c.status || body.Message != "Dojo cannot read this request: "+c.said+"." ||
			body.Code != "invalid" || !body.Errors {
			t.Errorf("%.60q: got %s %+v", c.head, answer.Status, body)
		}
		header, id := answer.Header, answer.Header.Get("X-Request-Id")
		if header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "no-store" ||
			!answer.Close {
			t.Errorf("%.60q: the headers are %v", c.head, header)
		}
		if len(id) != 26 || !strings.Contains(s.Log.String(), id) {
			t.Errorf("%.60q: the log does not know %q", c.head, id)
		}
		connection.Close()
	}
	stop()
	s.Ok(<-ended)
}

// What a handler writes may look like net/http's own answer, as when an upstream
// repeats what it was sent, and is left as it is.
func TestAHandlersAnswerIsLeftAsItIs(t *testing.T) {
	const text = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: " +
		"close\r\n\r\n400 Bad Request"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		http.NewResponseController(w).Flush()
		io.WriteString(w, text)
	})}
	go server.Serve(web.AnswerUnreadable(server, listener, slog.New(slog.DiscardHandler)))
	defer server.Close()
	for range 2 { // on one connection
		answer, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(answer.Body); err != nil || string(body) != text {
			t.Errorf("got %q, %v", body, err)
		}
	}
}

// Where the API has a listener of its own, browsers get net/http's plain text on the
// other one.
func TestOnlyTheAPIAnswersInJSON(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t))
	var listeners [2]net.Listener
	for i := range listeners {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		s.Ok(err)
		listeners[i] = listener
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Server.Serve(ctx, listeners[0], listeners[1]) }()
	for i, want := range []string{"text/plain; charset=utf-8", "application/json"} {
		connection, err := net.Dial("tcp", listeners[i].Addr().String())
		s.Ok(err)
		io.WriteString(connection, "GET / HTTP/1.1\r\n\r\n") // without a host
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		s.Ok(err)
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != 400 || got != want {
			t.Errorf("listener %d: %s, %q, want %q", i, answer.Status, got, want)
		}
		connection.Close()
	}
	stop()
	s.Ok(<-ended)
}

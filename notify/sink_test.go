package notify_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"net"
	"net/http/httptest"
	"net/mail"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"dojo/notify"
)

// The account that the sink knows.
const (
	username = "dojo"
	password = "hunter2-of-the-mail-server"
)

// sink is a mail server that keeps what it is handed. Its hooks may be set until
// the first mail is sent.
type sink struct {
	refuseRecipient func(to string) error
	refuseMessage   func(text string) error
	hangUpWithin    func(to string) bool // in the middle of the message
	hangUpAfter     func(to string) bool // when the message was taken

	server      *notify.Server
	mu          sync.Mutex
	messages    []message
	last        net.Conn
	connections map[string]bool // by the address of their other end
}

// message is a mail as its receiver sees it.
type message struct {
	from, to   string // of the envelope
	header     mail.Header
	text, html string
	encrypted  bool
	user       string
}

// newSink starts a sink on this machine that requires STARTTLS and a password,
// unless the adjustment says otherwise.
func newSink(t testing.TB, adjust ...func(server *smtp.Server, options *notify.Server)) *sink {
	t.Helper()
	// For its certificate, which is for 127.0.0.1.
	web := httptest.NewTLSServer(nil)
	web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())

	s := &sink{connections: map[string]bool{},
		server: &notify.Server{Host: "127.0.0.1", Username: username, Password: password, Roots: roots}}
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain, server.ErrorLog = "sink.example", log.New(io.Discard, "", 0)
	server.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.server.Port = listener.Addr().(*net.TCPAddr).Port
	for _, change := range adjust {
		change(server, s.server)
	}
	if s.server.ImplicitTLS {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return s
}

// received is what the sink was handed so far.
func (s *sink) received() []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]message(nil), s.messages...)
}

// connected is how many connections were made to the sink.
func (s *sink) connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// hangUp closes the connection that was made last.
func (s *sink) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil {
		s.last.Close()
	}
}

func (s *sink) session(conn *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = conn.Conn()
	s.connections[conn.Conn().RemoteAddr().String()] = true // once more after STARTTLS
	return &session{sink: s, conn: conn}, nil
}

// session is one connection's.
type session struct {
	sink           *sink
	conn           *smtp.Conn
	user, from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, given string) error {
		if user != username || given != password {
			return errors.New("not with " + given)
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.user == "" && s.sink.server.Username != "" {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.sink.refuseRecipient != nil {
		return s.sink.refuseRecipient(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	if hangUp := s.sink.hangUpWithin; hangUp != nil && hangUp(s.to) {
		_, _ = r.Read(make([]byte, 100))
		return s.conn.Conn().Close()
	}
	message, err := s.read(r)
	if err != nil {
		return err
	}
	if refuse := s.sink.refuseMessage; refuse != nil {
		if err := refuse(message.text); err != nil {
			return err
		}
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.messages = append(s.sink.messages, message)
	return nil
}

func (s *session) read(r io.Reader) (message, error) {
	parsed, err := mail.ReadMessage(r)
	if err != nil {
		return message{}, err
	}
	_, encrypted := s.conn.TLSConnectionState()
	m := message{from: s.from, to: s.to, header: parsed.Header, encrypted: encrypted, user: s.user}
	_, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	for parts := multipart.NewReader(parsed.Body, parameters["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		body, err := io.ReadAll(part) // quoted-printable is undone
		if err != nil {
			return m, err
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/plain":
			m.text = string(body)
		case "text/html":
			m.html = string(body)
		}
	}
}

// Reset is called when a message is over.
func (s *session) Reset() {
	if hangUp := s.sink.hangUpAfter; hangUp != nil && s.to != "" && hangUp(s.to) {
		s.conn.Conn().Close()
	}
}

func (s *session) Logout() error { return nil }

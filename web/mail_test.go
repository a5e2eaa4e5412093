package web_test

import (
	"io"
	"log"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"dojo/web"
	"dojo/web/webtest"
)

// mailServer keeps the mails that it is handed.
type mailServer struct {
	address string

	mu    sync.Mutex
	mails []sentMail
}

type sentMail struct{ from, to, subject, text string }

// newMailServer starts a mail server on this machine, without TLS.
func newMailServer(t testing.TB) *mailServer {
	t.Helper()
	m := &mailServer{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &mailSession{server: m},
			nil
	}))
	server.Domain, server.ErrorLog = "sink.example", log.New(io.Discard, "", 0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// to returns the mails that the address got.
func (m *mailServer) to(address string) (mails []sentMail) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, mail := range m.mails {
		if mail.to == address {
			mails = append(mails, mail)
		}
	}
	return mails
}

// count is how many mails it got.
func (m *mailServer) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.mails)
}

// mailSession is one connection to the mail server.
type mailSession struct {
	server *mailServer
	mail   sentMail
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error { s.mail.from = from; return nil }

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.mail.to = to; return nil }

func (s *mailSession) Reset() {}

func (s *mailSession) Logout() error { return nil }

func (s *mailSession) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	part, err := multipart.NewReader(message.Body, parameters["boundary"]).NextPart() // plain text comes first
	if err != nil {
		return err
	}
	text, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	s.mail.subject, s.mail.text = message.Header.Get("Subject"), string(text)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

// TestAnInvitationArrives through a mail server, and its link works.
func TestAnInvitationArrives(t *testing.T) {
	sink := newMailServer(t)
	s := webtest.OnSQLite(t, func(o *web.Options) {
		o.Config.SMTPURL, o.Config.MailFrom = "smtp://"+sink.address+"?tls=none", "Dojo <dojo@dojo.example>"
	})
	s.Deliver()
	p := s.As(s.Ade).Get(webtest.MembersPath)
	p.Press(p.Root, "Invite", "email", "ivy@new.example", "role", "developer").GoesTo(webtest.MembersPath)
	webtest.WaitUntil(t, "the invitation", func() bool { return len(sink.to("ivy@new.example")) > 0 })
	sent := sink.to("ivy@new.example")[0]
	if sent.from != "dojo@dojo.example" || sent.subject != "You are invited to Acme Books on Dojo" {
		t.Errorf("the mail is %+v", sent)
	}
	links := regexp.MustCompile(`https?://\S+`).FindAllString(sent.text, -1)
	var link string
	for _, found := range links {
		path, ours := strings.CutPrefix(found, s.Config.PublicURL)
		if !ours {
			t.Errorf("the mail leads to %s", found)
		}
		if strings.HasPrefix(path, "/invite/") {
			link = path
		}
	}
	b := s.Visitor()
	p = b.Get(link).Expect(http.StatusOK, "Ade Admin invites you to Acme Books")
	p.Press(p.Root, "Accept invitation", "name", "Ivy", "password", webtest.NewPassword).GoesTo("/t/acme/playground").
		Expect(http.StatusOK, "Ivy")

	s.Visitor().SignIn("ivy@new.example", webtest.NewPassword).GoesTo("/") // with a new device
	webtest.WaitUntil(t, "the mail about the new device", func() bool { return len(sink.to("ivy@new.example")) > 1 })
	if n := len(sink.to("ivy@new.example")); n != 2 {
		t.Errorf("Ivy got %d mails", n)
	}
	if strings.Contains(s.Log.String(), link[len("/invite/"):]) {
		t.Error("the invitation is in the log too")
	}
}

// TestMailThatCannotBeSent is on the desk, without what it says.
func TestMailThatCannotBeSent(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) {
		o.Config.SMTPURL, o.Config.MailFrom = "smtp://127.0.0.1:1?tls=none", "dojo@dojo.example"
	})
	s.Deliver()
	s.As(s.Ade).Post("/t/acme/invitations", map[string][]string{"email": {"ivy@new.example"}, "role": {"viewer"}}).
		GoesTo(webtest.MembersPath)
	sol := s.As(s.Sol)
	webtest.WaitUntil(t, "the mail on the desk",
		func() bool { return strings.Contains(webtest.Words(sol.Get("/desk/mail").Root), "ivy@new.example") })
	sol.Get("/desk/mail").Expect(http.StatusOK, "Invitation")
}

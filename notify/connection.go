package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// timeout limits connecting, and then the sending of each mail.
const timeout = 20 * time.Second

// Server is the mail server that mails are handed to, and how.
type Server struct {
	Host               string
	Port               int
	Username, Password string         // both empty: it lets Dojo in without
	ImplicitTLS        bool           // TLS from the first byte; otherwise STARTTLS is required
	NoTLS              bool           // neither, for a server on this machine
	Roots              *x509.CertPool // who may vouch for the server; nil: whom the system trusts
}

// connection is one to the mail server. It is opened when the first mail is
// sent, and again after it broke.
type connection struct {
	server *Server
	client *gomail.Client
	conn   net.Conn // go-mail leaves it open when signing in fails
}

// send hands the message over. When it returns nil, the server has taken the
// message upon itself.
func (c *connection) send(ctx context.Context, message *gomail.Msg) error {
	reused := c.client != nil
	err := c.try(ctx, message)
	if fault, ok := errors.AsType[*gomail.SendError](err); ok && fault.Reason == gomail.ErrConnCheck && reused {
		// The server had hung up after the mail before; of this one it knows nothing.
		return c.try(ctx, message)
	}
	return err
}

func (c *connection) try(ctx context.Context, message *gomail.Msg) error {
	if c.client == nil {
		if err := c.open(ctx); err != nil {
			c.drop()
			return &openError{err}
		}
	}
	err := c.client.Send(message)
	if err != nil && !answered(err) {
		// Not closed politely: with half a message sent, QUIT would end the
		// message first, and the server would take the half for a whole.
		c.drop()
	}
	if message.IsDelivered() {
		return nil // what failed came after it
	}
	return err
}

// openError is a failure before the server was ready to take a mail.
type openError struct{ error }

// Unwrap returns the cause.
func (e *openError) Unwrap() error { return e.error }

// answered reports whether the server itself refused, after which the
// connection can be used on.
func answered(err error) bool {
	fault, ok := errors.AsType[*gomail.SendError](err)
	return ok && fault.ErrorCode() != 0
}

func (c *connection) open(ctx context.Context) error {
	options := []gomail.Option{
		gomail.WithPort(c.server.Port), gomail.WithTimeout(timeout),
		gomail.WithTLSConfig(c.tlsConfig()), gomail.WithDialContextFunc(c.dial),
	}
	if c.server.NoTLS || c.server.ImplicitTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS)) // no STARTTLS
	} else {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.server.Username != "" {
		options = append(options,
			gomail.WithUsername(c.server.Username), gomail.WithPassword(c.server.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
				gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	client, err := gomail.NewClient(c.server.Host, options...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	c.client = client
	return nil
}

// dial connects, with TLS from the start where the server wants it so, and
// keeps the connection to close it.
func (c *connection) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if c.server.ImplicitTLS {
		conn = tls.Client(conn, c.tlsConfig())
	}
	c.conn = conn
	return conn, nil
}

func (c *connection) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: c.server.Host, RootCAs: c.server.Roots, MinVersion: tls.VersionTLS12}
}

// close says goodbye to the server, if there is a connection.
func (c *connection) close() {
	if c.client != nil {
		_ = c.client.Close() // all mails have their answer
	}
	c.drop()
}

func (c *connection) drop() {
	if c.conn != nil {
		_ = c.conn.Close() // it is of no use any more
	}
	c.client, c.conn = nil, nil
}

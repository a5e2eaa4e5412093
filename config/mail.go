package config

import (
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// SMTPServer is the server that mail is handed to.
type SMTPServer struct {
	Host               string
	Port               int
	Username, Password string // both empty: it lets this program in without
	ImplicitTLS        bool   // TLS from the first byte, RFC 8314; otherwise STARTTLS is required
	NoTLS              bool   // neither; the server is on this machine
}

// SMTP returns the server that mail is handed to. It is false when none is set,
// and mail goes to the log.
func (c *Config) SMTP() (server SMTPServer, ok bool) {
	server, err := parseSMTPURL(c.SMTPURL)
	return server, err == nil && c.SMTPURL != ""
}

// MailSender returns the address that mail comes from; nothing when none is set.
func (c *Config) MailSender() mail.Address {
	sender, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return mail.Address{}
	}
	return *sender
}

// parseSMTPURL reads smtp://USER:PASSWORD@HOST:PORT, where TLS is required, and
// smtps://, where it is there from the start. Their ports, when left out, are
// those of RFC 6409 and RFC 8314. TLS may be left out on the way to this very
// machine only: a mail holds a link that whoever reads it on the way can use.
//
// The URL is not quoted: it may hold a password.
func parseSMTPURL(text string) (SMTPServer, error) {
	if text == "" {
		return SMTPServer{}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "":
		return SMTPServer{}, problem("smtp-url",
			"is not the address of a mail server; write smtp://USER:PASSWORD@HOST:587 or "+
				"smtps://USER:PASSWORD@HOST:465, and characters such as @ or / in the password as %%40 or %%2F")
	case (u.Path != "" && u.Path != "/") || u.Fragment != "":
		return SMTPServer{}, problem("smtp-url", "has something behind the host and port; end it there")
	case u.Port() != "" && !isPort(u.Port(), 1):
		return SMTPServer{}, problem("smtp-url", "has the port %s; use one from 1 to 65535", u.Port())
	case u.RawQuery != "" && u.RawQuery != "tls=none":
		return SMTPServer{}, problem("smtp-url",
			"has an option that is not known; the only one is tls=none, for a server on this machine")
	}
	server := SMTPServer{
		Host: u.Hostname(), Port: 587, ImplicitTLS: u.Scheme == "smtps", NoTLS: u.RawQuery == "tls=none",
	}
	if server.ImplicitTLS {
		server.Port = 465
	}
	if u.Port() != "" {
		server.Port, _ = strconv.Atoi(u.Port())
	}
	server.Username = u.User.Username()
	server.Password, _ = u.User.Password()
	return server, server.check()
}

func (s SMTPServer) check() error {
	switch {
	case s.NoTLS && s.ImplicitTLS:
		return problem("smtp-url", "says both smtps:// and tls=none; keep one of the two")
	case s.NoTLS && !isLoopback(s.Host):
		return problem("smtp-url",
			"says tls=none, which is for a server on this machine only: the links in a mail could be read on the "+
				"way to %s; leave it out", s.Host)
	case (s.Username == "") != (s.Password == ""):
		return problem("smtp-url",
			"has a user name without a password, or a password without a user name; give both or none")
	}
	return nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func (c *Config) checkMailFrom() error {
	if c.MailFrom == "" {
		if c.SMTPURL == "" {
			return nil
		}
		return problem("mail-from",
			"is empty, but --smtp-url is set; give the address that mail comes from, such as Dojo <dojo@example.com>")
	}
	from, err := mail.ParseAddress(c.MailFrom)
	switch {
	case err != nil:
		return problem("mail-from",
			"is %q, which is not an email address; write it like dojo@example.com or Dojo <dojo@example.com>",
			c.MailFrom)
	case strings.ContainsFunc(from.Address, func(r rune) bool { return r > unicode.MaxASCII }):
		return problem("mail-from",
			"is %q, whose address not every mail server takes; use ASCII letters, and xn-- for other scripts in the "+
				"host", c.MailFrom)
	case !isVisible(from.Name):
		return problem("mail-from", "has a name with a character that cannot be shown; type it again without it")
	}
	return nil
}

// isVisible reports whether text is one line of what can be seen.
func isVisible(text string) bool {
	return !strings.ContainsFunc(text,
		func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsGraphic(r) })
}

// redactSMTPURL is the URL without the password.
func redactSMTPURL(text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "smtp://…"
	}
	shown := &url.URL{Scheme: u.Scheme, Host: u.Host}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	if u.RawQuery == "tls=none" {
		shown.RawQuery = u.RawQuery
	}
	return shown.String()
}

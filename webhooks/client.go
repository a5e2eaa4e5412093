package webhooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"dojo/models"
)

const (
	// timeout limits a try from looking up the name to the end of the answer.
	timeout = 5 * time.Second
	// maxAnswerHeader is how long the header of an answer may be, in bytes.
	maxAnswerHeader = 16 << 10
	// idleKept is how long a connection is kept for the next delivery.
	idleKept = 30 * time.Second
)

// newClient makes the client that deliveries are sent with. It follows no redirect, uses no
// proxy of the environment, and connects to no address that is not allowed.
func newClient(targets models.WebhookTargets, roots *x509.CertPool, resolver *net.Resolver) *http.Client {
	plain := &net.Dialer{Control: control(targets, false), Resolver: resolver}
	encrypted := &net.Dialer{Control: control(targets, true), Resolver: resolver}
	settings := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:     plain.DialContext,
			DialTLSContext:  (&tlsDialer{encrypted, settings}).dial,
			TLSClientConfig: settings, MaxIdleConnsPerHost: eachAtOnce, MaxIdleConns: 2 * atOnce,
			IdleConnTimeout: idleKept, MaxResponseHeaderBytes: maxAnswerHeader, DisableCompression: true,
		},
	}
}

// control checks the address that is about to be connected to. It runs after names were
// looked up and before the first packet, for each address that is tried: what a name led to
// a moment ago does not count.
func control(targets models.WebhookTargets, encrypted bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return models.ErrPrivateTarget
		}
		return targets.Check(at.Addr(), encrypted)
	}
}

// tlsDialer connects to what https leads to, which may go to more addresses than http.
type tlsDialer struct {
	dialer   *net.Dialer
	settings *tls.Config
}

func (d *tlsDialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := d.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	settings := d.settings.Clone()
	settings.ServerName = host
	conn := tls.Client(raw, settings)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return conn, nil
}

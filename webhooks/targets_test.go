package webhooks_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"dojo/models"
	"dojo/webhooks"
)

// The hidden listener stands for what only this machine reaches, on 127.0.0.1; webhooks may
// go to 127.0.0.2 and nowhere else.
const hidden, open = "127.0.0.1", "127.0.0.2"

var public = allowing(open + "/32")

// TestNothingReachesWhatIsHidden: no way of writing an address leads a webhook to a listener
// of this machine, over http or https.
func TestNothingReachesWhatIsHidden(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		target := receive(t, hidden, scheme == "https", nil)
		pool := x509.NewCertPool()
		if scheme == "https" {
			pool.AddCert(target.Certificate())
		}
		dns := &names{answers: [][]string{{hidden}}}
		s := run(t, webhooks.Options{Targets: public, Resolver: dns.resolver(t), Roots: pool})
		for _, host := range []string{
			hidden, "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
			"localhost", "LOCALHOST", "sub.localhost", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
			"[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[::1%25lo]",
			"rebound.example", "127.0.0.1.nip.example", "user:password@" + hidden, open + "@" + hidden,
			"ⓛocalhost", "127。0。0。1", "①②⑦.0.0.1",
		} {
			attempt := s.try(delivery(scheme + "://" + host + ":" + target.port() + "/latest/meta-data"))
			if attempt.Failure == "" || attempt.Status != 0 {
				t.Errorf("%s: %+v", host, attempt)
			}
		}
		if n := target.connected(); n != 0 {
			t.Errorf("the hidden listener got %d connections over %s", n, scheme)
		}
	}
}

// TestNamesAreCheckedWhenConnecting: a name that led to an allowed address a moment ago
// leads nowhere when it leads to a hidden one now (DNS rebinding).
func TestNamesAreCheckedWhenConnecting(t *testing.T) {
	target := receive(t, open, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
	})
	secret := receiveAt(t, hidden, target.port())
	for name, answers := range map[string][][]string{
		"another answer":  {{open}, {hidden}},
		"mapped to IPv6":  {{open}, {"::ffff:" + hidden}},
		"loopback":        {{open}, {"::1"}},
		"metadata":        {{open}, {"169.254.169.254"}},
		"NAT64":           {{open}, {"64:ff9b::7f00:1"}},
		"everything at 0": {{open}, {"0.0.0.0"}},
	} {
		dns := &names{answers: answers}
		s := run(t, webhooks.Options{Targets: public, Resolver: dns.resolver(t)})
		url := "http://hooks.example:" + target.port() + "/"
		if attempt := s.try(delivery(url)); attempt.Failure != "" || attempt.Status != 200 {
			t.Fatalf("%s: the first one: %+v", name, attempt)
		}
		attempt := s.try(delivery(url))
		if attempt.Status != 0 || !strings.Contains(attempt.Failure, "not public") {
			t.Errorf("%s: the second one: %+v", name, attempt)
		}
	}
	// Of several addresses those that are allowed are used.
	dns := &names{answers: [][]string{{hidden, open}}}
	s := run(t, webhooks.Options{Targets: public, Resolver: dns.resolver(t)})
	if attempt := s.try(delivery("http://hooks.example:" + target.port() + "/")); attempt.Status != 200 {
		t.Errorf("of two addresses: %+v", attempt)
	}
	if n := secret.connected(); n != 0 {
		t.Errorf("the hidden listener got %d connections", n)
	}
}

// TestRedirectsAreNotFollowed, wherever they lead, and with whichever status.
func TestRedirectsAreNotFollowed(t *testing.T) {
	secret := receive(t, hidden, false, nil)
	other := receive(t, open, false, nil)
	for _, to := range []string{secret.URL, other.URL, "http://2130706433:" + secret.port() + "/", "//" + hidden,
		"/there"} {
		for _, status := range []int{300, 301, 302, 303, 307, 308} {
			target := receive(t, open, false, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			s := run(t, webhooks.Options{Targets: public})
			attempt := s.try(delivery(target.URL + "/here"))
			if attempt.Status != status || !strings.Contains(attempt.Failure, "redirect") || len(target.all()) != 1 {
				t.Errorf("%d to %s: %+v", status, to, attempt)
			}
		}
	}
	if secret.connected() != 0 || len(other.all()) != 0 {
		t.Error("a redirect was followed")
	}
}

// proxied counts the connections to the proxy that the environment names.
var proxied atomic.Int64

// environment is that of the tests without the proxy.
var environment = os.Environ()

// TestMain runs all tests with a proxy in the environment. It is read once in a process.
func TestMain(m *testing.M) {
	proxy, err := net.Listen("tcp", net.JoinHostPort(hidden, "0"))
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			conn, err := proxy.Accept()
			if err != nil {
				return
			}
			proxied.Add(1)
			conn.Close()
		}
	}()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		os.Setenv(name, "http://"+proxy.Addr().String())
	}
	os.Exit(m.Run())
}

// TestTheEnvironmentsProxyIsNotUsed: it would connect in Dojo's place, unchecked.
func TestTheEnvironmentsProxyIsNotUsed(t *testing.T) {
	target := receive(t, open, false, nil)
	dns := &names{answers: [][]string{{open}}}
	s := run(t, webhooks.Options{Targets: public, Resolver: dns.resolver(t)})
	attempt := s.try(delivery("http://hooks.example:" + target.port() + "/"))
	if attempt.Status != 204 || proxied.Load() != 0 {
		t.Errorf("%+v, and the proxy got %d connections", attempt, proxied.Load())
	}
}

// TestPlainTargetsAreAllowedOnly: over http a webhook goes to allowed networks only.
func TestPlainTargetsAreAllowedOnly(t *testing.T) {
	for _, address := range []string{"http://1.1.1.1/", "http://hooks.example/"} {
		dns := &names{answers: [][]string{{"1.1.1.1"}}}
		s := run(t, webhooks.Options{Targets: public, Resolver: dns.resolver(t)})
		if attempt := s.try(delivery(address)); !strings.Contains(attempt.Failure, "not encrypted") {
			t.Errorf("%s: %+v", address, attempt)
		}
	}
}

// TestCertificatesAreChecked.
func TestCertificatesAreChecked(t *testing.T) {
	target := receive(t, open, true, nil)
	known := x509.NewCertPool()
	known.AddCert(target.Certificate())
	for name, test := range map[string]struct {
		roots *x509.CertPool
		host  string
		says  string
	}{
		"right":        {known, "example.com", ""}, // httptest's certificate is for example.com
		"another host": {known, "hooks.example", "for another host"},
		"unknown":      {x509.NewCertPool(), "example.com", "not known"},
	} {
		dns := &names{answers: [][]string{{open}}}
		s := run(t, webhooks.Options{Targets: public, Roots: test.roots, Resolver: dns.resolver(t)})
		attempt := s.try(delivery("https://" + test.host + ":" + target.port() + "/"))
		if !strings.Contains(attempt.Failure, test.says) || (test.says == "") != (attempt.Status == 204) {
			t.Errorf("%s: %+v", name, attempt)
		}
	}
	plain := receive(t, open, false, nil)
	s := run(t, webhooks.Options{Targets: public})
	attempt := s.try(delivery("https://" + open + ":" + plain.port() + "/"))
	if !strings.Contains(attempt.Failure, "TLS") {
		t.Errorf("without TLS: %+v", attempt)
	}
}

// TestNoAddressIsRepeated: what is said of a failure holds nothing of the address.
func TestNoAddressIsRepeated(t *testing.T) {
	closed := receive(t, open, false, nil)
	closed.Close()
	s := run(t, webhooks.Options{Targets: models.WebhookTargets{Allow: public.Allow}})
	for _, address := range []string{closed.URL + "/unguessable", "http://unguessable.example/",
		"http://127.0.0.9/unguessable"} {
		attempt := s.try(delivery(address))
		if attempt.Failure == "" || strings.Contains(attempt.Failure, "unguessable") {
			t.Errorf("%s: %+v", address, attempt)
		}
	}
}

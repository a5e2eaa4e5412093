package models_test

import (
	"net/netip"
	"strings"
	"testing"

	"dojo/models"
)

// TestWebhooksGoToPublicAddresses: an address that is not public is refused in every form it
// can have as an address.
func TestWebhooksGoToPublicAddresses(t *testing.T) {
	var targets models.WebhookTargets
	for _, address := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"100.64.0.1", "100.100.100.200", "169.254.169.254", "192.0.0.192", "168.63.129.16", "198.18.0.1", "192.0.2.1",
		"198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1",
		"64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
		"fd00:ec2::254", "ff02::1", "100::1", "2001:db8::1", "2001::1", "2001:10::1", "2002:7f00:1::", "3fff::1", "5f00::1",
	} {
		if err := targets.Check(netip.MustParseAddr(address), true); err != models.ErrPrivateTarget {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := targets.Check(netip.Addr{}, true); err == nil {
		t.Error("no address is allowed")
	}
	for _, address := range []string{"93.184.216.34", "1.1.1.1", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1111",
		"2a00:1450:4001::1"} {
		if err := targets.Check(netip.MustParseAddr(address), true); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if err := targets.Check(netip.MustParseAddr(address), false); err != models.ErrPlainTarget {
			t.Errorf("%s without TLS: %v", address, err)
		}
	}
}

func TestWebhooksGoToAllowedNetworks(t *testing.T) {
	targets := models.WebhookTargets{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("fd12::/16")}}
	for address, allowed := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "fd12::5": true,
		"11.0.0.1": false, "127.0.0.1": false, "fd13::5": false, "::10.1.2.3": false, "64:ff9b::a01:203": false,
	} {
		if err := targets.Check(netip.MustParseAddr(address), false); (err == nil) != allowed {
			t.Errorf("%s over http: %v", address, err)
		}
	}
}

func TestAddressesOfWebhooks(t *testing.T) {
	var public models.WebhookTargets
	inside := models.WebhookTargets{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, test := range []struct {
		targets   models.WebhookTargets
		typed     string
		kept      string // empty: it is refused
		complains string
	}{
		{public, " https://Hooks.Example.com/a/B?c=D ", "https://hooks.example.com/a/B?c=D", ""},
		{public, "https://hooks.example.com:8443/", "https://hooks.example.com:8443/", ""},
		{public, "https://1.1.1.1/hook", "https://1.1.1.1/hook", ""},
		{public, "https://[2606:4700::1111]/hook", "https://[2606:4700::1111]/hook", ""},
		{public, "https://xn--bcher-kva.example", "https://xn--bcher-kva.example", ""},
		{inside, "http://127.0.0.1:9000/hook", "http://127.0.0.1:9000/hook", ""},
		{inside, "http://localhost:9000/hook", "http://localhost:9000/hook", ""},
		{inside, "http://hooks.internal/hook", "http://hooks.internal/hook", ""}, // what it leads to is looked at later
		{public, "", "", "Give the address"},
		{public, "hooks.example.com", "", "no web address"},
		{public, "https:///path", "", "no web address"},
		{public, "ftp://hooks.example.com", "", "no web address"},
		{public, "file:///etc/passwd", "", "no web address"},
		{public, "gopher://127.0.0.1:6379/_x", "", "no web address"},
		{public, "https://hooks.example.com\\@127.0.0.1/", "", "no web address"},
		{public, "https://hooks.example.com/a b", "", "no web address"},
		{public, "https://hooks.example.com/\nHost: x", "", "no web address"},
		{public, "https://bücher.example/", "", "no web address"},
		{public, "http://hooks.example.com/", "", "Use https"},
		{public, "https://user:secret@hooks.example.com/", "", "user name or password"},
		{public, "https://user@hooks.example.com/", "", "user name or password"},
		{public, "https://@hooks.example.com/", "", "user name or password"},
		{public, "https://hooks.example.com/#part", "", "fragment"},
		{public, "https://hooks.example.com/#", "", "fragment"},
		{public, "https://hooks.example.com:0/", "", "port"},
		{public, "https://hooks.example.com:65536/", "", "port"},
		{public, "https://hooks.example.com:/", "", "port"},
		{public, "https://localhost/", "", "not public"},
		{public, "https://api.localhost./", "", "not public"},
		{public, "https://127.0.0.1/", "", "not public"},
		{public, "https://127.0.0.1./", "", "not public"},
		{public, "https://[::1]/", "", "not public"},
		{public, "https://[::ffff:169.254.169.254]/", "", "not public"},
		{public, "https://[fe80::1%25eth0]/", "", "not public"},
		{public, "https://2130706433/", "", "reads as a number"},
		{public, "https://0x7f000001/", "", "reads as a number"},
		{public, "https://0177.0.0.1/", "", "reads as a number"},
		{public, "https://127.1/", "", "reads as a number"},
		{public, "https://127.0.0.0x1/", "", "reads as a number"},
		{public, "https://0x/", "", "reads as a number"},
		{public, "https://.example.com/", "", "cannot be looked up"},
		{public, "https://a..b/", "", "cannot be looked up"},
		{public, "https://hooks.example.com/039c501ac8dfcac91c6f05601cee876e1cc07e17", "", "API key"},
		{public, "https://hooks.example.com/" + strings.Repeat("x", 1000), "", "too long"},
		{inside, "http://10.0.0.1/", "", "not public"},
		{inside, "http://1.1.1.1/", "", "Use https"},
	} {
		kept, err := test.targets.CheckURL(test.typed)
		switch {
		case test.kept != "" && (err != nil || kept.String() != test.kept):
			t.Errorf("%q: got %v, %v; want %s", test.typed, kept, err, test.kept)
		case test.kept == "" && (models.CodeOf(err) != models.Invalid || !strings.Contains(err.Error(), test.complains)):
			t.Errorf("%q: got %v, %v; want a complaint with %q", test.typed, kept, err, test.complains)
		}
	}
}

package config_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"dojo/config"
)

func TestPublicURLAndHosts(t *testing.T) {
	for _, test := range []struct {
		addr, publicURL, want string
		hosts                 []string
		secure                bool
	}{
		{":8080", "", "http://localhost:8080", []string{"localhost:8080", "127.0.0.1:8080", "[::1]:8080"}, false},
		{"0.0.0.0:9000", "", "http://localhost:9000", []string{"localhost:9000", "127.0.0.1:9000", "[::1]:9000"},
			false},
		{":80", "", "http://localhost", []string{"localhost", "127.0.0.1", "[::1]"}, false},
		{":8080", "http://127.0.0.1:7331", "http://127.0.0.1:7331",
			[]string{"localhost:7331", "127.0.0.1:7331", "[::1]:7331"}, false},
		{":8080", "http://[::1]:7331/", "http://[::1]:7331", []string{"localhost:7331", "127.0.0.1:7331", "[::1]:7331"},
			false},
		{":8080", "https://Dojo.Example/", "https://dojo.example", []string{"dojo.example"}, true},
		{":8080", "https://dojo.example:443", "https://dojo.example", []string{"dojo.example"}, true},
		{":8080", "https://dojo.example:80", "https://dojo.example:80", []string{"dojo.example:80"}, true},
		{":8080", "https://[2001:db8::1]", "https://[2001:db8::1]", []string{"[2001:db8::1]"}, true},
	} {
		c := valid(func(c *config.Config) { c.Addr, c.PublicURL = test.addr, test.publicURL })
		// Twice, as by kong and by the program.
		for range 2 {
			if err := c.Validate(); err != nil {
				t.Error(err)
			}
			if c.PublicURL != test.want || !slices.Equal(c.Hosts(), test.hosts) || c.Secure() != test.secure {
				t.Errorf("%s %q: public URL %q, hosts %v, secure %v; want %q, %v, %v",
					test.addr, test.publicURL, c.PublicURL, c.Hosts(), c.Secure(), test.want, test.hosts, test.secure)
			}
		}
	}
}

func TestPublicURLWaitsForThePort(t *testing.T) {
	c := valid(func(c *config.Config) { c.Addr = "127.0.0.1:0" })
	if err := c.Validate(); err != nil || c.PublicURL != "" {
		t.Errorf("before listening: %v, public URL %q; want none", err, c.PublicURL)
	}
	c.Addr = "127.0.0.1:41234"
	if err := c.Validate(); err != nil || c.PublicURL != "http://localhost:41234" {
		t.Errorf("after listening: %v, public URL %q", err, c.PublicURL)
	}
}

func TestNothingFollowsFromANonsensicalURL(t *testing.T) {
	c := valid(publicURL("https:nonsense"))
	if c.Hosts() != nil || c.Secure() {
		t.Errorf("hosts %v, secure %v", c.Hosts(), c.Secure())
	}
}

func TestProxies(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "[]",
		"10.1.2.3/8":           "[10.0.0.0/8]",
		"192.0.2.7":            "[192.0.2.7/32]",
		"2001:db8::7":          "[2001:db8::7/128]",
		"::ffff:192.0.2.7":     "[192.0.2.7/32]",
		"10.0.0.0/8, ::1/128,": "[10.0.0.0/8 ::1/128]",
	} {
		c := valid(proxies(text))
		if got := prefixes(c.Proxies()); got != want {
			t.Errorf("Proxies of %q = %s; want %s", text, got, want)
		}
	}
}

func prefixes(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, prefix := range list {
		texts[i] = prefix.String()
	}
	return "[" + strings.Join(texts, " ") + "]"
}

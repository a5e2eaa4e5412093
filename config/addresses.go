package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dojo/models"
)

// Secure reports whether people reach the dashboard over https, so that its
// cookies can be kept to that.
func (c *Config) Secure() bool {
	u, err := c.publicURL()
	return err == nil && u.Scheme == "https"
}

// Hosts lists the values of the Host header that the dashboard accepts: the
// public URL's, and when that is this very machine, all of its loopback names.
// Other values are attempts to make links lead elsewhere, or DNS rebinding.
func (c *Config) Hosts() []string {
	u, err := c.publicURL()
	if err != nil {
		return nil
	}
	loopback := []string{"localhost", "127.0.0.1", "::1"}
	if !slices.Contains(loopback, u.Hostname()) {
		return []string{u.Host}
	}
	var hosts []string
	for _, name := range loopback {
		hosts = append(hosts, joinPort(name, u.Port()))
	}
	return hosts
}

// Proxies lists the networks whose forwarded headers are believed; none when
// TrustedProxies is empty or not valid.
func (c *Config) Proxies() []netip.Prefix {
	proxies, _ := parseProxies(c.TrustedProxies)
	return proxies
}

// publicURL returns the public URL with nothing but a scheme and a host as
// browsers send it.
func (c *Config) publicURL() (*url.URL, error) {
	if c.PublicURL == "" {
		_, port, _ := net.SplitHostPort(c.Addr)
		return &url.URL{Scheme: "http", Host: joinPort("localhost", withoutDefault("http", port))}, nil
	}
	// The value is not quoted: it may hold a password.
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "":
		return nil, problem("public-url", "is not a web address; write it like https://dojo.example.com")
	case u.User != nil:
		return nil, problem("public-url", "has a user name in it; leave out everything up to the @")
	case u.Path != "" && u.Path != "/":
		return nil, problem("public-url",
			"has the path %s, but the dashboard needs a host of its own; leave the path out", u.Path)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, problem("public-url", "has something behind the host; end it there, like https://dojo.example.com")
	case !isHost(u.Hostname()):
		return nil, problem("public-url",
			"has a host that browsers write in another way; use letters, digits, dots and hyphens, and xn-- for "+
				"other scripts")
	case u.Port() != "" && !isPort(u.Port(), 1):
		return nil, problem("public-url", "has the port %s; use one from 1 to 65535", u.Port())
	}
	host := joinPort(strings.ToLower(u.Hostname()), withoutDefault(u.Scheme, u.Port()))
	return &url.URL{Scheme: u.Scheme, Host: host}, nil
}

// isHost reports whether browsers send host as it is written: a DNS name in
// ASCII or an IP address.
func isHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

// withoutDefault is the port, or nothing where browsers leave it out.
func withoutDefault(scheme, port string) string {
	if (scheme == "http" && port == "80") || (scheme == "https" && port == "443") {
		return ""
	}
	return port
}

// joinPort is net.JoinHostPort that can do without a port.
func joinPort(host, port string) string {
	return strings.TrimSuffix(net.JoinHostPort(host, port), ":")
}

func isPort(port string, least uint64) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n >= least
}

func checkAddr(flag, addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil || !isPort(port, 0) {
		return problem(flag, "is %q, which is no address to listen on; write host and port like 127.0.0.1:8080, or "+
			"only the port like :8080", addr)
	}
	return nil
}

func (c *Config) checkAPIAddr() error {
	switch c.APIAddr {
	case "":
		return nil
	case c.Addr:
		return problem("api-addr", "is the same as --addr; leave it out to serve both there, or choose another port")
	}
	return checkAddr("api-addr", c.APIAddr)
}

func (c *Config) checkMetricsAddr() error {
	switch c.MetricsAddr {
	case "":
		return nil
	case c.Addr, c.APIAddr:
		return problem("metrics-addr", "is the same as another address of Dojo's; choose another port, since figures and "+
			"profiles are not for everybody")
	}
	return checkAddr("metrics-addr", c.MetricsAddr)
}

// WebhookTargets says where webhooks may go.
func (c *Config) WebhookTargets() models.WebhookTargets {
	networks, _ := parseWebhookAllow(c.WebhookAllow)
	return models.WebhookTargets{Allow: networks}
}

func parseProxies(list string) ([]netip.Prefix, error) {
	return parseNetworks("trusted-proxies", list, "which lets anybody choose the address that is logged and limited; "+
		"name the proxies' own networks")
}

func parseWebhookAllow(list string) ([]netip.Prefix, error) {
	return parseNetworks("webhook-allow", list, "which lets webhooks go anywhere, to this machine too and unencrypted; "+
		"name the receivers' own networks")
}

// parseNetworks reads networks separated by commas. A single address is the network of
// itself. The network of all addresses is refused, and everybody says why.
func parseNetworks(flag, list, everybody string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		network, err := parseNetwork(item)
		if err != nil {
			return nil, problem(flag, "has %q, which is no network; write them like 10.0.0.0/8,192.0.2.7", item)
		}
		if network.Bits() == 0 {
			return nil, problem(flag, "has %q, "+everybody, item)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.WithZone("").Unmap().Prefix(addr.Unmap().BitLen())
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}

package models

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// WebhookTargets says where webhooks may go: to public addresses over https, and to the
// networks that are allowed beside them, over http too. An address of this machine or of
// the network around it would let a team have Dojo ask what the team itself cannot reach
// (server-side request forgery).
type WebhookTargets struct {
	Allow []netip.Prefix
}

// special are the addresses that a webhook does not go to: those that are not public by the
// IANA's registries of special-purpose addresses, and those of clouds' metadata that are.
// Of IPv6 it is everything outside of 2000::/3, the addresses that are given out to the
// public, which leaves out loopback, link-local, unique local and multicast ones, those that
// hold an IPv4 address (::/96, NAT64's 64:ff9b::/32) and the discard-only prefix.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32",                        // Azure's metadata and DNS
	"2001::/23", "2001:db8::/32", "3fff::/20", // protocol assignments with Teredo and ORCHID; documentation
	"2002::/16", // 6to4 holds an IPv4 address
)

var publicIPv6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// ErrTarget is why a webhook does not go to an address.
type ErrTarget string

// Error implements error; it is for people.
func (e ErrTarget) Error() string { return string(e) }

// Reasons for which a webhook does not go to an address.
const (
	ErrPrivateTarget ErrTarget = "The address leads into a network that is not public, and webhooks do not go there."
	ErrPlainTarget   ErrTarget = "The address is not encrypted. Use https."
)

// Check reports whether a webhook may go to the address, over TLS or not. The address is
// the one that is connected to, after names were looked up.
func (t WebhookTargets) Check(address netip.Addr, encrypted bool) error {
	if address.Zone() != "" {
		return ErrPrivateTarget // of one link
	}
	address = address.Unmap()
	switch {
	case within(t.Allow, address):
		return nil
	case !address.IsValid() || within(special, address), address.Is6() && !publicIPv6.Contains(address):
		return ErrPrivateTarget
	case !encrypted:
		return ErrPlainTarget
	}
	return nil
}

func within(list []netip.Prefix, address netip.Addr) bool {
	for _, prefix := range list {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// maxWebhookURL is how long the address of a webhook may be, in bytes.
const maxWebhookURL = 1000

// CheckURL checks the address of a webhook as somebody typed it, and returns it as it is
// kept. It looks up no name: what a name leads to is checked each time it is connected to.
func (t WebhookTargets) CheckURL(text string) (*url.URL, error) {
	wrong := func(what string) (*url.URL, error) { return nil, InvalidField("url", "%s", what) }
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	switch {
	case text == "":
		return wrong("Give the address that is to be told, such as https://hooks.example.com/dojo.")
	case len(text) > maxWebhookURL:
		return wrong("This is too long: the limit is 1000 characters.")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || !plainASCII(text):
		return wrong("This is no web address. Write it like https://hooks.example.com/dojo.")
	case u.User != nil:
		return wrong("This has a user name or password in it. Leave out everything up to the @: each delivery is signed.")
	case u.Fragment != "" || strings.Contains(text, "#"):
		return wrong("This has a fragment, which is never sent. Leave out the # and what follows.")
	case HoldsKey(text):
		return wrong("This holds what looks like an API key: 40 hexadecimal digits. Leave it out.")
	}
	if err := checkWebhookPort(u); err != nil {
		return nil, err
	}
	if err := t.checkWebhookHost(u); err != nil {
		return nil, err
	}
	u.Host = LowerASCII(u.Host)
	return u, nil
}

func plainASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' })
}

func checkWebhookPort(u *url.URL) error {
	port := u.Port()
	if port == "" && !strings.HasSuffix(u.Host, ":") {
		return nil
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return InvalidField("url", "This has a port that does not exist: ports go from 1 to 65535.")
	}
	return nil
}

// checkWebhookHost refuses what can be refused without looking the name up. A host that
// ends in a number is an IPv4 address, however it is written: browsers and many resolvers
// take 2130706433, 0x7f.1 and 0177.0.0.1 for 127.0.0.1.
func (t WebhookTargets) checkWebhookHost(u *url.URL) error {
	host := strings.TrimSuffix(u.Hostname(), ".")
	encrypted := u.Scheme == "https"
	address, err := netip.ParseAddr(host)
	switch {
	case err == nil:
		if err := t.Check(address, encrypted); err != nil {
			return InvalidField("url", "%s", err.Error())
		}
	case !isHostName(host):
		return InvalidField("url", "This has a host that cannot be looked up. Write names with other letters as xn--….")
	case endsInNumber(host):
		return InvalidField("url", "This has a host that reads as a number. Write an IP address as four decimal numbers.")
	case !encrypted && len(t.Allow) == 0:
		return InvalidField("url", "%s", ErrPlainTarget.Error())
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		if t.Check(netip.MustParseAddr("127.0.0.1"), encrypted) != nil {
			return InvalidField("url", "%s", ErrPrivateTarget.Error())
		}
	}
	return nil
}

func isHostName(host string) bool {
	return host != "" && len(host) <= 253 && !strings.Contains(host, "..") &&
		!strings.HasPrefix(host, ".") && !strings.ContainsFunc(host, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
	})
}

// endsInNumber follows the URL Standard, "ends in a number checker".
func endsInNumber(host string) bool {
	last := LowerASCII(host[strings.LastIndex(host, ".")+1:])
	if digits, is := strings.CutPrefix(last, "0x"); is {
		return !strings.ContainsFunc(digits, func(r rune) bool { return !isHexadecimal(byte(r)) })
	}
	return !strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}

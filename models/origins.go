package models

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxOrigins is how many origins an environment may list.
const maxOrigins = 20

// originHost is a host as browsers write it in the header Origin: lowercase, and
// in ASCII. The numbers of an IPv6 address stand in brackets.
var originHost = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])$`)

// CheckOrigins checks origins, which are separated by white space, and returns
// them as an environment keeps them: as browsers write them, each once, separated
// by single spaces. It is empty for none, which allows any.
func CheckOrigins(text string) (string, error) {
	var origins []string
	for field := range strings.FieldsSeq(text) {
		origin, err := checkOrigin(field)
		if err != nil {
			return "", err
		}
		if !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	if len(origins) > maxOrigins {
		return "", InvalidField("origins", "These are %d origins. List at most %d.", len(origins), maxOrigins)
	}
	return strings.Join(origins, " "), nil
}

func checkOrigin(text string) (string, error) {
	wrong := func(what string) (string, error) {
		return "", InvalidField("origins", "“%s” %s", Isolated(shortened(text)), what)
	}
	if strings.Contains(text, "*") {
		return wrong("has a wildcard, which is not understood. List each origin by itself.")
	}
	u, err := url.Parse(LowerASCII(text))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return wrong("is no origin. Write the scheme and the host, such as https://shop.example.")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return wrong("has more than scheme, host and port. Write the origin alone, such as https://shop.example.")
	}
	if HoldsKey(text) && strings.ContainsAny(text, "0123456789") { // no key is without a digit
		return "", InvalidField("origins", "One of these holds what looks like an API key. List origins alone.")
	}
	host, port := u.Hostname(), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if !originHost.MatchString(host) || strings.HasSuffix(u.Host, ":") {
		return wrong("has a host that no browser sends. Write names with other letters as xn--….")
	}
	if u.Scheme == "http" && !isLoopback(host) {
		return wrong("is not encrypted: what a page without https holds can be changed on its way. Use https; http " +
			"is for localhost.")
	}
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		port = "" // browsers leave it out
	}
	if port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 {
			return wrong("has a port that does not exist: ports go from 1 to 65535.")
		}
		host += ":" + strconv.FormatUint(number, 10)
	}
	return u.Scheme + "://" + host, nil
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "[::1]"
}

// shortened is enough of a text to be recognised.
func shortened(text string) string {
	text = RedactKeys(text)
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

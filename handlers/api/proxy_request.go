package api

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"

	"dojo/gate"
	"dojo/models"
)

// outgoing makes the request that the upstream gets out of the client's.
type outgoing struct {
	*httputil.ProxyRequest
	trusted bool // the client is a trusted proxy, whose word about its own client counts
}

// write addresses the request to the upstream, takes out the key wherever it
// stands in the head, and what the client says in the name of others, and says
// which team's request it is.
func (o outgoing) write(upstream *url.URL, key string, grant *models.Grant) {
	o.SetURL(upstream)
	o.Out.URL.RawQuery = withoutKey(o.In.URL.RawQuery, key)
	o.Out.Trailer = nil // they come after the head has been looked through
	o.dropHeaders(key)
	o.forward()
	dropHolding(o.Out.Header, key)
	describe(o.Out.Header, grant)
	if upstream.User != nil {
		password, _ := upstream.User.Password()
		o.Out.SetBasicAuth(upstream.User.Username(), password)
	}
}

// dropHeaders removes the headers that the upstream must not get from a client.
func (o outgoing) dropHeaders(key string) {
	header := o.Out.Header
	for name := range header {
		if isNotForUpstream(name) {
			delete(header, name)
		}
	}
	var others []string
	for _, value := range header["Authorization"] {
		if !models.WellFormedKey(strings.ToLower(bearer(value))) { // which may be a second one
			others = append(others, value)
		}
	}
	if header["Authorization"] = others; len(others) == 0 {
		delete(header, "Authorization")
	}
}

// isNotForUpstream names headers that speak for Dojo or for a proxy, that would
// have the upstream take the request for another than the gate has judged, or
// that hold a key or the dashboard's session.
func isNotForUpstream(name string) bool {
	name = dashed(name)
	switch name {
	case "x-api-key", "cookie", "forwarded", "x-real-ip", "x-request-id",
		"x-http-method-override", "x-http-method", "x-method-override", "x-rewrite-url":
		return true
	}
	return strings.HasPrefix(name, "x-dojo-") ||
		strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-original-") ||
		strings.HasSuffix(name, "client-ip") || name == "cf-connecting-ip"
}

// dashed is the name of a header in small letters and with "-" for "_", since programs
// that see headers as variables cannot tell the two apart.
func dashed(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// forward says where the request comes from, as far as that is known.
func (o outgoing) forward() {
	in, out := o.In.Header, o.Out.Header
	if o.trusted {
		out["X-Forwarded-For"] = in["X-Forwarded-For"]
	}
	o.SetXForwarded()
	if !o.trusted {
		return
	}
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
		if told := in.Get(name); told != "" {
			out.Set(name, told)
		}
	}
}

// withoutKey returns the query as it came, without the parameters that are the
// key's or hold it.
func withoutKey(query, key string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if unescape(name) != "api_key" && !holds(pair, key) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// dropHolding removes the headers that hold the key, such as the address of the
// page that a request comes from.
func dropHolding(header http.Header, key string) {
	for name, values := range header {
		if holds(name, key) || slices.ContainsFunc(values, func(value string) bool { return holds(value, key) }) {
			delete(header, name)
		}
	}
}

// holds reports whether the key stands in the text, perhaps percent-encoded.
func holds(text, key string) bool {
	if len(text) < len(key) {
		return false
	}
	return strings.Contains(strings.ToLower(text), key) || strings.Contains(strings.ToLower(gate.Decode(text)), key)
}

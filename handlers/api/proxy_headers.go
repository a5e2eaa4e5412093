package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// fromUpstream are the headers of an upstream's answer that are about the answer. What
// is not here, and no header of the API's own (see mayPass), does not pass: browsers
// learn new headers every year that hold for a whole host, where the dashboard may be.
var fromUpstream = set(
	// What the body is.
	"content-type", "content-length", "content-encoding", "content-language", "content-disposition",
	"content-range", "content-location",
	"content-digest", "repr-digest", "digest", "content-md5", "accept-ranges", "last-modified", "etag",
	"vary", "age", "date", "link",
	// What the client may do next.
	"location", "allow", "accept", "accept-encoding", "accept-patch", "accept-post", "accept-query",
	"retry-after", "warning", "deprecation", "sunset",
	"preference-applied", "prefer", "idempotency-key", "ratelimit", "ratelimit-limit",
	"ratelimit-remaining", "ratelimit-reset", "ratelimit-policy",
	"operation-location", "www-authenticate", "authentication-info",
	// Which request and which program it was.
	"request-id", "correlation-id", "trace-id", "traceparent", "tracestate", "traceresponse",
	"server-timing", "server", "via", "api-version", "api-supported-versions",
	"api-deprecated-versions", "signature", "signature-input",
	// Protocols on top of HTTP.
	"connection", "upgrade", "trailer", "sec-websocket-accept", "sec-websocket-protocol",
	"sec-websocket-extensions", "sec-websocket-version",
	"grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding", "grpc-accept-encoding",
	"odata-version", "odata-entityid", "mcp-session-id", "mcp-protocol-version",
	"tus-resumable", "tus-version", "tus-extension", "tus-max-size", "upload-offset", "upload-length",
	"upload-metadata", "upload-expires", "upload-complete",
)

// notFromUpstream are headers with "X-" in front that are no API's own: Dojo's, those
// that browsers obey, and those by which a proxy in front of Dojo takes orders.
var notFromUpstream = set(
	"x-request-id", "x-api-key", "x-content-type-options", "x-frame-options", "x-xss-protection",
	"x-content-security-policy", "x-content-security-policy-report-only",
	"x-webkit-csp", "x-webkit-csp-report-only", "x-permitted-cross-domain-policies",
	"x-dns-prefetch-control", "x-ua-compatible", "x-download-options", "x-robots-tag", "x-sourcemap",
	"x-sendfile", "x-sendfile-type", "x-lighttpd-send-file", "x-lighttpd-send-tempfile", "x-reproxy-url",
	"x-reproxy-file", "x-real-ip", "x-rewrite-url",
	"x-pingback", "x-chromelogger-data", "x-chromephp-data", "x-firephp-data",
)

// notFromUpstreamFamilies are the same, by how they begin.
var notFromUpstreamFamilies = []string{
	"x-dojo-", "x-accel-", "x-litespeed-", "x-forwarded-", "x-original-", "x-http-method", "x-wf-", "x-firelogger-",
	"x-cdn-", "x-varnish-",
}

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}

// mayPass reports whether a header or a trailer of an upstream's answer is handed back.
func mayPass(name string) bool {
	name = dashed(name)
	if !strings.HasPrefix(name, "x-") {
		return fromUpstream[name]
	}
	begins := func(family string) bool { return strings.HasPrefix(name, family) }
	return !notFromUpstream[name] && !slices.ContainsFunc(notFromUpstreamFamilies, begins)
}

// dropNotFromUpstream leaves what may pass of an answer's headers or trailers.
func dropNotFromUpstream(header http.Header) {
	for name, values := range header {
		if !mayPass(name) || dashed(name) == "www-authenticate" && slices.ContainsFunc(values, asksPeople) {
			delete(header, name)
		}
	}
}

// asksPeople reports whether a challenge makes a browser ask for a password, or send
// that of the machine, in the name of the whole host.
func asksPeople(challenge string) bool {
	for part := range strings.SplitSeq(challenge, ",") {
		scheme, _, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch strings.ToLower(scheme) {
		case "basic", "digest", "negotiate", "ntlm", "kerberos", "mutual", "hoba":
			return true
		}
	}
	return false
}

// isAt reports whether an address is the upstream's, or names no host.
func isAt(address, upstream *url.URL) bool {
	if address.Scheme == "" && address.Host == "" {
		return true
	}
	return strings.EqualFold(address.Scheme, upstream.Scheme) && strings.EqualFold(address.Host, upstream.Host)
}

// comeBack makes addresses at the upstream those that a client can reach: what the
// upstream calls by its own address is behind Dojo's.
func comeBack(header http.Header, upstream *url.URL) {
	for _, name := range []string{"Location", "Content-Location"} {
		address, err := url.Parse(header.Get(name))
		if err != nil || address.Opaque != "" || !isAt(address, upstream) {
			continue
		}
		path, under := strings.CutPrefix(address.EscapedPath(), strings.TrimSuffix(upstream.EscapedPath(), "/"))
		if !under || !strings.HasPrefix(path, "/v1/") {
			continue
		}
		if address.RawQuery != "" {
			path += "?" + address.RawQuery
		}
		if address.Fragment != "" {
			path += "#" + address.EscapedFragment()
		}
		header.Set(name, path)
	}
}

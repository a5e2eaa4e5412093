package api

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/gate"
)

// forwardedRequest is the request that a proxy asks /verify about.
type forwardedRequest struct {
	method      string
	path, query string // the path is encoded
}

// The headers in which proxies tell their client's request, as net/http writes them.
// ingress-nginx tells the whole URL.
var (
	methodTellers = [...]string{"X-Forwarded-Method", "X-Original-Method"}
	uriTellers    = [...]string{"X-Forwarded-Uri", "X-Original-Uri", "X-Original-Url"}
)

// mustBeRequest reports whether the check asks to be about a request, with
// /verify?for=request, or nearly does. The latter is refused, since the check would
// silently be a weaker one.
func mustBeRequest(query string) (must, nearly bool) {
	if query == "" {
		return false, false
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "for" && value == "request" && !must {
			must = true
			continue
		}
		switch letters(name) {
		case "for", "forrequest":
			return false, true
		case "apikey":
		default:
			if letters(value) == "request" {
				return false, true
			}
		}
	}
	return must, false
}

// letters is what is left of a text for who looks at it in a hurry.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(gate.Decode(text)))
}

// forwarded returns the request that a proxy asks about, or nil when the check is of
// the key alone. It believes a trusted proxy that tells both, method and URI; that
// only one is told, or by somebody else, is refused and never a weaker check.
func (a *API) forwarded(r *http.Request, must bool) (asked *forwardedRequest, refusal *answer) {
	methods, several := told(r.Header, methodTellers[:])
	uris, contradictory := told(r.Header, uriTellers[:])
	peer := peerOf(r)
	switch any := methods != nil || uris != nil; {
	case any && !a.trusts(r.RemoteAddr):
		return nil, a.faults.note(peer, untrustedProxy(peer))
	case several || contradictory:
		return nil, a.faults.note(peer, contradictoryHeaders)
	case !any && must:
		return nil, a.faults.note(peer, noRequest(peer))
	case !any:
		return nil, nil
	}
	method, uri := sole(methods), sole(uris)
	switch {
	case method == "":
		return nil, a.faults.note(peer, noMethod(peer))
	case uri == "":
		return nil, a.faults.note(peer, noURI(peer))
	}
	path, query, _ := strings.Cut(uri, "?")
	return &forwardedRequest{method, path, query}, nil
}

// told returns all values of the headers, and whether they differ. A proxy sets one of
// them and may let its client's own other one through, so none is preferred.
func told(header http.Header, names []string) (values []string, differ bool) {
	for _, name := range names {
		for _, value := range header[name] {
			if name == "X-Original-Url" {
				value = withoutOrigin(value)
			}
			if len(values) > 0 && value != values[0] {
				differ = true
			}
			values = append(values, value)
		}
	}
	return values, differ
}

// withoutOrigin returns the path and the query of a whole URL as they stand in it.
func withoutOrigin(address string) string {
	scheme, rest, whole := strings.Cut(address, "://")
	if !whole || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return address
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 && rest[i] == '/' {
		return rest[i:]
	} else if i >= 0 {
		return "/" + rest[i:]
	}
	return "/"
}

// sole returns the value of headers that do not differ.
func sole(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// isPreflightOf reports whether a browser asks by this request whether a page may send
// another one. It shows no key, then or ever.
func (f *forwardedRequest) isPreflightOf(r *http.Request) bool {
	origin, method := first(r.Header["Origin"]), first(r.Header[echo.HeaderAccessControlRequestMethod])
	return f.method == http.MethodOptions && origin != "" && method != ""
}

// trusts reports whether the connection comes from a trusted proxy.
func (a *API) trusts(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	if err != nil {
		return false
	}
	for _, prefix := range a.options.TrustedProxies {
		if prefix.Contains(address.Addr().Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// peerOf is the address that the connection comes from.
func peerOf(r *http.Request) string {
	if address, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return address.Addr().Unmap().String()
	}
	return "an unknown address"
}

var (
	contradictoryHeaders = newAnswer(http.StatusBadRequest, "",
		"X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values.")
	wrongFor = refusing("invalid", "A parameter of this check is nearly for=request. "+
		"Write it just so and once, or leave it out to have the key alone checked.")
)

func untrustedProxy(peer string) answer {
	return refusing("untrusted_proxy", fmt.Sprintf("This check tells of a client's request "+
		"(X-Forwarded-Method, X-Forwarded-Uri, X-Original-URI …) and comes from %s, "+
		"which is not in DOJO_TRUSTED_PROXIES. If that is your proxy, add its address there. "+
		"To have the key alone checked, send none of these headers.", peer))
}

func noMethod(peer string) answer {
	return refusing("incomplete_request", fmt.Sprintf(
		"The proxy at %s tells the URI of its client's request and not the method. "+
			"Let it set X-Forwarded-Method, in nginx with: proxy_set_header X-Forwarded-Method $request_method;", peer))
}

func noURI(peer string) answer {
	return refusing("incomplete_request", fmt.Sprintf(
		"The proxy at %s tells the method of its client's request and not the URI. "+
			"Let it set X-Forwarded-Uri, in nginx with: proxy_set_header X-Forwarded-Uri $request_uri;", peer))
}

func noRequest(peer string) answer {
	return refusing("incomplete_request", fmt.Sprintf(
		"This check has to be about a request (for=request), and %s tells of none. "+
			"Let the proxy set X-Forwarded-Method and X-Forwarded-Uri.", peer))
}

// refusing makes the answer to a check that is not carried out.
func refusing(code, message string) answer {
	return newAnswer(http.StatusBadRequest, code, message)
}

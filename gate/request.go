package gate

import (
	"net/http"
	"path"
	"strings"
)

// Request is what a finding depends on beside the key.
type Request struct {
	Interactions bool // POST /v1/interactions, the one endpoint that publishable keys open
	Write        bool // changes data, which a read-only environment refuses

	Browser bool   // it came with a header that only browsers send
	Origin  string // of the page that sent it, as the header Origin names it; empty: not told
}

// RequestOf classifies a request by its method and its path, still encoded as it
// came and without the query. What it cannot be sure of counts as a write, and as
// an endpoint that needs the secret key; an empty method or path is such a case.
func RequestOf(method, path string) Request {
	return Request{
		Interactions: method == http.MethodPost && path == "/v1/interactions",
		Write:        writes(method, path),
	}
}

func writes(method, path string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	case http.MethodPost:
		return !asks(path)
	}
	return true
}

// asks reports whether a POST to the path only asks for something: in Miso's API
// searches and recommendations are POSTs too. A path that another program could
// read differently, because it is encoded or not clean, is not taken for one.
func asks(p string) bool {
	rest, found := strings.CutPrefix(p, "/v1/")
	if !found || strings.ContainsAny(p, `%;\`) || path.Clean(p) != p {
		return false
	}
	family, _, _ := strings.Cut(rest, "/")
	return !strings.EqualFold(family, "interactions") && !strings.EqualFold(family, "products") && !strings.EqualFold(family, "users")
}

package gate

import (
	"net/http"
	"slices"
	"strings"

	"dojo/models"
)

// Request is what a finding depends on beside the key.
type Request struct {
	Interactions bool  // POST /v1/interactions, the one endpoint that publishable keys open
	Write        bool  // changes data, which a read-only environment refuses
	Fault        Fault // why it is refused as one that could be read in two ways; empty: it could not

	Browser bool   // it came with a header that only browsers send
	Origin  string // of the page that sent it, as the header Origin names it; empty: not told
}

// RequestOf classifies a request by its method and its path, still encoded as it
// came and without the query. What it cannot be sure of counts as a write, and as an
// endpoint that needs the secret key.
func RequestOf(method, path string) Request {
	fault := faultOfMethod(method)
	if fault == "" {
		fault = faultOfPath(path)
	}
	return Request{
		Interactions: method == http.MethodPost && path == "/v1/interactions",
		Write:        writes(method, path),
		Fault:        fault,
	}
}

// methodHeaders and pathHeaders are the headers by which some frameworks take a
// request for another one, as net/http writes their names.
var (
	methodHeaders = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}
	pathHeaders   = []string{"X-Rewrite-Url", "X-Override-Url"}
)

// Overridden returns the request with a Fault where its query or a header names
// another method or path than its own.
func (r Request) Overridden(method, query string, header http.Header) Request {
	if r.Fault == "" {
		r.Fault = faultOfQuery(query)
	}
	for _, name := range methodHeaders {
		if slices.ContainsFunc(header[name], func(value string) bool { return value != method }) {
			r.Fault = otherMethod
		}
	}
	for _, name := range pathHeaders {
		if len(header[name]) > 0 {
			r.Fault = otherPath
		}
	}
	return r
}

// within applies the rules about what a good key opens.
func (r Request) within(grant *models.Grant) models.Outcome {
	switch {
	case r.Fault != "":
		return models.NotCanonical
	case grant.Kind != models.Secret && !r.Interactions:
		return models.SecretKeyNeeded
	case grant.Kind == models.Secret && r.Browser && grant.RefusesBrowserSecrets:
		return models.SecretFromBrowser
	case grant.Kind != models.Secret && r.Origin != "" && !allows(grant.AllowedOrigins, r.Origin):
		return models.OriginNotAllowed
	case grant.Environment.ReadOnly() && r.Write:
		return models.PlaygroundReadOnly
	}
	return models.Accepted
}

// allows reports whether the origin is in the list, which is separated by spaces.
// An empty list has them all.
func allows(origins, origin string) bool {
	if origins == "" {
		return true
	}
	for listed := range strings.SplitSeq(origins, " ") {
		if listed == origin {
			return true
		}
	}
	return false
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
// searches and recommendations are POSTs too. A path with something encoded is not
// taken for one, since it may be a longer path to another program.
func asks(path string) bool {
	return strings.HasPrefix(path, "/v1/") && !strings.Contains(path, "%") && faultOfPath(path) == "" && !IsFamily(path)
}

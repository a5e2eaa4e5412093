package api

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Verify says whether a key is good: 200 and whose it is, or the refusal. A trusted
// proxy that asks before it lets a request pass (nginx's auth_request, Caddy's
// forward_auth, Traefik's ForwardAuth) tells in headers which request that is, and
// the answer is about that one. For everybody else it is about the key alone.
func (a *API) Verify(c echo.Context) error {
	r, v := c.Request(), visitOf(c)
	v.checked = true
	v.shown.inRequest(r)
	asked, forwarded := a.forwarded(r)
	if asked.contradictory {
		return contradictoryHeaders.send(v)
	}
	path, query, _ := strings.Cut(asked.uri, "?")
	v.shown.inQuery(query)
	v.method, v.path = asked.method, path
	v.request = requestOf(r, asked.method, path, query)
	a.check(v, !forwarded)
	if v.found.Outcome != models.Accepted {
		return v.refuse()
	}
	describe(v.Response().Header(), &v.found.Grant)
	// With forward-auth the Accept header is that of the proxy's client, and a body
	// would make nginx drop its connection to Dojo.
	if !forwarded && strings.Contains(r.Header.Get("Accept"), "application/json") {
		return describeInBody(v, &v.found.Grant)
	}
	return v.NoContent(http.StatusOK)
}

// describe says in headers which team's key it is, and which one.
func describe(header http.Header, grant *models.Grant) {
	values := [...]string{grant.TeamSlug, string(grant.Environment), string(grant.Kind), grant.KeyID}
	header["X-Dojo-Team"] = values[0:1:1]
	header["X-Dojo-Environment"] = values[1:2:2]
	header["X-Dojo-Key-Kind"] = values[2:3:3]
	header["X-Dojo-Key-Id"] = values[3:4:4]
}

func describeInBody(c echo.Context, grant *models.Grant) error {
	return answer{http.StatusOK, encode(struct {
		Team        string                 `json:"team"`
		Environment models.EnvironmentKind `json:"environment"`
		KeyKind     models.KeyKind         `json:"key_kind"`
		KeyID       string                 `json:"key_id"`
	}{grant.TeamSlug, grant.Environment, grant.Kind, grant.KeyID})}.send(c)
}

// forwardedRequest is the request that a proxy asks about.
type forwardedRequest struct {
	method        string // empty: not told
	uri           string // path and query; empty: not told
	contradictory bool   // two headers tell different things
}

var contradictoryHeaders = newAnswer(http.StatusBadRequest, "", "X-Forwarded-Method, X-Forwarded-Uri or X-Original-URI was given more than once, with different values.")

// forwarded reads what a trusted proxy tells, and whether it tells anything. A
// proxy sets one of the two headers for the URI and may let its client's own
// other one through, so neither is preferred: they agree, or nothing passes.
func (a *API) forwarded(r *http.Request) (request forwardedRequest, told bool) {
	methods, uris, originals := r.Header["X-Forwarded-Method"], r.Header["X-Forwarded-Uri"], r.Header["X-Original-Uri"]
	if len(methods)+len(uris)+len(originals) == 0 || !a.trusts(r.RemoteAddr) {
		return request, false
	}
	request.method = request.sole(methods, nil)
	request.uri = request.sole(uris, originals)
	return request, true
}

// sole returns the one value that is in both lists.
func (f *forwardedRequest) sole(values, more []string) string {
	sole := ""
	for _, list := range [...][]string{values, more} {
		for _, value := range list {
			if sole != "" && value != sole {
				f.contradictory = true
			}
			sole = value
		}
	}
	return sole
}

// trusts reports whether the connection comes from a trusted proxy.
func (a *API) trusts(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	if err != nil {
		return false
	}
	for _, prefix := range a.trusted {
		if prefix.Contains(address.Addr().Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

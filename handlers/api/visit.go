package api

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/evidence"
	"dojo/gate"
	"dojo/models"
)

// visit is a request on its way through the API, with what becomes known of its
// key. It stands in the place of Echo's context, whose own store would be a map
// made for each request.
type visit struct {
	echo.Context
	judged       bool // its key was asked for
	inURL        bool
	request      gate.Request
	method, path string // what a proxy asks about; empty: the request itself

	// Of the gate's finding, which is large, what is used.
	cause                models.Outcome
	keyID, environmentID string
	keyKind              models.KeyKind
	environment          models.EnvironmentKind
}

var visits = sync.Pool{New: func() any { return new(visit) }}

func newVisit(c echo.Context) *visit {
	v := visits.Get().(*visit)
	v.Context = c
	return v
}

// end lets go of the request.
func (v *visit) end() {
	*v = visit{}
	visits.Put(v)
}

// visitOf is for handlers that Around has called.
func visitOf(c echo.Context) *visit { return c.(*visit) }

// found notes what the gate found out.
func (v *visit) found(found *gate.Finding, shown *shownKey, request *gate.Request) {
	v.judged, v.inURL, v.request, v.cause = true, shown.inURL, *request, found.Cause
	grant := &found.Grant
	v.keyID, v.environmentID, v.keyKind, v.environment = grant.KeyID, grant.EnvironmentID, grant.Kind, grant.Environment
}

// ambiguous notes that more than one key was given, so that none was judged.
func (v *visit) ambiguous() { v.judged, v.cause = true, models.AmbiguousKey }

// observe tells of a request that is answered. One whose key nobody asked for, such
// as a preflight, is no use of a key.
func (a *API) observe(v *visit, took time.Duration) {
	if a.evidence == nil || !v.judged {
		return
	}
	r, status := v.Request(), v.Response().Status
	took = took.Truncate(time.Microsecond)
	outcome := v.cause
	if outcome == "" {
		outcome = models.OutcomeOf(status)
	}
	origin := v.request.Origin
	if origin == "" { // nobody has looked yet
		origin = first(r.Header["Origin"])
	}
	a.evidence.Observe(&evidence.Observation{
		Request: models.Request{
			ID: first(v.Response().Header()[echo.HeaderXRequestID]), EnvironmentID: v.environmentID, KeyID: v.keyID, At: a.store.Now().Add(-took),
			Method: cmp.Or(v.method, r.Method), Path: cmp.Or(v.path, echo.GetPath(r)), Endpoint: endpoint(r.Method, v.Path()),
			Status: status, Outcome: outcome, Origin: origin, Address: v.RealIP(), UserAgent: first(r.Header["User-Agent"]), Duration: took,
		},
		KeyKind: v.keyKind, Environment: v.environment,
		Browser: v.request.Browser, InQuery: v.inURL, Interactions: v.request.Interactions,
	})
}

// first is the value of a header that is there once. Its name must be in the form
// that net/http brings names into, which Get would do each time.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// endpoint names the route, of which there are few, whatever is asked for.
func endpoint(method, route string) string {
	switch route {
	case "/verify":
		return route
	case "":
		route = "/v1/*"
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method + " " + route
	}
	return route
}

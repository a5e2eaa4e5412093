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

// visit is a request on its way through the API, with the key that it shows and what
// the gate finds. It is the one place for a request's state, and stands in the place of Echo's context, whose own
// store would be a map made for each request.
type visit struct {
	echo.Context
	shown        shownKey
	request      gate.Request // what the gate was asked about, beside the key
	method, path string       // of the request that a proxy asks about; empty: the request itself

	checked bool         // it needs a key, or asks about one
	found   gate.Finding // zero: the gate was not asked
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

// grantOf returns the grant of the accepted key. It panics when there is none,
// which must never pass for an empty one.
func grantOf(c echo.Context) models.Grant {
	found := &visitOf(c).found
	if found.Outcome != models.Accepted {
		panic("api: a handler asks for the grant of a request that was not accepted")
	}
	return found.Grant
}

// observe adds an answered request to the evidence of its key's use. A request that
// needs no key, such as a preflight, is no use of one.
func (a *API) observe(v *visit, took time.Duration) {
	if a.options.Evidence == nil || !v.checked {
		return
	}
	r, status := v.Request(), v.Response().Status
	took = took.Truncate(time.Microsecond)
	outcome := v.found.Outcome
	if outcome == models.Accepted || outcome == "" {
		outcome = models.OutcomeOf(status)
	}
	origin := v.request.Origin
	if origin == "" { // the gate was not asked about a request
		origin = first(r.Header["Origin"])
	}
	grant := &v.found.Grant
	a.options.Evidence.Observe(&evidence.Observation{
		Request: models.Request{
			ID: first(v.Response().Header()[echo.HeaderXRequestID]), At: a.options.Store.Now().Add(-took),
			EnvironmentID: grant.EnvironmentID, KeyID: grant.KeyID,
			Method: cmp.Or(v.method, r.Method), Path: cmp.Or(v.path, echo.GetPath(r)),
			Endpoint: endpoint(r.Method, v.Path()),
			Status:   status, Outcome: outcome, Duration: took,
			Origin: origin, Address: v.RealIP(), UserAgent: first(r.Header["User-Agent"]),
		},
		KeyKind: grant.Kind, Environment: grant.Environment,
		Browser: v.request.Browser, InQuery: v.shown.inURL, Interactions: v.request.Interactions,
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
	case http.MethodGet, http.MethodHead, http.MethodOptions,
		http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return method + " " + route
	}
	return route
}

package api

import (
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
	finding      gate.Finding
	request      gate.Request
	inURL        bool
	method, path string // what a proxy asks about; empty: the request itself
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
func (v *visit) found(found gate.Finding, shown shownKey, request gate.Request) {
	v.judged = true
	v.finding, v.inURL, v.request = found, shown.inURL, request
}

// ambiguous notes that more than one key was given, so that none was judged.
func (v *visit) ambiguous() {
	v.judged = true
	v.finding.Cause = models.AmbiguousKey
}

// outcome is why the key was refused, or else how the request ended.
func (v *visit) outcome() models.Outcome {
	if v.finding.Cause != "" {
		return v.finding.Cause
	}
	return models.OutcomeOf(v.Response().Status)
}

// observe tells of a request that is answered. One whose key nobody asked for, such
// as a preflight, is no use of a key.
func (a *API) observe(v *visit, took time.Duration) {
	if a.evidence == nil || !v.judged {
		return
	}
	r, grant := v.Request(), &v.finding.Grant
	took = took.Truncate(time.Microsecond)
	o := evidence.Observation{
		Request: models.Request{
			ID: requestID(v), EnvironmentID: grant.EnvironmentID, KeyID: grant.KeyID, At: a.store.Now().Add(-took),
			Method: r.Method, Path: echo.GetPath(r), Endpoint: endpoint(r.Method, v.Path()), Status: v.Response().Status,
			Outcome: v.outcome(), Origin: r.Header.Get(echo.HeaderOrigin), Address: v.RealIP(), UserAgent: r.UserAgent(),
			Duration: took,
		},
		KeyKind: grant.Kind, Environment: grant.Environment,
		Browser: v.request.Browser, InQuery: v.inURL, Interactions: v.request.Interactions,
	}
	if v.method != "" {
		o.Method = v.method
	}
	if v.path != "" {
		o.Path = v.path
	}
	a.evidence.Observe(&o)
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

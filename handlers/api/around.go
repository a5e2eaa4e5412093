package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/gate"
	"dojo/metrics"
	"dojo/models"
)

// Around is the middleware around every request to the API, also one whose path
// does not exist. It writes the headers that each answer has, checks the key, makes
// answers of errors and panics, observes the key's use, and logs. It is a single one
// because Echo builds its chain of middleware anew for each request, and /verify has
// no time for that.
func (a *API) Around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		putHeaders(c.Response().Header(), newRequestID())
		start := time.Now()
		v := newVisit(c)
		defer v.end()
		err := a.pass(v, next)
		if err != nil {
			c.Error(err) // now, so that the log has the status
		}
		duration := time.Since(start)
		a.options.Metrics.Answered(faceOf(c.Path()), c.Response().Status, duration)
		a.observe(v, duration)
		a.log(v, duration)
		drain(c)
		if errors.Is(err, http.ErrAbortHandler) {
			panic(err) // so that the connection breaks off, and nobody takes half an answer for a whole one
		}
		return nil
	}
}

// The values of headers that every answer has. Nobody changes them.
var (
	noStore    = []string{"no-store"}
	noReferrer = []string{"no-referrer"} // a key may stand in the address
	noSniff    = []string{"nosniff"}
)

// putHeaders writes into the map, since Set would allocate a slice for each.
func putHeaders(header http.Header, id string) {
	header["Cache-Control"] = noStore
	header["Referrer-Policy"] = noReferrer
	header["X-Content-Type-Options"] = noSniff
	header[echo.HeaderXRequestID] = []string{id}
}

// pass lets a request through to its handler, after the check of its key if it
// needs one. A panic becomes an error.
func (a *API) pass(v *visit, next echo.HandlerFunc) (err error) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler: // the upstream's answer broke off
			err = http.ErrAbortHandler
		default:
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	r := v.Request()
	path := settlePath(r)
	switch {
	case path == "/v1" || path == "/verify" || isPreflight(r.Method, path) || isDescription(r.Method, path):
		return next(v)
	case strings.HasPrefix(path, "/v1/"):
		return a.guard(v, path, next)
	}
	switch taken(path) {
	case "v1":
		return a.guard(v, path, next)
	case "verify":
		return notCanonical("the path of the check is /verify, written just so").send(v)
	}
	return next(v)
}

// guard checks a request's key before anything else is said about the request, and
// before its body is read.
func (a *API) guard(v *visit, path string, next echo.HandlerFunc) error {
	r := v.Request()
	v.shown.inRequest(r)
	v.request = requestOf(r, r.Method, path, r.URL.RawQuery)
	a.check(v, false)
	if v.request.Interactions {
		allowPage(v.Response().Header(), v.request.Origin, &v.found)
	}
	if v.found.Outcome != models.Accepted {
		return v.refuse()
	}
	if a.options.Upstream != nil && isUpstreams(path) {
		return a.proxy(v)
	}
	return next(v)
}

// check asks the gate about the key that was shown, with the request or alone, and
// notes in the visit what it finds. Of two keys it asks about neither.
func (a *API) check(v *visit, keyAlone bool) {
	v.checked = true
	switch {
	case v.shown.ambiguous:
		v.found = gate.Finding{Outcome: models.AmbiguousKey}
	case keyAlone:
		v.found = a.options.Gate.CheckKey(v.shown.key)
	default:
		v.found = a.options.Gate.CheckRequest(v.shown.key, v.request)
	}
	a.options.Metrics.Checked(v.found.Outcome)
}

// requestOf is what the gate's finding depends on beside the key. The method, the
// path and the query may be those of a request that a proxy asks about; the headers
// are its client's in either case.
func requestOf(r *http.Request, method, path, query string) gate.Request {
	request := gate.RequestOf(method, path).Overridden(method, query, r.Header)
	request.Origin = first(r.Header["Origin"])
	request.Browser = request.Origin != "" || first(r.Header["Sec-Fetch-Site"]) != ""
	return request
}

func faceOf(route string) metrics.Face {
	if route == "/verify" {
		return metrics.Verify
	}
	return metrics.API
}

// log writes one line for each request to /v1, and for each to /verify where the
// log's level is debug, for there are many of those. It names the route and not
// the path, in which an end user's id may stand.
func (a *API) log(v *visit, duration time.Duration) {
	ctx, level := v.Request().Context(), slog.LevelInfo
	if v.Path() == "/verify" {
		level = slog.LevelDebug
	}
	if !a.options.Logger.Enabled(ctx, level) {
		return
	}
	var grant models.Grant
	if v.found.Outcome == models.Accepted {
		grant = v.found.Grant
	}
	a.options.Logger.Log(ctx, level, "api request",
		"method", v.Request().Method, "route", v.Path(), "team", grant.TeamSlug, "status", v.Response().Status,
		"duration", duration.Round(time.Microsecond), "key_id", grant.KeyID,
		"address", v.RealIP(), "request_id", requestID(v))
}

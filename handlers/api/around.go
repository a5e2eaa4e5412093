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
	"dojo/models"
)

// Around is the middleware around every request to the API, also one whose path
// does not exist: the headers that each answer has, the verdict on the key, what
// becomes of errors and panics, the evidence of the key's use, and the log. It is a
// single one because Echo builds its chain of middleware anew for each request, and
// /verify has no time for that.
func (a *API) Around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		putHeaders(c.Response().Header())
		start := time.Now()
		v := newVisit(c)
		defer v.end()
		err := a.pass(v, next)
		if err != nil {
			c.Error(err) // now, so that the log has the status
		}
		duration := time.Since(start)
		a.observe(v, duration)
		a.log(c, duration)
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
func putHeaders(header http.Header) {
	header["Cache-Control"] = noStore
	header["Referrer-Policy"] = noReferrer
	header["X-Content-Type-Options"] = noSniff
	header[echo.HeaderXRequestID] = []string{newRequestID()}
}

// pass lets a request through to its handler if the verdict on its key allows it.
func (a *API) pass(c echo.Context, next echo.HandlerFunc) (err error) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler: // the upstream's answer broke off
			err = http.ErrAbortHandler
		default:
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	r := c.Request()
	path := echo.GetPath(r)
	if !strings.HasPrefix(path, "/v1/") || isPreflight(r.Method, path) || isDescription(r.Method, path) {
		return next(c)
	}
	return a.guard(c, requestOf(r, r.Method, path), next)
}

// guard gives the verdict on a request's key before anything else is said about
// the request, and before its body is read.
func (a *API) guard(c echo.Context, request gate.Request, next echo.HandlerFunc) error {
	shown, v := shownKey{}, visitOf(c)
	shown.inRequest(c.Request())
	if shown.ambiguous {
		v.ambiguous()
		if request.Interactions {
			allowAnyOrigin(c.Response().Header())
		}
		return ambiguousKey.send(c)
	}
	found := a.gate.Judge(shown.key, request)
	v.found(&found, &shown, &request)
	if request.Interactions {
		allowPage(c.Response().Header(), request.Origin, &found)
	}
	if found.Verdict != gate.Accepted {
		return refuse(c, found)
	}
	c.Set(grantKey, found.Grant)
	if a.upstream != nil && isUpstreams(echo.GetPath(c.Request())) {
		return a.handOn(c, shown.key, found.Grant)
	}
	return next(c)
}

// requestOf is what the verdict on a request depends on beside its key. The method
// and the path may be those of a request that a proxy asks about; the headers are
// its client's in either case.
func requestOf(r *http.Request, method, path string) gate.Request {
	request := gate.RequestOf(method, path)
	request.Origin = first(r.Header["Origin"])
	request.Browser = request.Origin != "" || first(r.Header["Sec-Fetch-Site"]) != ""
	return request
}

// grantKey is where guard keeps the grant in Echo's context.
const grantKey = "grant"

// grantOf returns the grant of the accepted key. It panics when there is none,
// which must never pass for an empty one.
func grantOf(c echo.Context) models.Grant { return c.Get(grantKey).(models.Grant) }

// log writes one line for each request to /v1, and for each to /verify where the
// log's level is debug, for there are many of those. It names the route and not
// the path, in which an end user's id may stand.
func (a *API) log(c echo.Context, duration time.Duration) {
	ctx, level := c.Request().Context(), slog.LevelInfo
	if c.Path() == "/verify" {
		level = slog.LevelDebug
	}
	if !a.logger.Enabled(ctx, level) {
		return
	}
	grant, _ := c.Get(grantKey).(models.Grant)
	a.logger.Log(ctx, level, "api request",
		"method", c.Request().Method, "route", c.Path(), "team", grant.TeamSlug, "status", c.Response().Status,
		"duration", duration.Round(time.Microsecond), "key_id", grant.KeyID,
		"address", c.RealIP(), "request_id", requestID(c))
}

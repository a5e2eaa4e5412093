package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/gate"
	"dojo/models"
)

// Preflight answers a browser that asks whether a page of another origin may post
// interactions. It cannot know whose they will be, so every page may ask.
func (a *API) Preflight(c echo.Context) error {
	header, asked := c.Response().Header(), c.Request().Header
	header.Set(echo.HeaderVary, "Origin, Access-Control-Request-Headers")
	allowAnyOrigin(header, first(asked["Origin"]))
	header.Set(echo.HeaderAccessControlAllowMethods, http.MethodPost)
	header.Set(echo.HeaderAccessControlAllowHeaders, allowedHeaders(asked[echo.HeaderAccessControlRequestHeaders]))
	header.Set(echo.HeaderAccessControlMaxAge, "7200") // seconds; Chromium goes no higher
	return c.NoContent(http.StatusNoContent)
}

const (
	maxAllowed     = 64 // headers that are allowed beside ours
	maxAllowedName = 64 // characters of such a header's name
)

// allowedHeaders lists the headers that a page may send: those that Dojo reads, and
// whatever else the browser asks for. Libraries for tracing, for errors and for
// sessions put headers on each request of a page, and a preflight that allows one of
// them less fails as a whole.
func allowedHeaders(asked []string) string {
	allowed := []string{"Content-Type", "X-API-KEY", "Authorization"}
	for name := range strings.SplitSeq(strings.Join(asked, ","), ",") {
		name = strings.ToLower(strings.Trim(name, " \t"))
		ours := slices.ContainsFunc(allowed, func(own string) bool { return strings.EqualFold(own, name) })
		if !ours && len(allowed) < maxAllowed && mayBeSent(name) {
			allowed = append(allowed, name)
		}
	}
	return strings.Join(allowed, ", ")
}

// mayBeSent reports whether a page may send a header: not one by which proxies and
// frameworks take a request for another.
func mayBeSent(name string) bool {
	isNoToken := func(r rune) bool {
		return (r < 'a' || 'z' < r) && (r < '0' || '9' < r) && !strings.ContainsRune("-_.!#$&'*+^`|~%", r)
	}
	if name == "" || len(name) > maxAllowedName || strings.ContainsFunc(name, isNoToken) {
		return false
	}
	return name == "x-request-id" || !isNotForUpstream(name)
}

func isPreflight(method, path string) bool {
	return method == http.MethodOptions && path == "/v1/interactions"
}

// allowAnyOrigin lets pages of every origin read the answer. A publishable key is
// made for them.
func allowAnyOrigin(header http.Header, origin string) {
	if origin == "" {
		origin = "*"
	}
	allowOrigin(header, origin)
}

// allowOrigin lets pages of the origin read the answer, also where they send cookies
// along, as navigator.sendBeacon always does: no cookie counts here, and a "*" would
// not do for such a request.
func allowOrigin(header http.Header, origin string) {
	header.Set(echo.HeaderAccessControlAllowOrigin, origin)
	if origin != "*" {
		header.Set(echo.HeaderAccessControlAllowCredentials, "true")
	}
	header.Set(echo.HeaderAccessControlExposeHeaders, "Retry-After, X-Request-Id")
}

// allowPage lets the page that posted interactions read the answer. Where the team
// lists the origins whose pages may post, only those may read. What refuses the
// key for another reason, every page may read, so that it can say what is wrong.
func allowPage(header http.Header, origin string, found *gate.Finding) {
	listed := found.Outcome == models.Accepted && found.Grant.Kind != models.Secret && found.Grant.AllowedOrigins != ""
	if origin != "" || listed {
		header.Set(echo.HeaderVary, echo.HeaderOrigin)
	}
	if found.Outcome != models.OriginNotAllowed {
		allowAnyOrigin(header, origin)
	}
}

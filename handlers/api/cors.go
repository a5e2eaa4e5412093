package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/gate"
	"dojo/models"
)

// Preflight answers a browser that asks whether a page of another origin may post
// interactions. It cannot know whose they will be, so every page may ask.
func (a *API) Preflight(c echo.Context) error {
	header := c.Response().Header()
	allowAnyOrigin(header)
	header.Set(echo.HeaderAccessControlAllowMethods, http.MethodPost)
	header.Set(echo.HeaderAccessControlAllowHeaders, "Content-Type, X-API-KEY, Authorization")
	header.Set(echo.HeaderAccessControlMaxAge, "7200") // seconds; Chromium goes no higher
	return c.NoContent(http.StatusNoContent)
}

func isPreflight(method, path string) bool {
	return method == http.MethodOptions && path == "/v1/interactions"
}

// allowAnyOrigin lets pages of every origin read the answer. A publishable key is
// made for them, and no cookie counts here.
func allowAnyOrigin(header http.Header) { allowOrigin(header, "*") }

func allowOrigin(header http.Header, origin string) {
	header.Set(echo.HeaderAccessControlAllowOrigin, origin)
	header.Set(echo.HeaderAccessControlExposeHeaders, "Retry-After, X-Request-Id")
}

// allowPage lets the page that posted interactions read the answer. Where the team
// lists the origins whose pages may post, only those may read. What refuses the
// key for another reason, every page may read, so that it can say what is wrong.
func allowPage(header http.Header, origin string, found *gate.Finding) {
	refused := found.Outcome == models.OriginNotAllowed
	listed := found.Outcome == models.Accepted && found.Grant.Kind != models.Secret && found.Grant.AllowedOrigins != ""
	if refused || listed {
		header.Set(echo.HeaderVary, echo.HeaderOrigin)
	}
	switch {
	case refused:
	case listed && origin != "":
		allowOrigin(header, origin)
	default:
		allowAnyOrigin(header)
	}
}

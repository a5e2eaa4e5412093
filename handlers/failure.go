package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/views/layout"
	"dojo/views/pages"
)

// Failure is an error as a visitor sees it. Package web makes it from an error.
type Failure struct {
	Status  int
	Heading string        // empty: the page has one of its own for the status
	Message string        // empty: the page has words of its own for the status
	Wait    time.Duration // how long to wait before trying again; 0: unknown
}

// Fail answers a request with the failure: as a page, or as JSON to a script.
// Whoever has to sign in first is sent there, and comes back afterwards.
func (h *Handlers) Fail(c echo.Context, failure Failure) error {
	if failure.Status == http.StatusUnauthorized && !wantsJSON(c) {
		return redirectToLogin(c, again(c))
	}
	if wantsJSON(c) {
		return c.JSON(failure.Status, map[string]string{"message": failure.Message})
	}
	page := pages.Failure{
		Base:   layout.Base{Title: http.StatusText(failure.Status), Now: h.Store.Now()},
		Status: failure.Status, Heading: failure.Heading, Message: failure.Message, Wait: failure.Wait,
		RequestID: c.Response().Header().Get(echo.HeaderXRequestID), Again: again(c),
	}
	if failure.Status == http.StatusServiceUnavailable && failure.Heading == "" {
		page.Database, page.Sent = true, !reads(c.Request())
		page.Trusted = h.Trusted()
	}
	if v := visitOf(c); v != nil {
		page.Base.Person = person(v.Actor)
	} else if failure.Status < http.StatusInternalServerError {
		if v, err := h.identify(c); err == nil {
			page.Base.Person = person(v.Actor)
		}
	}
	return render(c, failure.Status, page)
}

func reads(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// again is where to try again: the same page, or the one that a form was on.
func again(c echo.Context) string {
	if reads(c.Request()) {
		return keyless(c.Request().URL)
	}
	page, err := url.Parse(c.Request().Referer())
	if err != nil || page.Host != c.Request().Host {
		return "/"
	}
	return local(page.RequestURI())
}

// redirectToLogin leads to the sign-in page, and from there to next. htmx follows a redirect
// inside the page, so it is told to leave the page instead.
func redirectToLogin(c echo.Context, next string) error {
	to := "/login"
	if path, _, _ := strings.Cut(next, "?"); path != "/" {
		to += "?" + nextQuery(next)
	}
	if c.Request().Header.Get("HX-Request") != "" {
		if reads(c.Request()) { // a part of a page, which is no place to go to
			to = "/login"
		}
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusUnauthorized)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

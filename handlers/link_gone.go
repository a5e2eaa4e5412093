package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// linkReason is why a one-time link does not work.
func linkReason(used bool, err error) pages.LinkReason {
	switch {
	case models.CodeOf(err) == models.NotFound:
		return pages.LinkUnknown
	case used:
		return pages.LinkUsed
	}
	return pages.LinkLapsed
}

// linkGone says why a one-time link does not work, or returns an error that is
// about something else.
func (h *Handlers) linkGone(c echo.Context, purpose models.LinkPurpose, reason pages.LinkReason, err error) error {
	status := http.StatusGone
	switch models.CodeOf(err) {
	case models.NotFound:
		status = http.StatusNotFound
	case models.Conflict:
	default:
		return err
	}
	page := pages.LinkGone{Base: layout.Base{Title: "One-time link", Now: h.Store.Now()}, Purpose: purpose,
		Reason: reason}
	if v, err := h.identify(c); err == nil { // who is signed in needs no way to the sign-in
		page.Base.Person = person(v.Actor)
	}
	return render(c, status, page)
}

package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/views/layout"
	"dojo/views/pages"
)

// ResetShow asks for the address of an account whose password is lost.
func (h *Handlers) ResetShow(c echo.Context) error {
	return h.resetPage(c, http.StatusOK, pages.Reset{})
}

func (h *Handlers) resetPage(c echo.Context, status int, page pages.Reset) error {
	page.Base = layout.Base{Title: "Reset your password", Now: h.Store.Now()}
	return render(c, status, page)
}

// Reset mails a link that sets a new password. The answer does not tell whether
// there is such an account. A rate limit by address keeps the form from filling
// somebody's mailbox.
func (h *Handlers) Reset(c echo.Context) error {
	typed := pages.Reset{Email: c.FormValue("email")}
	email, err := models.NormalizeEmail(typed.Email)
	if wrong := fieldErrors(err); wrong != nil {
		typed.EmailError = wrong["email"]
		return h.resetPage(c, http.StatusUnprocessableEntity, typed)
	}
	try, err := h.try(c, models.MailTry, email)
	if err != nil {
		return err
	}
	if try.Refused {
		typed.Wait = try.Wait
		return h.resetPage(c, http.StatusTooManyRequests, typed)
	}
	if err := h.Store.RequestReset(c.Request().Context(), visitor(c), email); err != nil {
		return err
	}
	typed.Sent = true
	return h.resetPage(c, http.StatusOK, typed)
}

// ResetPasswordShow is the page of a reset link.
func (h *Handlers) ResetPasswordShow(c echo.Context) error {
	link, err := h.Store.Link(c.Request().Context(), models.ResetLink, c.Param("token"))
	if err != nil {
		return h.linkGone(c, models.ResetLink, linkReason(link.UsedAt != nil, err), err)
	}
	return h.resetPasswordPage(c, http.StatusOK, link, "")
}

func (h *Handlers) resetPasswordPage(c echo.Context, status int, link models.Link, wrong string) error {
	return render(c, status, pages.ResetPassword{
		Base: layout.Base{Title: "Set a new password", Now: h.Store.Now()}, Token: c.Param("token"), Email: link.Email,
		MinPassword: passwords.MinLength, PasswordError: wrong,
	})
}

// ResetPassword sets the new password and ends all sessions of the account. Who
// has a second factor is asked for it at the next sign-in.
func (h *Handlers) ResetPassword(c echo.Context) error {
	ctx := c.Request().Context()
	link, err := h.Store.Link(ctx, models.ResetLink, c.Param("token"))
	if err != nil {
		return h.linkGone(c, models.ResetLink, linkReason(link.UsedAt != nil, err), err)
	}
	hash, err := h.newPassword(c, c.FormValue("password"), link.Email)
	if wrong := fieldErrors(err); wrong != nil {
		return h.resetPasswordPage(c, http.StatusUnprocessableEntity, link, wrong["password"])
	}
	if err != nil {
		return err
	}
	user, err := h.Store.UseResetLink(ctx, visitor(c), c.Param("token"), hash)
	if code := models.CodeOf(err); code == models.Conflict || code == models.NotFound {
		return h.linkGone(c, models.ResetLink, pages.LinkUsed, err)
	}
	if err != nil {
		return err
	}
	return h.afterPassword(c, user, "/")
}

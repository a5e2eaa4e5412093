package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/views/layout"
	"dojo/views/pages"
)

// SetupShow is the page of a one-time link that makes a solutions engineer's
// account.
func (h *Handlers) SetupShow(c echo.Context) error {
	token := c.QueryParam("token")
	link, err := h.Store.Link(c.Request().Context(), models.SetupLink, token)
	if err != nil {
		return h.linkGone(c, models.SetupLink, linkReason(link.UsedAt != nil, err), err)
	}
	return h.setupPage(c, http.StatusOK, pages.Setup{Token: token, Email: link.Email, AskEmail: link.Email == ""})
}

func (h *Handlers) setupPage(c echo.Context, status int, page pages.Setup) error {
	page.Base = layout.Base{Title: "Make your account", Now: h.Store.Now()}
	page.MinPassword = passwords.MinLength
	return render(c, status, page)
}

// Setup makes the account and signs in.
func (h *Handlers) Setup(c echo.Context) error {
	ctx := c.Request().Context()
	typed := pages.Setup{Token: c.FormValue("token"), Email: c.FormValue("email"), Name: c.FormValue("name")}
	link, err := h.Store.Link(ctx, models.SetupLink, typed.Token)
	if err != nil {
		return h.linkGone(c, models.SetupLink, linkReason(link.UsedAt != nil, err), err)
	}
	if typed.AskEmail = link.Email == ""; !typed.AskEmail {
		typed.Email = link.Email
	}
	user, err := h.useSetupLink(c, typed, c.FormValue("password"))
	if wrong := fieldErrors(err); wrong != nil {
		typed.EmailError, typed.NameError, typed.PasswordError = wrong["email"], wrong["name"], wrong["password"]
		return h.setupPage(c, http.StatusUnprocessableEntity, typed)
	}
	if models.CodeOf(err) == models.Conflict {
		if link, gone := h.Store.Link(ctx, models.SetupLink, typed.Token); gone != nil {
			return h.linkGone(c, models.SetupLink, linkReason(link.UsedAt != nil, gone), gone)
		}
	}
	if err != nil {
		return err
	}
	return h.afterPassword(c, user, "/desk")
}

// useSetupLink checks what was typed before it hashes the password, which is slow on
// purpose.
func (h *Handlers) useSetupLink(c echo.Context, typed pages.Setup, password string) (models.User, error) {
	email, err := models.NormalizeEmail(typed.Email)
	if err != nil {
		return models.User{}, err
	}
	if _, err := models.CheckName(typed.Name); err != nil {
		return models.User{}, err
	}
	hash, err := h.newPassword(c, password, email, typed.Name)
	if err != nil {
		return models.User{}, err
	}
	return h.Store.UseSetupLink(c.Request().Context(), visitor(c), typed.Token, email, typed.Name, hash)
}

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
	link, err := h.store.SetupLink(c.Request().Context(), token)
	if err != nil {
		return h.setupGone(c, link, err)
	}
	return h.setupPage(c, http.StatusOK, pages.Setup{Token: token, Email: link.Email, AskEmail: link.Email == ""})
}

func (h *Handlers) setupPage(c echo.Context, status int, page pages.Setup) error {
	page.Base = layout.Base{Title: "Make your account", Now: h.store.Now()}
	page.MinPassword = passwords.MinLength
	return render(c, status, page)
}

// setupGone says why the link does not work.
func (h *Handlers) setupGone(c echo.Context, link models.Link, err error) error {
	page := pages.SetupGone{Base: layout.Base{Title: "One-time link", Now: h.store.Now()}, Reason: pages.LinkUnknown}
	status := http.StatusNotFound
	switch models.CodeOf(err) {
	case models.NotFound:
	case models.Conflict:
		status, page.Reason = http.StatusGone, pages.LinkLapsed
		if link.UsedAt != nil {
			page.Reason = pages.LinkUsed
		}
	default:
		return err
	}
	return render(c, status, page)
}

// Setup makes the account and signs in.
func (h *Handlers) Setup(c echo.Context) error {
	ctx := c.Request().Context()
	typed := pages.Setup{Token: c.FormValue("token"), Email: c.FormValue("email"), Name: c.FormValue("name")}
	link, err := h.store.SetupLink(ctx, typed.Token)
	if err != nil {
		return h.setupGone(c, link, err)
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
		if link, gone := h.store.SetupLink(ctx, typed.Token); gone != nil {
			return h.setupGone(c, link, gone)
		}
	}
	if err != nil {
		return err
	}
	if err := h.signIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/desk/requests")
}

// useSetupLink checks what was typed before it spends the work of a hash on it.
func (h *Handlers) useSetupLink(c echo.Context, typed pages.Setup, password string) (models.User, error) {
	email, err := models.NormalizeEmail(typed.Email)
	if err != nil {
		return models.User{}, err
	}
	if _, err := models.CheckName(typed.Name); err != nil {
		return models.User{}, err
	}
	if err := passwords.Check(password); err != nil {
		return models.User{}, models.InvalidField("password", "%s", err.Error())
	}
	hash, err := h.passwords.Hash(c.Request().Context(), password)
	if err != nil {
		return models.User{}, err
	}
	return h.store.UseSetupLink(c.Request().Context(), visitor(c), typed.Token, email, typed.Name, hash)
}

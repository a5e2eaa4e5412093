package handlers

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// SignupShow asks for an address.
func (h *Handlers) SignupShow(c echo.Context) error {
	return h.signupPage(c, http.StatusOK, pages.Signup{})
}

func (h *Handlers) signupPage(c echo.Context, status int, page pages.Signup) error {
	page.Base = layout.Base{Title: "Create an account", Now: h.Store.Now()}
	return render(c, status, page)
}

// Signup mails a link to the address. The answer does not tell whether it has an
// account.
func (h *Handlers) Signup(c echo.Context) error {
	typed := pages.Signup{Email: c.FormValue("email")}
	email, err := models.NormalizeEmail(typed.Email)
	if wrong := fieldErrors(err); wrong != nil {
		typed.EmailError = wrong["email"]
		return h.signupPage(c, http.StatusUnprocessableEntity, typed)
	}
	try, err := h.try(c, models.MailTry, email)
	if err != nil {
		return err
	}
	if try.Refused {
		typed.Wait = try.Wait
		return h.signupPage(c, http.StatusTooManyRequests, typed)
	}
	if err := h.Store.RequestSignup(c.Request().Context(), visitor(c), email); err != nil {
		return err
	}
	typed.Sent = true
	return h.signupPage(c, http.StatusOK, typed)
}

// SignupAccountShow is the page of a sign-up link.
func (h *Handlers) SignupAccountShow(c echo.Context) error {
	link, err := h.Store.Link(c.Request().Context(), models.SignupLink, c.Param("token"))
	if err != nil {
		return h.linkGone(c, models.SignupLink, linkReason(link.UsedAt != nil, err), err)
	}
	return h.signupAccountPage(c, http.StatusOK, pages.SignupAccount{Email: link.Email})
}

func (h *Handlers) signupAccountPage(c echo.Context, status int, page pages.SignupAccount) error {
	page.Base = layout.Base{Title: "Create an account", Now: h.Store.Now()}
	page.Token, page.PublicURL, page.MinPassword = c.Param("token"), h.PublicURL, passwords.MinLength
	return render(c, status, page)
}

// SignupAccount makes the account and its team, and signs in.
func (h *Handlers) SignupAccount(c echo.Context) error {
	ctx := c.Request().Context()
	link, err := h.Store.Link(ctx, models.SignupLink, c.Param("token"))
	if err != nil {
		return h.linkGone(c, models.SignupLink, linkReason(link.UsedAt != nil, err), err)
	}
	typed := pages.SignupAccount{
		Email: link.Email, Name: c.FormValue("name"), TeamName: c.FormValue("team_name"),
		TeamSlug: c.FormValue("team_slug"),
	}
	typed.TeamSlug = cmp.Or(typed.TeamSlug, models.SuggestSlug(typed.TeamName))
	hash, err := h.newPassword(c, c.FormValue("password"), link.Email, typed.Name, typed.TeamName)
	if wrong := fieldErrors(err); wrong != nil {
		typed.PasswordError = wrong["password"]
		return h.signupAccountPage(c, http.StatusUnprocessableEntity, typed)
	}
	if err != nil {
		return err
	}
	user, team, err := h.Store.UseSignupLink(ctx, visitor(c), c.Param("token"), store.NewAccount{
		Name: typed.Name, PasswordHash: hash, TeamName: typed.TeamName, TeamSlug: typed.TeamSlug,
	})
	if wrong := fieldErrors(err); wrong != nil {
		typed.NameError, typed.TeamNameError, typed.TeamSlugError = wrong["name"], wrong["team_name"], wrong["slug"]
		return h.signupAccountPage(c, http.StatusUnprocessableEntity, typed)
	}
	if models.CodeOf(err) == models.Conflict {
		return h.linkGone(c, models.SignupLink, pages.LinkUsed, err)
	}
	if err != nil {
		return err
	}
	if err := h.signIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, layout.Href(team.Slug, string(models.Playground), layout.Overview))
}

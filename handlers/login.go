package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/views/layout"
	"dojo/views/pages"
)

// LoginShow is the sign-in page. Who is signed in already goes on.
func (h *Handlers) LoginShow(c echo.Context) error {
	next := local(c.QueryParam("next"))
	_, err := h.identify(c)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	if models.CodeOf(err) != models.Unauthenticated {
		return err
	}
	some, err := h.Store.HasEngineer(c.Request().Context())
	if err != nil {
		return err
	}
	return h.loginPage(c, http.StatusOK, pages.Login{Next: next, Fresh: !some})
}

func (h *Handlers) loginPage(c echo.Context, status int, page pages.Login) error {
	page.Base, page.Kept = layout.Base{Title: "Sign in", Now: h.Store.Now()}, strings.HasPrefix(page.Next, resumePath)
	page.Demo, page.SignupOpen, page.OIDCOnly = h.Demo, h.SignupOpen && !h.OIDCOnly, h.OIDCOnly
	if h.OIDC != nil {
		page.Issuer = h.IssuerName
	}
	return render(c, status, page)
}

// Login signs in with email and password. An unknown address costs the same
// work and gets the same answer as a wrong password.
func (h *Handlers) Login(c echo.Context) error {
	typed := pages.Login{Email: c.FormValue("email"), Next: local(c.FormValue("next"))}
	email, err := models.NormalizeEmail(typed.Email)
	if err != nil {
		email = ""
	}
	try, err := h.try(c, models.PasswordTry, email)
	if err != nil {
		return err
	}
	if try.Refused {
		typed.Wait = try.Wait
		return h.loginPage(c, http.StatusTooManyRequests, typed)
	}
	user, err := h.authenticate(c, try.hasher(), email, c.FormValue("password"))
	if errors.Is(err, errWrongPassword) {
		typed.Wrong = true
		try.ended(models.FactorWrong)
		return h.loginPage(c, try.status(c, http.StatusUnprocessableEntity), typed)
	}
	if err != nil {
		return err
	}
	if err := try.right(c); err != nil {
		return err
	}
	return h.afterPassword(c, user, typed.Next)
}

var errWrongPassword = errors.New("email or password is wrong")

// authenticate finds the user by email and password. Without such a user it hashes
// the password all the same: the time of an answer must not tell which addresses
// have an account.
func (h *Handlers) authenticate(
	c echo.Context, hasher *passwords.Hasher, email, password string,
) (models.User, error) {
	ctx := c.Request().Context()
	user, err := h.Store.UserByEmail(ctx, email)
	if models.CodeOf(err) == models.NotFound || err == nil && (user.DisabledAt != nil || user.PasswordHash == "") {
		if err := hasher.VerifyUnknown(ctx, password); err != nil {
			return user, busy(err)
		}
		return user, errWrongPassword
	}
	if err != nil {
		return user, err
	}
	right, err := hasher.Verify(ctx, user.PasswordHash, password)
	if err == nil && !right {
		err = errWrongPassword
	}
	return user, busy(err)
}

// busy asks to come again later when too many passwords wait to be hashed.
func busy(err error) error {
	if errors.Is(err, passwords.ErrBusy) {
		return &models.Error{Code: models.Unavailable, Message: "Many people are signing in just now.", Err: err}
	}
	return err
}

// signIn begins a session of the user, who has proved everything that is asked.
func (h *Handlers) signIn(c echo.Context, user models.User) error {
	actor := visitor(c)
	actor.UserID, actor.Name, actor.Email, actor.Engineer = user.ID, user.Name, user.Email, user.Engineer
	err := h.Sessions.SignIn(c.Response(), c.Request(), actor, user)
	if err == nil {
		h.Metrics.SessionBegun()
	}
	return err
}

// Logout ends the session in the database too, so that a copy of the cookie is of
// no use.
func (h *Handlers) Logout(v *Visit) error {
	if err := h.Sessions.SignOut(v.Response(), v.Request(), v.Actor); err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, local(cmp.Or(v.FormValue("next"), "/login")))
}

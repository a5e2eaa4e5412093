package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/factors"
	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Where an anonymous session keeps the user whose password was right while the
// second factor is still to come, and the digest of that password's hash: when the
// password is changed in between, the sign-in begins anew. Until both are proved
// the session is not the user's.
const (
	pendingKey         = "pending"
	pendingPasswordKey = "pending password"
)

// afterPassword signs in, or goes on to the second factor.
func (h *Handlers) afterPassword(c echo.Context, user models.User, next string) error {
	has, err := h.Store.Factors(c.Request().Context(), user.ID)
	if err != nil {
		return err
	}
	if !has.Any() {
		if err := h.signIn(c, user); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, next)
	}
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return err
	}
	open.Values[pendingKey], open.Values[pendingPasswordKey] = user.ID, models.TokenDigest(user.PasswordHash)
	if err := open.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/login/second?"+nextQuery(next))
}

// pending returns the user whose second factor is to come. It is Unauthenticated
// when no sign-in is under way in this session.
func (h *Handlers) pending(c echo.Context) (models.User, store.Factors, error) {
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return models.User{}, store.Factors{}, err
	}
	id, _ := open.Values[pendingKey].(string)
	password, _ := open.Values[pendingPasswordKey].([]byte)
	user, err := h.Store.SessionUser(c.Request().Context(), id)
	if models.CodeOf(err) == models.NotFound || err == nil &&
		!bytes.Equal(password, models.TokenDigest(user.PasswordHash)) {
		err = models.Errorf(models.Unauthenticated, "Sign in first.")
	}
	if err != nil {
		return user, store.Factors{}, err
	}
	has, err := h.Store.Factors(c.Request().Context(), user.ID)
	return user, has, err
}

// SecondFactorShow asks for the second factor.
func (h *Handlers) SecondFactorShow(c echo.Context) error {
	_, has, err := h.pending(c)
	if err != nil {
		return err
	}
	return h.secondFactorPage(c, http.StatusOK, has, pages.SecondFactor{Next: local(c.QueryParam("next"))})
}

func (h *Handlers) secondFactorPage(c echo.Context, status int, has store.Factors, page pages.SecondFactor) error {
	page.Base = layout.Base{Title: "Second factor", Now: h.Store.Now()}
	page.Codes, page.Passkeys = has.TOTP, len(has.Passkeys) > 0
	return render(c, status, page)
}

// SecondFactor signs in with a code of the authenticator app, or a recovery
// code. Each code works once. Codes are short, so that guesses count against a
// limit apart from the one for passwords. It begins anew with another password, so that
// whoever knows the old one cannot go on using it up.
func (h *Handlers) SecondFactor(c echo.Context) error {
	user, has, err := h.pending(c)
	if err != nil {
		return err
	}
	typed := pages.SecondFactor{Next: local(c.FormValue("next"))}
	kind, entered := models.CodeTry, h.Store.Now()
	if models.IsRecoveryCode(c.FormValue("code")) {
		kind = models.RecoveryTry
	}
	try, err := h.try(c, kind, user.Email, models.TokenDigest(user.PasswordHash)...)
	if err != nil {
		return err
	}
	if try.Refused {
		typed.Wait = try.Wait
		return h.secondFactorPage(c, http.StatusTooManyRequests, has, typed)
	}
	right, err := h.checkCode(c, user, c.FormValue("code"), entered)
	if err != nil {
		return err
	}
	if !right {
		typed.Wrong = true
		try.ended(models.FactorWrong)
		return h.secondFactorPage(c, try.status(c, http.StatusUnprocessableEntity), has, typed)
	}
	if err := try.right(c); err != nil {
		return err
	}
	if err := h.signIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, typed.Next)
}

// checkCode checks what was entered at that moment: waiting for its turn makes no code
// too old.
func (h *Handlers) checkCode(c echo.Context, user models.User, code string, entered time.Time) (bool, error) {
	ctx := c.Request().Context()
	if !user.HasTOTP() {
		return false, nil
	}
	secret, err := h.Store.TOTPSecret(ctx, user.ID)
	if err != nil {
		return false, err
	}
	if !models.IsRecoveryCode(code) { // which has limits of its own
		step, ok := factors.Step(secret, code, entered)
		if !ok {
			return false, nil
		}
		return h.Store.UseTOTPStep(ctx, user.ID, step)
	}
	actor := visitor(c)
	actor.UserID, actor.Name = user.ID, user.Name
	return h.Store.UseRecoveryCode(ctx, actor, code)
}

func nextQuery(next string) string { return url.Values{"next": {next}}.Encode() }

package handlers

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Where a session keeps what is remembered while the person is at the provider.
const (
	attemptKey = "attempt" // what package oidc needs to check the answer
	nextKey    = "next"    // where to go on to
	resumeKey  = "resume"  // the form that asked for a proof
)

// ProviderLogin sends the visitor to the provider to sign in.
func (h *Handlers) ProviderLogin(c echo.Context) error {
	return h.visitProvider(c, false, func(values map[any]any) {
		values[nextKey] = shortNext(c.FormValue("next"))
		delete(values, resumeKey)
	})
}

// maxNext is the longest address that is remembered while the visitor is at the provider;
// the browser keeps it in a cookie.
const maxNext = 1000

func shortNext(next string) string {
	if next = local(next); len(next) > maxNext {
		return "/"
	}
	return next
}

// visitProvider sends the visitor to the provider, which asks for a fresh sign-in
// if told to.
func (h *Handlers) visitProvider(c echo.Context, fresh bool, remember func(values map[any]any)) error {
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return err
	}
	to, attempt, err := h.OIDC.Begin(c.Request().Context(), fresh)
	if err != nil {
		return h.providerFailed(c, "/", err)
	}
	open.Values[attemptKey] = attempt
	remember(open.Values)
	if err := open.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	// Not a redirect: the content security policy's form-action allows this site
	// only, and browsers apply it to where a form's answer redirects to.
	c.Response().Header().Set("Refresh", "0; url="+to)
	return render(c, http.StatusOK,
		pages.Leaving{Base: layout.Base{Title: "Going to " + models.Isolated(h.IssuerName), Now: h.Store.Now()}, Issuer: h.IssuerName,
			To: to})
}

// ProviderCallback is where the provider sends the visitor back to.
func (h *Handlers) ProviderCallback(c echo.Context) error {
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return err
	}
	attempt, _ := open.Values[attemptKey].([]byte)
	next, _ := open.Values[nextKey].(string)
	resumed, proving := open.Values[resumeKey].([]byte)
	for _, key := range []string{attemptKey, nextKey, resumeKey} {
		delete(open.Values, key)
	}
	if err := open.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	who, err := h.OIDC.Finish(c.Request().Context(), attempt, c.QueryParams())
	if err != nil {
		return h.providerFailed(c, next, err)
	}
	if proving {
		return h.provedByProvider(c, who.Issuer, who.Subject, resumed)
	}
	user, err := h.Store.IdentityUser(c.Request().Context(), visitor(c), who.Issuer, who.Subject, who.Email)
	if models.CodeOf(err) == models.NotFound {
		user, err = h.newFromProvider(c, who.Email, who.Name, next)
		if err == nil {
			user, err = h.Store.IdentityUser(c.Request().Context(), visitor(c), who.Issuer, who.Subject, who.Email)
		}
	}
	if err != nil {
		return h.providerFailed(c, next, err)
	}
	h.Metrics.SignIn(models.ProviderFactor, models.FactorRight)
	if err := h.signIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, local(next))
}

// newFromProvider makes an account for somebody who was on the way to accept an
// invitation of their address, and accepts it. Nobody else gets an account: the
// provider may know thousands of people who have no business here.
func (h *Handlers) newFromProvider(c echo.Context, email, name, next string) (models.User, error) {
	noAccount := models.Errorf(models.Forbidden,
		"There is no account here for %s. Ask for an invitation to that address.", models.Isolated(email))
	token, found := strings.CutPrefix(next, "/invite/")
	if !found {
		return models.User{}, noAccount
	}
	invited, err := h.Store.Invitation(c.Request().Context(), token)
	if err != nil {
		return models.User{}, err
	}
	if invited.Invitation.Email != email {
		return models.User{}, noAccount
	}
	if _, err := models.CheckName(name); err != nil {
		name, _, _ = strings.Cut(email, "@")
	}
	user, _, err := h.Store.AcceptInvitationAs(c.Request().Context(), visitor(c), token, name, "")
	return user, err
}

// providerFailed says on the sign-in page why it did not work.
func (h *Handlers) providerFailed(c echo.Context, next string, err error) error {
	words := message(err)
	if words == "" {
		return err
	}
	h.Metrics.SignIn(models.ProviderFactor, models.FactorWrong)
	h.Logger.WarnContext(c.Request().Context(), "signing in with the provider failed", "error", err)
	status := http.StatusUnprocessableEntity
	if models.CodeOf(err) == models.Unavailable {
		status = http.StatusServiceUnavailable
	}
	return h.loginPage(c, status, pages.Login{Next: local(next), IssuerError: words})
}

// resumedForm is a form that waits while its sender is at the provider.
type resumedForm struct {
	Action, Back string
	Fields       []pages.FormField
}

// ProviderProof sends the person to the provider to prove again who they are,
// and remembers the form that asked for it.
func (h *Handlers) ProviderProof(v *Visit) error {
	if h.OIDC == nil {
		return models.ErrNotFound()
	}
	form, err := json.Marshal(resumedForm{Action: local(v.FormValue("proof_action")),
		Back: local(v.FormValue("proof_back")), Fields: formFields(v)})
	if err != nil {
		return err
	}
	return h.visitProvider(v, true, func(values map[any]any) { values[resumeKey] = form })
}

// provedByProvider notes the proof, if it is the same person's, and offers to go
// on with the form that asked for it.
func (h *Handlers) provedByProvider(c echo.Context, issuer, subject string, resumed []byte) error {
	v, err := h.identify(c)
	if err != nil {
		return err
	}
	same, err := h.Store.HasIdentity(v.ctx(), v.Actor.UserID, issuer, subject)
	if err != nil {
		return err
	}
	if !same {
		return models.Errorf(models.Forbidden,
			"That is another account at %s than the one you are signed in with here.", models.Isolated(h.IssuerName))
	}
	var form resumedForm
	if err := json.Unmarshal(resumed, &form); err != nil {
		return err
	}
	if err := h.Sessions.Prove(v.Response(), v.Request(), v.session); err != nil {
		return err
	}
	return render(v, http.StatusOK, pages.Resume{
		Base:   layout.Base{Title: "Go on", Now: h.Store.Now(), Person: person(v.Actor)},
		Action: form.Action, Back: form.Back, Fields: form.Fields,
	})
}

package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"dojo/factors"
	"dojo/models"
	"dojo/views/pages"
)

// ceremonyKey is where a session keeps what the server remembers of a passkey
// ceremony until the browser answers.
const ceremonyKey = "ceremony"

// beginCeremony keeps the ceremony in the session and answers with what the browser needs for it.
func (h *Handlers) beginCeremony(c echo.Context, open *sessions.Session, options, ceremony []byte) error {
	open.Values[ceremonyKey] = ceremony
	if err := open.Save(c.Request(), c.Response()); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]json.RawMessage{"publicKey": options})
}

// endCeremony returns the ceremony that is under way, and forgets it: its
// challenge is a nonce, and a recorded answer must not work twice.
func (h *Handlers) endCeremony(c echo.Context, open *sessions.Session) ([]byte, error) {
	ceremony, _ := open.Values[ceremonyKey].([]byte)
	if ceremony == nil {
		return nil, nil
	}
	delete(open.Values, ceremonyKey)
	return ceremony, open.Save(c.Request(), c.Response())
}

func factorsUser(actor models.Actor) factors.User {
	return factors.User{ID: actor.UserID, Email: actor.Email, Name: actor.Name}
}

// credentials returns what the WebAuthn library keeps of the user's passkeys.
func (h *Handlers) credentials(ctx context.Context, userID string) ([][]byte, error) {
	has, err := h.Store.Factors(ctx, userID)
	if err != nil {
		return nil, err
	}
	list := make([][]byte, len(has.Passkeys))
	for i, passkey := range has.Passkeys {
		list[i] = passkey.Credential
	}
	return list, nil
}

// PasskeyLoginBegin begins signing in with a passkey: any that the browser has
// for this site.
func (h *Handlers) PasskeyLoginBegin(c echo.Context) error {
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return err
	}
	options, ceremony, err := h.Passkeys.BeginLogin()
	if err != nil {
		return err
	}
	return h.beginCeremony(c, open, options, ceremony)
}

// PasskeyLogin signs in with a passkey, which is a second factor too: whoever
// has it has also unlocked it. Nobody guesses one, so that there is no limit on tries
// for others to use up.
func (h *Handlers) PasskeyLogin(c echo.Context) error {
	next := local(c.FormValue("next"))
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return err
	}
	ceremony, err := h.endCeremony(c, open)
	if err != nil {
		return err
	}
	proof, err := h.Passkeys.FinishLogin(ceremony, []byte(c.FormValue("credential")),
		func(userID string) ([][]byte, error) {
			list, err := h.credentials(c.Request().Context(), userID)
			if models.CodeOf(err) == models.NotFound {
				return nil, nil
			}
			return list, err
		})
	if errors.Is(err, factors.ErrRefused) {
		h.Logger.InfoContext(c.Request().Context(), "a passkey was refused at sign-in", "cause", err)
		h.Metrics.SignIn(models.PasskeyFactor, models.FactorWrong)
		return h.loginPage(c, http.StatusUnprocessableEntity, pages.Login{Next: next, PasskeyWrong: true})
	}
	if err != nil {
		return err
	}
	user, err := h.Store.SessionUser(c.Request().Context(), proof.UserID)
	if models.CodeOf(err) == models.NotFound {
		h.Metrics.SignIn(models.PasskeyFactor, models.FactorWrong)
		return h.loginPage(c, http.StatusUnprocessableEntity, pages.Login{Next: next, PasskeyWrong: true})
	}
	if err != nil {
		return err
	}
	if err := h.Store.PasskeyUsed(c.Request().Context(), proof.CredentialID, proof.Credential); err != nil {
		return err
	}
	h.Metrics.SignIn(models.PasskeyFactor, models.FactorRight)
	if err := h.signIn(c, user); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// PasskeyProofBegin begins step-up authentication with one's own passkey. Unlike
// signing in it names the passkeys that will do.
func (h *Handlers) PasskeyProofBegin(v *Visit) error {
	if h.Passkeys == nil {
		return models.ErrNotFound()
	}
	credentials, err := h.credentials(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	if len(credentials) == 0 {
		return models.ErrNotFound()
	}
	options, ceremony, err := h.Passkeys.BeginProof(factorsUser(v.Actor), credentials)
	if err != nil {
		return err
	}
	return h.beginCeremony(v, v.session, options, ceremony)
}

// PasskeyAddBegin begins adding a passkey.
func (h *Handlers) PasskeyAddBegin(v *Visit) error {
	if h.Passkeys == nil {
		return models.ErrNotFound()
	}
	credentials, err := h.credentials(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	options, ceremony, err := h.Passkeys.BeginRegistration(factorsUser(v.Actor), credentials)
	if err != nil {
		return err
	}
	return h.beginCeremony(v, v.session, options, ceremony)
}

// PasskeyAdd adds the passkey that the browser has made. The form comes twice: first
// with a name only, so that RequireProof asks for its proof before the browser
// makes a passkey, and then with both.
func (h *Handlers) PasskeyAdd(v *AccountVisit) error {
	if h.Passkeys == nil {
		return models.ErrNotFound()
	}
	name := v.FormValue("name")
	if _, err := models.CheckPasskeyName(name); err != nil {
		return h.passkeyFormAgain(v, name, fieldErrors(err)["name"])
	}
	if v.FormValue("credential") == "" { // the browser asks for the passkey once it is proved who is there
		return h.passkeyFormAgain(v, name, "")
	}
	ceremony, err := h.endCeremony(v, v.session)
	if err != nil {
		return err
	}
	credentials, err := h.credentials(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	id, credential, err := h.Passkeys.FinishRegistration(factorsUser(v.Actor), credentials, ceremony,
		[]byte(v.FormValue("credential")))
	if errors.Is(err, factors.ErrRefused) {
		h.Logger.InfoContext(v.ctx(), "a new passkey was refused", "user", v.Actor.UserID, "cause", err)
		return h.passkeyFormAgain(v, name, "The passkey was not accepted. Try again, and finish within five minutes.")
	}
	if err != nil {
		return err
	}
	if err := v.Account.AddPasskey(v.ctx(), name, id, credential); err != nil {
		return err
	}
	return v.redirect(v.nextOrSecurity(), good("Passkey added", "You can sign in with it from now on."))
}

func (h *Handlers) passkeyFormAgain(v *AccountVisit, name, wrong string) error {
	page, err := h.securityPage(v)
	if err != nil {
		return err
	}
	page.PasskeyForm = pages.PasskeyForm{Name: name, Error: wrong}
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return render(v, status, page)
}

// PasskeyRename gives a passkey another name.
func (h *Handlers) PasskeyRename(v *AccountVisit) error {
	err := v.Account.RenamePasskey(v.ctx(), v.Param("passkey"), v.FormValue("name"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.securityPage(v)
		if err != nil {
			return err
		}
		page.Rename = &pages.PasskeyRename{ID: v.Param("passkey"), Name: v.FormValue("name"), Error: wrong["name"]}
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect(securityAddress,
		good("Passkey renamed", "It is called "+models.Isolated(strings.TrimSpace(v.FormValue("name")))+" now."))
}

// PasskeyRemove removes a passkey.
func (h *Handlers) PasskeyRemove(v *AccountVisit) error {
	if err := v.Account.RemovePasskey(v.ctx(), v.Param("passkey")); err != nil {
		return err
	}
	return v.redirect(securityAddress,
		good("Passkey removed", "It cannot be used to sign in any more. Remove it from your device too."))
}

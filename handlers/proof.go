package handlers

import (
	"errors"
	"net/http"
	"sort"
	"strings"

	"dojo/factors"
	"dojo/models"
	"dojo/session"
	"dojo/views/layout"
	"dojo/views/pages"
)

// visiting is any kind of visit by a signed-in person.
type visiting interface {
	visit() *Visit
	// place names the team and the environment that the visit is about, such as " in Umami Foods / Production";
	// empty when it is about neither.
	place() string
}

// RequireProof is step-up authentication: it lets an endpoint that does harm in
// the wrong hands through only when the person proved who they are within
// models.ProofLife. Otherwise it asks for a proof, and goes on with the form that
// was sent. The words say what for.
func RequireProof[V visiting](h *Handlers, what string, serve func(V) error) func(V) error {
	return func(v V) error {
		proved, err := h.proved(v.visit(), what+v.place())
		if err != nil || !proved {
			return err
		}
		return serve(v)
	}
}

// proofFields is how the fields of the proof itself begin; the others are the
// form's own.
const proofFields = "proof_"

// proved reports whether the visit may go on. When it may not, the answer has
// been given.
func (h *Handlers) proved(v *Visit, what string) (bool, error) {
	if h.Store.Now().Sub(session.ProvedAt(v.session)) < models.ProofLife {
		return true, nil
	}
	page := pages.Proof{What: what}
	if v.FormValue("proof_password") != "" || v.FormValue("proof_passkey") != "" {
		ok, err := h.checkProof(v, &page)
		if err != nil {
			return false, err
		}
		if ok {
			return true, h.Sessions.Prove(v.Response(), v.Request(), v.session)
		}
	}
	return false, h.askProof(v, page)
}

// checkProof checks the password or passkey that came with the form, and notes
// on the page what is wrong with it.
func (h *Handlers) checkProof(v *Visit, page *pages.Proof) (bool, error) {
	if response := v.FormValue("proof_passkey"); response != "" { // nobody guesses one
		ok, err := h.provedByPasskey(v, []byte(response))
		page.PasskeyWrong = !ok
		return ok, err
	}
	try, err := h.try(v, models.ProofTry, v.Actor.Email)
	if err != nil {
		return false, err
	}
	if try.Refused {
		page.Wait = try.Wait
		return false, nil
	}
	ok, err := h.provedByPassword(v, v.FormValue("proof_password"))
	if page.Wrong = !ok; ok && err == nil {
		err = try.right(v)
	} else if err == nil {
		try.ended(models.FactorWrong)
	}
	return ok && err == nil, err
}

func (h *Handlers) provedByPassword(v *Visit, password string) (bool, error) {
	if h.OIDCOnly {
		return false, nil
	}
	user, err := h.Store.SessionUser(v.ctx(), v.Actor.UserID)
	if err != nil || user.PasswordHash == "" {
		return false, err
	}
	right, err := h.KnownPasswords.Verify(v.ctx(), user.PasswordHash, password)
	return right, busy(err)
}

func (h *Handlers) provedByPasskey(v *Visit, response []byte) (bool, error) {
	if h.Passkeys == nil {
		return false, nil
	}
	ceremony, err := h.endCeremony(v.Context, v.session)
	if err != nil {
		return false, err
	}
	credentials, err := h.credentials(v.ctx(), v.Actor.UserID)
	if err != nil {
		return false, err
	}
	proof, err := h.Passkeys.FinishProof(factorsUser(v.Actor), credentials, ceremony, response)
	if errors.Is(err, factors.ErrRefused) {
		h.Logger.InfoContext(v.ctx(), "a passkey was refused as a proof", "user", v.Actor.UserID, "cause", err)
		h.Metrics.SignIn(models.PasskeyFactor, models.FactorWrong)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	h.Metrics.SignIn(models.PasskeyFactor, models.FactorRight)
	return true, h.Store.PasskeyUsed(v.ctx(), proof.CredentialID, proof.Credential)
}

// askProof asks for a proof: the password, a passkey, or for who has neither here a
// fresh sign-in with the provider. A script gets a code to tell the case by.
func (h *Handlers) askProof(v *Visit, page pages.Proof) error {
	v.Response().Header().Set("Dojo-Proof", "required")
	if wantsJSON(v) {
		return v.JSON(http.StatusForbidden,
			map[string]string{"code": "proof_required", "message": "Confirm that it is you first."})
	}
	user, err := h.Store.SessionUser(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	has, err := h.Store.Factors(v.ctx(), user.ID)
	if err != nil {
		return err
	}
	page.Base = layout.Base{Title: "Confirm that it is you", Now: h.Store.Now(), Person: person(v.Actor)}
	page.Action, page.Fields, page.Back = v.Request().URL.RequestURI(), formFields(v), h.backAddress(v)
	page.Password, page.Passkeys = user.PasswordHash != "" && !h.OIDCOnly, len(has.Passkeys) > 0
	if h.OIDC != nil && (h.OIDCOnly || !page.Password && !page.Passkeys) {
		page.Issuer = h.IssuerName
	}
	status := http.StatusForbidden
	if page.Wait > 0 {
		status = http.StatusTooManyRequests
	}
	return render(v, status, page)
}

// formFields are the fields of the form that was posted, without those of the
// proof.
func formFields(v *Visit) []pages.FormField {
	var fields []pages.FormField
	for name, values := range v.Request().PostForm {
		if strings.HasPrefix(name, proofFields) || name == markField {
			continue
		}
		for _, value := range values {
			fields = append(fields, pages.FormField{Name: name, Value: value})
		}
	}
	sort.Slice(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	return fields
}

// backAddress is the page that the form was on, for who would rather not prove
// anything. The browser names it as the referrer. From the second attempt on that
// is the page that asks for the proof, which has kept the address.
func (h *Handlers) backAddress(v *Visit) string {
	if back := v.FormValue("proof_back"); back != "" {
		return local(back)
	}
	page, found := strings.CutPrefix(v.Request().Referer(), h.PublicURL)
	if !found {
		return "/"
	}
	return local(page)
}

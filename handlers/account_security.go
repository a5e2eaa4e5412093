package handlers

import (
	"bytes"
	"net/http"
	"strings"

	"dojo/factors"
	"dojo/models"
	"dojo/passwords"
	"dojo/session"
	"dojo/views/layout"
	"dojo/views/pages"
)

// SecurityShow is how one signs in, and where one is signed in.
func (h *Handlers) SecurityShow(v *AccountVisit) error {
	page, err := h.securityPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) securityPage(v *AccountVisit) (pages.AccountSecurity, error) {
	base, err := h.base(v.Visit, "Security", layout.Security)
	if err != nil {
		return pages.AccountSecurity{}, err
	}
	user := v.Account.User
	page := pages.AccountSecurity{Base: base, Next: v.FormValue("next"), HasPassword: user.PasswordHash != "",
		MinPassword: passwords.MinLength}
	if page.Next != "" {
		page.Next = local(page.Next)
	}
	has, err := h.Store.Factors(v.ctx(), user.ID)
	if err != nil {
		return page, err
	}
	for _, passkey := range has.Passkeys {
		row := pages.PasskeyRow{ID: passkey.ID, Name: passkey.Name, AddedAt: passkey.CreatedAt}
		if passkey.LastUsedAt != nil {
			row.LastUsedAt = *passkey.LastUsedAt
		}
		page.Passkeys = append(page.Passkeys, row)
	}
	if has.TOTP {
		page.App = &pages.AuthenticatorApp{Since: *user.TOTPConfirmedAt, CodesLeft: has.RecoveryCodes}
	}
	if page.Sessions, err = sessionRows(v); err != nil {
		return page, err
	}
	memberships, err := h.Store.Memberships(v.ctx(), v.Actor)
	for _, m := range memberships {
		if m.Team.SecondFactorRequired {
			page.RequiredBy = append(page.RequiredBy, m.Team.Name)
			if strings.HasPrefix(page.Next, "/t/"+m.Team.Slug) {
				page.NextName = m.Team.Name
			}
		}
	}
	return page, err
}

// sessionRows lists the live sessions, this one first.
func sessionRows(v *AccountVisit) ([]pages.SessionRow, error) {
	list, err := v.Account.Sessions(v.ctx())
	var rows []pages.SessionRow
	this := session.Digest(v.session)
	for _, s := range list {
		row := pages.SessionRow{
			ID: s.ID, Device: deviceName(s.UserAgent), Address: s.Address, SignedInAt: s.CreatedAt,
			LastSeenAt: s.LastSeenAt,
			Current:    bytes.Equal(s.Digest, this),
		}
		if row.Current {
			rows = append([]pages.SessionRow{row}, rows...)
		} else {
			rows = append(rows, row)
		}
	}
	return rows, err
}

// deviceName says in a few words which browser and system a user agent names.
// It is only a hint: browsers pretend to be one another, so the order matters.
func deviceName(userAgent string) string {
	return firstOf(userAgent, "A program", [][2]string{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
		{"curl/", "curl"},
	}) + " on " + firstOf(userAgent, "an unknown system", [][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
}

func firstOf(text, otherwise string, names [][2]string) string {
	for _, name := range names {
		if strings.Contains(text, name[0]) {
			return name[1]
		}
	}
	return otherwise
}

// PasswordChange sets another password, with the old one, and ends the other
// sessions.
func (h *Handlers) PasswordChange(v *AccountVisit) error {
	user := v.Account.User
	page, err := h.securityPage(v)
	if err != nil {
		return err
	}
	if h.OIDCOnly || !page.HasPassword {
		return models.ErrNotFound()
	}
	try, err := h.try(v, models.ProofTry, user.Email)
	if err != nil {
		return err
	}
	if try.Refused {
		page.CurrentError = "That was wrong too often. Wait a minute, then try again."
		return render(v, http.StatusTooManyRequests, page)
	}
	right, err := h.KnownPasswords.Verify(v.ctx(), user.PasswordHash, v.FormValue("current"))
	if err != nil {
		return err
	}
	if !right {
		try.ended(models.FactorWrong)
		page.CurrentError = "That is not your current password."
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err := try.right(v); err != nil {
		return err
	}
	hash, err := h.newPassword(v, v.FormValue("password"), user.Email, user.Name)
	if wrong := fieldErrors(err); wrong != nil {
		page.PasswordError = wrong["password"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	if err := v.Account.ChangePassword(v.ctx(), hash, session.Digest(v.session)); err != nil {
		return err
	}
	return v.redirect(securityAddress, good("Password changed", "You were signed out everywhere else."))
}

// issuer names this installation in authenticator apps.
const issuer = "Dojo"

// AppBegin shows an authenticator app its secret. It becomes a factor only with
// a right code.
func (h *Handlers) AppBegin(v *AccountVisit) error {
	if err := v.Account.BeginTOTP(v.ctx(), factors.NewSecret()); err != nil {
		return h.backToSecurity(v, err, layout.Flash{})
	}
	return h.appSetup(v, http.StatusOK, "")
}

func (h *Handlers) appSetup(v *AccountVisit, status int, wrong string) error {
	page, err := h.securityPage(v)
	if err != nil {
		return err
	}
	secret, err := h.Store.TOTPSecret(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	uri, err := factors.URI(secret, v.Actor.Email, issuer)
	if err != nil {
		return err
	}
	qr, err := factors.QR(uri)
	if err != nil {
		return err
	}
	page.AppSetup = &pages.AppSetup{QR: qr, Secret: secret, CodeError: wrong}
	return render(v, status, page)
}

// AppConfirm makes the authenticator app a factor, and shows the recovery codes.
func (h *Handlers) AppConfirm(v *AccountVisit) error {
	if v.Account.User.HasTOTP() {
		return h.backToSecurity(v, models.Errorf(models.Conflict, "There is an authenticator app already."),
			layout.Flash{})
	}
	entered := h.Store.Now()
	try, err := h.try(v, models.ProofTry, v.Actor.Email)
	if err != nil {
		return err
	}
	if try.Refused {
		return h.appSetup(v, http.StatusTooManyRequests, "That was wrong too often. Wait a minute, then try again.")
	}
	secret, err := h.Store.TOTPSecret(v.ctx(), v.Actor.UserID)
	if err != nil {
		return err
	}
	step, right := factors.Step(secret, v.FormValue("code"), entered)
	if !right {
		try.ended(models.FactorWrong)
		return h.appSetup(v, http.StatusUnprocessableEntity,
			"That is not the code that the app shows now. Check the clock of your device, then try again.")
	}
	if err := try.right(v); err != nil {
		return err
	}
	codes, err := v.Account.ConfirmTOTP(v.ctx(), secret, step)
	return h.showCodes(v, codes, err)
}

// CodesNew replaces the recovery codes.
func (h *Handlers) CodesNew(v *AccountVisit) error {
	codes, err := v.Account.NewRecoveryCodes(v.ctx())
	return h.showCodes(v, codes, err)
}

// showCodes shows new recovery codes, this once.
func (h *Handlers) showCodes(v *AccountVisit, codes []string, err error) error {
	if err != nil {
		return h.backToSecurity(v, err, layout.Flash{})
	}
	if v.Account, err = h.Store.Account(v.ctx(), v.Actor); err != nil {
		return err
	}
	page, err := h.securityPage(v)
	if err != nil {
		return err
	}
	page.RecoveryCodes = codes
	return render(v, http.StatusOK, page)
}

// AppRemove removes the authenticator app.
func (h *Handlers) AppRemove(v *AccountVisit) error {
	return h.backToSecurity(v, v.Account.RemoveTOTP(v.ctx()),
		good("Authenticator app removed", "Its recovery codes do not work any more either."))
}

// SessionEnd signs out one other browser.
func (h *Handlers) SessionEnd(v *AccountVisit) error {
	return h.backToSecurity(v, v.Account.EndSession(v.ctx(), v.Param("session")),
		good("Signed out there", "It holds from now on."))
}

// SessionEndOthers signs out everywhere else.
func (h *Handlers) SessionEndOthers(v *AccountVisit) error {
	return h.backToSecurity(v, v.Account.EndOtherSessions(v.ctx(), session.Digest(v.session)),
		good("Signed out everywhere else", "Only this browser is signed in now."))
}

func (h *Handlers) backToSecurity(v *AccountVisit, err error, done layout.Flash) error {
	if models.CodeOf(err) == models.Conflict {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(securityAddress, done)
}

// securityAddress is the page about how one signs in.
const securityAddress = "/account/security"

// nextOrSecurity is where to go on to after adding a second factor.
func (v *AccountVisit) nextOrSecurity() string {
	if next := v.FormValue("next"); next != "" {
		return local(next)
	}
	return securityAddress
}

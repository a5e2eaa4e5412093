package handlers

import (
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// KeyRevoke revokes a key, now or after a grace period.
func (h *Handlers) KeyRevoke(v *EnvironmentVisit) error {
	revocation, err := h.readRevocation(v)
	var done store.Replacement
	if err == nil {
		done, err = v.Team.RevokeKey(v.ctx(), v.Environment.Kind, v.Param("key"), revocation)
	}
	if wrong := fieldErrors(err); wrong != nil {
		return h.keyRevokeAgain(v, wrong)
	}
	keys := layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), layout.Keys)
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(keys, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	receipt, err := h.settled(v.ctx(), v.Environment.ID, func() (models.Receipt, error) {
		return v.Team.Receipt(v.ctx(), v.Environment.Kind, done.Old.ID)
	})
	if err == nil && !receipt.Settled() {
		return v.Redirect(http.StatusSeeOther, keys+"?refused="+done.Old.ID) // which goes on looking
	}
	return v.redirect(keys, revoked(done, receipt, err))
}

// readRevocation reads the form. Production asks for its name, so that nobody
// revokes there by habit.
func (h *Handlers) readRevocation(v *EnvironmentVisit) (models.Revocation, error) {
	revocation := models.Revocation{Reason: models.RevokeReason(v.FormValue("reason")), Note: v.FormValue("note"),
		NewName: v.FormValue("key_name")}
	suffix := ""
	if revocation.Reason == models.Compromised && v.FormValue("when_compromised") != "" {
		suffix = "_compromised"
	}
	switch v.FormValue("when" + suffix) {
	case "now":
	case "grace":
		grace, err := time.ParseDuration(v.FormValue("grace" + suffix))
		if err != nil || grace == 0 {
			grace = -1 // no grace period, and not "now" either: Check refuses it
		}
		revocation.Grace = grace
	default:
		return revocation, models.InvalidField("when", "Choose when the key stops working.")
	}
	if v.Environment.Kind == models.Production &&
		!strings.EqualFold(strings.TrimSpace(v.FormValue("confirm")), string(models.Production)) {
		return revocation, models.InvalidField("confirm", "Type production to confirm that you mean Production.")
	}
	return revocation.Check()
}

// keyRevokeAgain shows the dialog with what was typed and what is wrong. The page
// is gathered anew, since the key may have been replaced meanwhile.
func (h *Handlers) keyRevokeAgain(v *EnvironmentVisit, wrong map[string]string) error {
	page, err := h.keysPage(v)
	if err != nil {
		return err
	}
	form := openDialog(page, v.Param("key"))
	switch {
	case !page.CanManage:
		return models.Errorf(models.Forbidden,
			"Your role in this team does not allow this. An owner or admin of the team can do it, or change your role.")
	case form == nil:
		return models.ErrNotFound()
	}
	form.When, form.Grace, form.Reason = v.FormValue("when"), v.FormValue("grace"), v.FormValue("reason")
	form.CompromisedWhen, form.CompromisedGrace = v.FormValue("when_compromised"), v.FormValue("grace_compromised")
	form.Note, form.NewName, form.Confirm = v.FormValue("note"), v.FormValue("key_name"), v.FormValue("confirm")
	form.WhenError, form.GraceError, form.ReasonError = wrong["when"], wrong["grace"], wrong["reason"]
	form.NoteError, form.NewNameError, form.ConfirmError = wrong["note"], wrong["key_name"], wrong["confirm"]
	page.Revoke = form
	return render(v, http.StatusUnprocessableEntity, page)
}

// revoked tells the person how the revocation went. That a key is refused everywhere is
// what the receipt says, and nothing else.
func revoked(done store.Replacement, receipt models.Receipt, unknown error) layout.Flash {
	old, fresh := words.NamedKey(done.Old.Kind, done.Old.Ending, done.Old.Name), ""
	if done.New != nil {
		fresh = words.NamedKey(done.New.Kind, done.New.Ending, done.New.Name)
	}
	switch {
	case unknown != nil:
		return bad("Revoked, but whether it is refused everywhere cannot be known yet",
			"Dojo cannot ask its database just now. The receipt beside the key will say it: reload this page in a few "+
				"seconds.")
	case done.Old.State == models.Retiring:
		until := words.Moment(*done.Old.RetiresAt)
		return good("New "+words.KeyInSentence(done.Old.Kind)+" issued", "The old "+old+" works until "+until+
			". Put the new "+fresh+" into your programs before then.")
	}
	refused := "The old " + old + " is refused from now on."
	flash := good("Refused everywhere", refused+" Put the new "+fresh+" into your programs.")
	if done.New == nil {
		flash.Detail = refused
	}
	flash.At = *receipt.SettledAt
	return flash
}

// KeyIssue gets a new key where there is none.
func (h *Handlers) KeyIssue(v *EnvironmentVisit) error {
	keys := layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), layout.Keys)
	kind, name := models.KeyKind(v.FormValue("kind")), v.FormValue("key_name")
	key, err := v.Team.IssueKey(v.ctx(), v.Environment.Kind, kind, name)
	if wrong := fieldErrors(err); wrong != nil {
		return h.keyNameAgain(v, pages.NameForm{Kind: kind, Name: name, Error: wrong["key_name"]})
	}
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(keys, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	return v.redirect(keys, good("New "+words.KeyInSentence(key.Kind)+" issued",
		"The "+words.NamedKey(key.Kind, key.Ending, key.Name)+" works from now on."))
}

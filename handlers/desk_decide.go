package handlers

import (
	"net/http"
	"net/url"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/words"
)

// DeskApprove unlocks the environment that a request is for, under an agreement that the team has
// or one that is typed.
func (h *Handlers) DeskApprove(v *DeskVisit) error {
	var decided store.DeskRequest
	var err error
	if agreement := v.FormValue("agreement"); agreement != "" {
		decided, err = v.Desk.ApproveUnder(v.ctx(), v.Param("request"), agreement)
	} else {
		var terms models.Terms
		if terms, err = models.NewTerms(v.FormValue("reference"), v.FormValue("ends"), h.Store.Now()); err == nil {
			decided, err = v.Desk.Approve(v.ctx(), v.Param("request"), terms)
		}
	}
	return h.deskDecided(v, err, func() (string, string) { return approved(decided, h.Store.Now()) })
}

// approved says what an approval has done: an agreement may begin later.
func approved(decided store.DeskRequest, now time.Time) (text, detail string) {
	what := decided.Environment.Kind.Name() + " of " + models.Isolated(decided.Team.Name)
	cover := lastCover(decided.Environment, now)
	if cover == nil { // it was taken away meanwhile
		return "Request approved", ""
	}
	detail = "Under agreement " + models.Isolated(cover.Agreement.Reference)
	if cover.EndsAt != nil {
		detail += ", until " + words.Until(*cover.EndsAt)
	}
	if !cover.Begun(now) {
		return what + " unlocks on " + words.Day(cover.StartsAt), detail + ". It does so by itself."
	}
	return what + " is unlocked", detail + ". The team sees it at once."
}

// DeskDecline refuses a request.
func (h *Handlers) DeskDecline(v *DeskVisit) error {
	decided, err := v.Desk.Decline(v.ctx(), v.Param("request"), v.FormValue("reason"))
	return h.deskDecided(v, err, func() (string, string) {
		return "Request declined", models.Isolated(decided.Team.Name) + " reads your reason on the page of " +
			decided.Environment.Kind.Name() + "."
	})
}

// DeskUndo takes one's own decision back.
func (h *Handlers) DeskUndo(v *DeskVisit) error {
	undone, err := v.Desk.Undo(v.ctx(), v.Param("request"))
	here := "/desk/requests/" + url.PathEscape(v.Param("request"))
	switch models.CodeOf(err) {
	case models.Conflict, models.Forbidden:
		return v.redirect(here, bad("The decision stands", message(err)))
	}
	if err != nil {
		return err
	}
	return v.redirect(here, good("The decision is undone", "The request of "+models.Isolated(undone.Team.Name)+
		" waits again, and the team is told."))
}

// deskDecided answers a decision: with the form again when it was not right, with
// who decided first when it was a colleague (409, with what was typed, since the
// reason may be worth keeping), and otherwise with the request, where it can be undone.
func (h *Handlers) deskDecided(v *DeskVisit, err error, done func() (text, detail string)) error {
	wrong := fieldErrors(err)
	conflict := models.CodeOf(err) == models.Conflict
	if models.CodeOf(err) == models.Forbidden {
		return v.redirect("/desk/requests/"+url.PathEscape(v.Param("request")), bad("Nothing was changed", message(err)))
	}
	if wrong == nil && !conflict {
		if err != nil {
			return err
		}
		return v.redirect("/desk/requests/"+url.PathEscape(v.Param("request")), good(done()))
	}
	page, err := h.deskRequestPage(v)
	if err != nil {
		return err
	}
	page.Conflict = conflict || page.Request.State != models.Pending
	page.Reference, page.Ends, page.Reason = v.FormValue("reference"), v.FormValue("ends"), v.FormValue("reason")
	page.ReferenceError, page.EndsError, page.ReasonError = wrong["agreement"], wrong["ends"], wrong["reason"]
	status := http.StatusUnprocessableEntity
	if page.Conflict {
		status = http.StatusConflict
	}
	return render(v, status, page)
}

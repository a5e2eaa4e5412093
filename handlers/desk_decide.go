package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/words"
)

// DeskApprove unlocks the environment that a request is for.
func (h *Handlers) DeskApprove(v *DeskVisit) error {
	agreement, err := models.NewTerms(v.FormValue("reference"), v.FormValue("ends"), h.Store.Now())
	var decided store.DeskRequest
	if err == nil {
		decided, err = v.Desk.Approve(v.ctx(), v.Param("request"), agreement)
	}
	return h.deskDecided(v, err, func() (string, string) {
		return decided.Environment.Kind.Name() + " of " + models.Isolated(decided.Team.Name) + " is unlocked",
			"Under agreement " + models.Isolated(agreement.Reference) + ", until " +
				words.Day(models.LastDay(agreement.EndsAt)) + ". The team sees it at once."
	})
}

// DeskDecline refuses a request.
func (h *Handlers) DeskDecline(v *DeskVisit) error {
	decided, err := v.Desk.Decline(v.ctx(), v.Param("request"), v.FormValue("reason"))
	return h.deskDecided(v, err, func() (string, string) {
		return "Request declined", models.Isolated(decided.Team.Name) + " reads your reason on the page of " +
			decided.Environment.Kind.Name() + "."
	})
}

// deskDecided answers a decision: with the form again when it was not right, with
// who decided first when it was a colleague (409, with what was typed, since the
// reason may be worth keeping), and otherwise with the list.
func (h *Handlers) deskDecided(v *DeskVisit, err error, done func() (text, detail string)) error {
	wrong := fieldErrors(err)
	conflict := models.CodeOf(err) == models.Conflict
	if wrong == nil && !conflict {
		if err != nil {
			return err
		}
		return v.redirect("/desk/requests", good(done()))
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

package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/pages"
	"dojo/words"
)

// longAnswer is how long an answer may take that changes or sends many records.
const longAnswer = 15 * time.Minute

// takeTime lets the answer take longer than others may.
func (v *Visit) takeTime(d time.Duration) {
	// A server that has no deadlines needs none moved.
	_ = http.NewResponseController(v.Response()).SetWriteDeadline(time.Now().Add(d))
}

// RecordDelete deletes the record that is open at the side of its list.
func (h *Handlers) RecordDelete(of Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		given := v.FormValue("record")
		var id any = given
		if of.name == models.Interactions {
			number, err := strconv.ParseInt(given, 10, 64)
			if err != nil {
				return models.ErrNotFound()
			}
			id, given = number, "One interaction"
		}
		if err := v.Team.DeleteRecord(v.ctx(), v.Environment.Kind, of.name, id); err != nil {
			return err
		}
		back := local(v.FormValue("back"))
		if path, _, _ := strings.Cut(back, "?"); path != of.address(v) {
			back = of.address(v)
		}
		return v.redirect(back, good(given+" is deleted", "It is gone from "+v.Environment.Kind.Name()+"."))
	}
}

// RecordsDeleteAll deletes all records of a list.
func (h *Handlers) RecordsDeleteAll(of Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		v.takeTime(longAnswer)
		gone, err := v.Team.DeleteAll(v.ctx(), v.Environment.Kind, of.name, v.FormValue("confirm"))
		if wrong := fieldErrors(err); wrong != nil {
			return h.showAgain(v, of, &pages.DeletingAll{Confirm: v.FormValue("confirm"), ConfirmError: wrong["confirm"]})
		}
		return deleted(v, of, gone, err)
	}
}

// showAgain shows a list with the dialog whose form was not right.
func (h *Handlers) showAgain(v *EnvironmentVisit, of Collection, deleting *pages.DeletingAll) error {
	switch of.name {
	case models.Products:
		return h.showCatalog(v, http.StatusUnprocessableEntity, deleting)
	case models.EndUsers:
		return h.showEndUsers(v, http.StatusUnprocessableEntity, deleting)
	}
	return h.showInteractions(v, http.StatusUnprocessableEntity, deleting)
}

// InteractionsDeleteUser deletes the interactions of one user.
func (h *Handlers) InteractionsDeleteUser(v *EnvironmentVisit) error {
	v.takeTime(longAnswer)
	gone, err := v.Team.DeleteInteractionsOf(v.ctx(), v.Environment.Kind, strings.TrimSpace(v.FormValue("user")))
	return deleted(v, InteractionRecords, gone, err)
}

// deleted says how many are gone, also when it stopped on the way.
func deleted(v *EnvironmentVisit, of Collection, gone int, err error) error {
	if err != nil && gone == 0 {
		return err
	}
	count := words.Plural(gone, words.Record(string(of.name)))
	flash := good("Deleted "+count, "They are gone from "+v.Environment.Kind.Name()+".")
	switch {
	case err != nil:
		flash = bad("Stopped after "+count, "The rest is still there. Try again. "+message(err))
	case gone == 0:
		flash = good("There was nothing to delete", "")
	}
	return v.redirect(of.address(v), flash)
}

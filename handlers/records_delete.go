package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
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
func (h *Handlers) RecordDelete(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		id := v.FormValue("record")
		if _, err := v.Team.DeleteRecord(v.ctx(), v.Environment.Kind, of, id); err != nil {
			return err
		}
		back := local(v.FormValue("back"))
		if path, _, _ := strings.Cut(back, "?"); path != v.list(of) {
			back = v.list(of)
		}
		name := models.Isolated(id)
		if of == models.Interactions { // which have numbers that say nothing to anybody
			name = "One interaction"
		}
		return v.redirect(back, good(name+" is deleted", "It is gone from "+v.Environment.Kind.Name()+"."))
	}
}

// RecordsDeleteAll deletes all records of a list.
func (h *Handlers) RecordsDeleteAll(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		v.takeTime(longAnswer)
		gone, err := v.Team.DeleteAll(v.ctx(), v.Environment.Kind, of, v.FormValue("confirm"))
		if wrong := fieldErrors(err); wrong != nil {
			deleting := &pages.DeletingAll{Confirm: v.FormValue("confirm"), ConfirmError: wrong["confirm"]}
			if of == models.Interactions {
				return h.showInteractions(v, http.StatusUnprocessableEntity, deleting)
			}
			return h.showRecords(v, of, http.StatusUnprocessableEntity, deleting)
		}
		return deleted(v, of, gone, err)
	}
}

// InteractionsDeleteUser deletes the interactions of one user.
func (h *Handlers) InteractionsDeleteUser(v *EnvironmentVisit) error {
	v.takeTime(longAnswer)
	gone, err := v.Team.DeleteInteractionsOf(v.ctx(), v.Environment.Kind, strings.TrimSpace(v.FormValue("user")))
	return deleted(v, models.Interactions, gone, err)
}

// deleted says how many are gone, also when it stopped on the way.
func deleted(v *EnvironmentVisit, of models.Collection, gone int, err error) error {
	uncounted := errors.Is(err, store.ErrUncounted)
	if err != nil && gone == 0 && !uncounted {
		return err
	}
	count := words.Plural(gone, of.One())
	flash := good("Deleted "+count, "They are gone from "+v.Environment.Kind.Name()+".")
	switch {
	case uncounted:
		flash = bad("Stopped after at least "+count,
			"As soon as the database answers, the activity list says how many. "+message(err))
	case err != nil:
		flash = bad("Stopped after "+count, "The rest is still there. Try again. "+message(err))
	case gone == 0:
		flash = good("There was nothing to delete", "")
	}
	return v.redirect(v.list(of), flash)
}

package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
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
		id, back := v.FormValue("record"), v.backToList(of, v.FormValue("back"))
		deletion, err := v.Team.DeleteRecord(v.ctx(), v.Environment.Kind, of, id)
		if err != nil {
			return err
		}
		done := good(recordName(of, id)+" is deleted",
			"It is gone from "+v.Environment.Kind.Name()+". You can undo this for "+keptFor+".")
		done.Undo = v.list(of) + "/delete/" + deletion + "/undo?back=" + url.QueryEscape(back)
		return v.redirect(back, done)
	}
}

// RecordDeleteUndo brings a record back that was deleted by itself.
func (h *Handlers) RecordDeleteUndo(of models.Collection) func(v *EnvironmentVisit) error {
	return func(v *EnvironmentVisit) error {
		id, err := v.Team.UndoDeleteRecord(v.ctx(), v.Environment.Kind, of, v.Param("deletion"))
		said, err := undone(v, of, id, err)
		if err != nil {
			return err
		}
		return v.redirect(v.backToList(of, v.QueryParam("back")), said)
	}
}

// undone says that a record is back, or why it cannot be brought back. Any other error is returned.
func undone(v *EnvironmentVisit, of models.Collection, id string, err error) (layout.Flash, error) {
	where := v.Environment.Kind
	switch {
	case err == nil:
		return good(recordName(of, id)+" is back", "It is in "+where.Name()+" again, as it was."), nil
	case models.CodeOf(err) == models.Conflict:
		return bad("Nothing was changed", message(err)), nil
	case models.CodeOf(err) == models.NotFound && v.Team.MayChangeData(where) == nil: // so it is the deletion
		return bad("This cannot be undone any more", "A deleted "+of.One()+" is kept for "+keptFor+
			", unless all "+of.Many()+" are deleted before."), nil
	}
	return layout.Flash{}, err
}

// keptFor is how long a deletion can be undone, as pages say it.
var keptFor = words.Span(models.DeletedRecordKept)

// recordName is what a message calls a record. Interactions have numbers that say nothing to anybody.
func recordName(of models.Collection, id string) string {
	if of == models.Interactions {
		return "One interaction"
	}
	return models.Isolated(id)
}

// backToList is the address of the list as it was shown, if back is that, and otherwise that of its beginning.
func (v *EnvironmentVisit) backToList(of models.Collection, back string) string {
	back = local(back)
	if path, _, _ := strings.Cut(back, "?"); path != v.list(of) {
		return v.list(of)
	}
	return back
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

package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"dojo/models"
	"dojo/views/layout"
)

// KeyCopy hands a key's text to the script that copies it, without showing it. By then the copy is on
// record. A form comes here only when a proof had been missing: no page can write to the clipboard as it opens, so
// that the key waits for another press.
func (h *Handlers) KeyCopy(v *EnvironmentVisit) error {
	if !wantsJSON(v) {
		if err := mayCopy(v, v.Param("key")); err != nil {
			return err
		}
		return v.redirect(local(v.here(layout.Keys)+"?copy="+url.QueryEscape(v.Param("key"))),
			good("Confirmed. The key is not copied yet", "Press Copy to copy it: it takes one press now."))
	}
	text, err := v.Team.CopyKey(v.ctx(), v.Environment.Kind, v.Param("key"))
	if err != nil {
		return err
	}
	return v.JSON(http.StatusOK, map[string]string{"key": text})
}

// mayCopy refuses a key that the environment has not, and who may not see it.
func mayCopy(v *EnvironmentVisit, id string) error {
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	if !v.Team.Team.MayViewSecret(v.Team.Role, v.Environment.Kind) {
		return models.Errorf(models.Forbidden, "Your role in this team does not let you copy its secret keys.")
	}
	if !slices.ContainsFunc(keys, func(key models.Key) bool { return key.ID == id && key.Kind == models.Secret }) {
		return models.ErrNotFound()
	}
	return nil
}

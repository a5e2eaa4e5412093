package handlers

import (
	"net/http"

	"dojo/views/layout"
)

// KeyView shows a key's text. By then the view is on record.
func (h *Handlers) KeyView(v *EnvironmentVisit) error {
	text, err := v.Team.ViewKey(v.ctx(), v.Environment.Kind, v.Param("key"))
	if err != nil {
		return err
	}
	page, err := h.keysPage(v)
	if err != nil {
		return err
	}
	if page.Secret == nil || page.Secret.ID != v.Param("key") {
		return v.Redirect(http.StatusSeeOther, v.here(layout.Keys))
	}
	page.SecretText, page.ReloadAt = text, v.here(layout.Keys)
	return render(v, http.StatusOK, page)
}

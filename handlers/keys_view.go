package handlers

import (
	"net/http"

	"dojo/views/layout"
)

// KeyView shows a key's text: in the page, or as JSON to the script that copies
// it. By then the view is on record.
func (h *Handlers) KeyView(v *EnvironmentVisit) error {
	text, err := v.Team.ViewKey(v.ctx(), v.Environment.Kind, v.Param("key"))
	if err != nil {
		return err
	}
	if wantsJSON(v) {
		return v.JSON(http.StatusOK, map[string]string{"key": text})
	}
	page, err := h.keysPage(v)
	if err != nil {
		return err
	}
	if page.Secret == nil || page.Secret.ID != v.Param("key") {
		return v.Redirect(http.StatusSeeOther, layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), layout.Keys))
	}
	page.SecretText = text
	return render(v, http.StatusOK, page)
}

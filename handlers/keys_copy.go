package handlers

import (
	"net/http"
	"net/url"

	"dojo/views/layout"
)

// KeyCopy hands a key's text to the script that copies it, without showing it. By then the copy is on
// record. A form comes here only when a proof had been missing: no page can write to the clipboard as it opens, so
// that the key waits for another press.
func (h *Handlers) KeyCopy(v *EnvironmentVisit) error {
	if !wantsJSON(v) {
		return v.redirect(local(v.here(layout.Keys)+"?copy="+url.QueryEscape(v.Param("key"))), good("Confirmed. The key is not copied yet",
			"Press Copy to copy it: it takes one press now."))
	}
	text, err := v.Team.CopyKey(v.ctx(), v.Environment.Kind, v.Param("key"))
	if err != nil {
		return err
	}
	return v.JSON(http.StatusOK, map[string]string{"key": text})
}

package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// KeyRename changes what the team calls a key.
func (h *Handlers) KeyRename(v *EnvironmentVisit) error {
	name := v.FormValue("key_name")
	key, err := v.Team.RenameKey(v.ctx(), v.Environment.Kind, v.Param("key"), name)
	if wrong := fieldErrors(err); wrong != nil {
		return h.keyNameAgain(v, pages.NameForm{KeyID: v.Param("key"), Name: name, Error: wrong["key_name"]})
	}
	if err != nil {
		return err
	}
	flash := good("Name saved", "The key is shown as "+words.NamedKey(key.Kind, key.Ending, key.Name)+" from now on.")
	if key.Name == "" {
		flash = good("Name removed", "The key is shown as "+words.NamedKey(key.Kind, key.Ending, "")+" from now on.")
	}
	return v.redirect(v.here(layout.Keys), flash)
}

// keyNameAgain shows the form for a key's name with what was typed and what is wrong with it.
func (h *Handlers) keyNameAgain(v *EnvironmentVisit, form pages.NameForm) error {
	page, err := h.keysPage(v)
	if err != nil {
		return err
	}
	for kind, key := range map[models.KeyKind]*pages.KeyFacts{models.Publishable: page.Publishable,
		models.Secret: page.Secret} {
		if key != nil && key.ID == form.KeyID {
			form.Kind = kind
		}
	}
	switch {
	case !page.CanManage:
		return models.Errorf(models.Forbidden,
			"Your role in this team does not allow this. An owner or admin of the team can do it, or change your role.")
	case form.Kind == "": // it works no more
		return models.ErrNotFound()
	}
	page.Naming = &form
	return render(v, http.StatusUnprocessableEntity, page)
}

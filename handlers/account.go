package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// AccountShow is one's own name and teams.
func (h *Handlers) AccountShow(v *AccountVisit) error {
	page, err := h.accountPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) accountPage(v *AccountVisit) (pages.Account, error) {
	base, err := h.base(v.Visit, "Account", layout.Account)
	if err != nil {
		return pages.Account{}, err
	}
	memberships, err := h.Store.Memberships(v.ctx(), v.Actor)
	page := pages.Account{Base: base, Name: v.Account.User.Name, Email: v.Account.User.Email}
	for _, m := range memberships {
		page.Teams = append(page.Teams, pages.AccountTeam{
			Slug: m.Team.Slug, Name: m.Team.Name, Role: m.Member.Role, CanLeave: m.Member.Role != models.Owner ||
				m.Owners > 1,
		})
	}
	return page, err
}

// AccountRename changes one's own name.
func (h *Handlers) AccountRename(v *AccountVisit) error {
	err := v.Account.Rename(v.ctx(), v.FormValue("name"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.accountPage(v)
		if err != nil {
			return err
		}
		page.Name, page.NameError = v.FormValue("name"), wrong["name"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect("/account", good("Saved", "What you did before keeps the name of its time."))
}

package handlers

import (
	"net/http"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// EnvironmentSettingsShow is what the team decides about the keys of an
// environment.
func (h *Handlers) EnvironmentSettingsShow(v *EnvironmentVisit) error {
	page, err := h.environmentSettingsPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) environmentSettingsPage(v *EnvironmentVisit) (pages.EnvironmentSettings, error) {
	people, err := v.Team.People(v.ctx()) // not for guests
	if err != nil {
		return pages.EnvironmentSettings{}, err
	}
	base, err := h.environmentBase(v, "Environment settings", layout.EnvironmentSettings)
	return pages.EnvironmentSettings{
		Base: base, Origins: strings.ReplaceAll(v.Environment.AllowedOrigins, " ", "\n"),
		RefusesBrowserSecrets: v.Environment.RefusesBrowserSecrets, CanManage: v.Team.May(models.ManageTeam),
		Managers: managers(people, models.ManageTeam),
	}, err
}

// EnvironmentOrigins says on which pages the publishable key may be used.
func (h *Handlers) EnvironmentOrigins(v *EnvironmentVisit) error {
	typed := v.FormValue("origins")
	err := v.Team.SetAllowedOrigins(v.ctx(), v.Environment.Kind, typed)
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.environmentSettingsPage(v)
		if err != nil {
			return err
		}
		page.Origins, page.OriginsError = typed, wrong["origins"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	return h.backToEnvironmentSettings(v, err,
		"Pages of other origins are refused from now on; an empty list allows all.")
}

// EnvironmentBrowserSecrets says whether the secret key is refused from browsers.
func (h *Handlers) EnvironmentBrowserSecrets(v *EnvironmentVisit) error {
	refuse := v.FormValue("refuse") == "yes"
	detail := "The secret key is accepted from browsers again."
	if refuse {
		detail = "A browser that sends the secret key is refused from now on."
	}
	return h.backToEnvironmentSettings(v, v.Team.RefuseBrowserSecrets(v.ctx(), v.Environment.Kind, refuse), detail)
}

// backToEnvironmentSettings says that a change is in force, once no process acts on what was
// before.
func (h *Handlers) backToEnvironmentSettings(v *EnvironmentVisit, err error, detail string) error {
	if err != nil {
		return err
	}
	receipt, err := h.settled(v.ctx(), v.Environment.ID, func() (models.Receipt, error) {
		return v.Team.EnvironmentReceipt(v.ctx(), v.Environment.Kind)
	})
	here := v.here(layout.EnvironmentSettings)
	switch {
	case err != nil:
		return v.redirect(here, bad("Saved, but whether it is in force everywhere cannot be known yet",
			"Dojo cannot ask its database just now. The receipt in the activity will say it."))
	case !receipt.Settled():
		return v.Redirect(http.StatusSeeOther, receiptAddress(v.TeamVisit, v.Environment.Kind, receipt.Change))
	}
	return v.redirect(here, good("Saved", detail))
}

package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// TeamSettingsShow is what the team decides about itself.
func (h *Handlers) TeamSettingsShow(v *TeamVisit) error {
	page, err := h.teamSettingsPage(v)
	if err != nil {
		return err
	}
	if v.QueryParams().Has("delete") && page.CanOwn {
		page.Delete = &pages.DeleteTeamForm{}
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) teamSettingsPage(v *TeamVisit) (pages.TeamSettings, error) {
	base, err := h.teamBase(v, "Settings", layout.TeamSettings)
	if err != nil {
		return pages.TeamSettings{}, err
	}
	people, err := v.Team.People(v.ctx())
	team := v.Team.Team
	page := pages.TeamSettings{
		Base: base, Name: team.Name, Slug: team.Slug, PublicURL: h.PublicURL,
		ProductionSecret:     team.ProductionSecretRole,
		SecondFactorRequired: team.SecondFactorRequired, RefusesViewing: team.RefusesViewing, Members: len(people),
		CanManage: v.Team.May(models.ManageTeam), CanOwn: v.Team.May(models.ManageOwnership),
		Managers: managers(people, models.ManageTeam), Owners: managers(people, models.ManageOwnership),
	}
	for _, p := range people {
		if !p.SecondFactor {
			page.Lacking++
			page.MeLacking = page.MeLacking || p.UserID == v.Actor.UserID
		}
	}
	return page, err
}

func settingsAddress(slug string) string { return "/t/" + slug + "/settings" }

// TeamRename changes the team's name, and its name in addresses, which earlier links
// keep leading to.
func (h *Handlers) TeamRename(v *TeamVisit) error {
	name, slug := v.FormValue("name"), v.FormValue("slug")
	team, err := v.Team.Rename(v.ctx(), name, slug)
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.teamSettingsPage(v)
		if err != nil {
			return err
		}
		page.Name, page.Slug, page.NameError, page.SlugError = name, slug, wrong["team_name"], wrong["slug"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect(settingsAddress(team.Slug), good("Saved", "Links with an earlier address name keep working."))
}

// TeamProductionSecret says who may view Production's secret key.
func (h *Handlers) TeamProductionSecret(v *TeamVisit) error {
	return backToSettings(v, v.Team.SetProductionSecretRole(v.ctx(), models.Role(v.FormValue("role"))),
		good("Saved", "It holds from now on."))
}

// TeamSecondFactor says whether members need a second factor.
func (h *Handlers) TeamSecondFactor(v *TeamVisit) error {
	return backToSettings(v, v.Team.RequireSecondFactor(v.ctx(), v.FormValue("required") == "yes"),
		good("Saved", "Members without a second factor are asked for one before anything else."))
}

func backToSettings(v *TeamVisit, err error, done layout.Flash) error {
	if models.CodeOf(err) == models.Invalid {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(settingsAddress(v.Team.Team.Slug), done)
}

// TeamViewing says whether solutions engineers may view the team's pages.
func (h *Handlers) TeamViewing(v *TeamVisit) error {
	refuses := v.FormValue("refuses") == "yes"
	if err := v.Team.RefuseViewing(v.ctx(), refuses); err != nil {
		return err
	}
	done := good("Solutions engineers may view your pages",
		"For 30 minutes at a time, with a reason, and changing nothing.")
	if refuses {
		done = good("Solutions engineers cannot view your pages", "Whoever did just now sees no more of them.")
	}
	return v.redirect(settingsAddress(v.Team.Team.Slug), done)
}

// TeamDelete deletes the team. The page says that its keys are refused everywhere if
// that is so.
func (h *Handlers) TeamDelete(v *TeamVisit) error {
	err := v.Team.Delete(v.ctx(), v.FormValue("confirm"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.teamSettingsPage(v)
		if err != nil {
			return err
		}
		page.Delete = &pages.DeleteTeamForm{Confirm: v.FormValue("confirm"), ConfirmError: wrong["confirm"]}
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	deleted := models.Isolated(v.Team.Team.Name) + " is deleted"
	const restorable = " A solutions engineer can restore the team for 30 days, without its keys."
	for _, environment := range v.Team.Environments {
		switch settled, err := h.Store.AwaitSettled(v.ctx(), environment.ID, settledPatience); {
		case err != nil:
			return v.redirect("/?all", bad(deleted,
				"Its keys are revoked. Whether they are refused everywhere yet cannot be known: Dojo cannot ask its "+
					"database just now."+restorable))
		case !settled:
			return v.redirect("/?all", bad(deleted,
				"Its keys are revoked, and not refused everywhere yet: a process of Dojo has not confirmed it. It does, "+
					"or its lease ends, in a short while."+restorable))
		}
	}
	return v.redirect("/?all", good(deleted, "Its keys are refused everywhere."+restorable))
}

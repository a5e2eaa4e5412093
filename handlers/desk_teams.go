package handlers

import (
	"net/http"
	"net/url"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskTeams lists all teams.
func (h *Handlers) DeskTeams(v *DeskVisit) error {
	base, err := h.deskBase(v, "Teams", layout.DeskTeams)
	if err != nil {
		return err
	}
	page := pages.DeskTeams{Base: base, Query: v.QueryParam("q")}
	if page.Total, err = v.Desk.TeamCount(v.ctx()); err != nil {
		return err
	}
	query := store.TeamsQuery{Search: page.Query, After: v.QueryParam("after")}
	teams, more, err := v.Desk.Teams(v.ctx(), query)
	if err != nil {
		return err
	}
	for _, t := range teams {
		page.Rows = append(page.Rows, pages.DeskTeamRow{
			Slug: t.Team.Slug, Name: t.Team.Name, CreatedAt: t.Team.CreatedAt, Members: t.Members, Pending: t.Pending,
			Environments: h.environments(t.Environments), Deleted: t.Team.DeletedAt != nil,
		})
	}
	if more {
		page.Pager.Older = "/desk/teams?" +
			url.Values{"q": {page.Query}, "after": {teams[len(teams)-1].Team.Slug}}.Encode()
	}
	if query.After != "" {
		page.Pager.Newer = "/desk/teams?" + url.Values{"q": {page.Query}}.Encode()
	}
	return render(v, http.StatusOK, page)
}

// DeskTeam shows one team.
func (h *Handlers) DeskTeam(v *DeskVisit) error {
	page, err := h.deskTeamPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) deskTeamPage(v *DeskVisit) (pages.DeskTeam, error) {
	file, err := v.Desk.Team(v.ctx(), v.Param("team"))
	if err != nil {
		return pages.DeskTeam{}, err
	}
	base, err := h.deskBase(v, models.Isolated(file.Team.Name), layout.DeskTeams)
	page := pages.DeskTeam{
		Base: base, Slug: file.Team.Slug, Name: file.Team.Name, CreatedAt: file.Team.CreatedAt,
		Environments: h.deskEnvironments(file), Members: members(file.People), Recent: entries(file.Activity),
	}
	page.Invitations = invitationRows(file.Invitations, func(models.Role) bool { return false })
	if deleted := file.Team.DeletedAt; deleted != nil {
		page.Deletion = &pages.Deletion{By: words.By(file.Team.DeletedBy), At: *deleted,
			Until: deleted.Add(models.TeamKept)}
	}
	for _, r := range file.Requests {
		if r.State == models.Pending {
			page.Pending = append(page.Pending, h.deskRequestRow(fileRequest(file, r)))
		}
	}
	return page, err
}

// DeskTeamRestore brings a deleted team back.
func (h *Handlers) DeskTeamRestore(v *DeskVisit) error {
	here := "/desk/teams/" + url.PathEscape(v.Param("team"))
	team, err := v.Desk.RestoreTeam(v.ctx(), v.Param("team"))
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(here, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	return v.redirect(here, good(models.Isolated(team.Name)+" is restored", "Its keys stay revoked: the team gets itself new ones."))
}

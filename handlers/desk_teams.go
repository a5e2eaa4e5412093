package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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
	page := pages.DeskTeams{Base: base, Bar: listBar(v.Visit, pages.ListBar{
		Label: "Search teams", Hint: "Name, address, member, reference",
		Filters: []pages.ListFilter{{Name: "state", Label: "Show", All: "All teams", Options: []pages.Option{
			{Value: string(store.TeamWaiting), Label: "Waiting for a decision"},
			{Value: string(store.TeamUnlocked), Label: "Unlocked"},
			{Value: string(store.TeamEnding), Label: "Ending within 30 days"},
			{Value: string(store.TeamLocked), Label: "Locked"},
			{Value: string(store.TeamDeleted), Label: "Deleted"},
		}}, {Name: "by", Label: "Looked after by", All: "Anybody", Options: []pages.Option{{Value: "me", Label: "Me"}}}},
		Sorts: []pages.Option{{Label: "Name"}, {Value: string(store.TeamsNewest), Label: "Newest"}},
	})}
	query := store.TeamsQuery{Search: page.Bar.Query, State: store.TeamState(page.Bar.Value("state")),
		Sorting: store.TeamSorting(page.Bar.Sort), Mine: page.Bar.Value("by") == "me"}
	if asTable(v.Visit) {
		return h.teamsTable(v, query)
	}
	total, err := v.Desk.TeamCount(v.ctx())
	if err != nil {
		return err
	}
	page.Bar.Count = words.Plural(total, "team")
	in := cursors{"after", "before", labelText, parseLabel}
	if query.Sorting == store.TeamsNewest {
		in = latestFirst
	}
	query.Cursor = in.of(v.QueryParams())
	list, err := v.Desk.Teams(v.ctx(), query)
	if err != nil {
		return err
	}
	for _, t := range list.Rows {
		page.Rows = append(page.Rows, h.deskTeamRow(t))
	}
	page.Pager, _ = pager(linkTo(v.Request().URL), in, query.Cursor, list)
	return render(v, http.StatusOK, page)
}

func (h *Handlers) deskTeamRow(t store.DeskTeam) pages.DeskTeamRow {
	row := pages.DeskTeamRow{
		Slug: t.Team.Slug, Name: t.Team.Name, CreatedAt: t.Team.CreatedAt, Members: t.Members, Pending: t.Pending,
		Environments: h.environments(t.Environments), Deleted: t.Team.DeletedAt != nil, Today: int(t.Today),
	}
	if t.LastActivity != nil {
		row.LastActivity = *t.LastActivity
	}
	row.Agreements, row.Engineers = teamAgreements(t, h.Store.Now()), words.Together(t.Engineers)
	return row
}

func (h *Handlers) teamsTable(v *DeskVisit, query store.TeamsQuery) error {
	header := []string{"team", "slug", "created_at", "deleted_at", "members", "requests_waiting", "unlocked", "agreements",
		"requests_today", "last_activity_at", "looked_after_by"}
	return sendTable(h, v.Visit, "teams", header,
		func(from models.Cursor, limit int) (models.List[store.DeskTeam], error) {
			query.Cursor, query.Limit = from, limit
			return readAtDesk(h, v, func() (models.List[store.DeskTeam], error) { return v.Desk.Teams(v.ctx(), query) })
		},
		func(t store.DeskTeam) []any {
			var unlocked, agreements []string
			for _, environment := range t.Environments {
				if environment.Kind != models.Playground && environment.Unlocked(h.Store.Now()) {
					unlocked = append(unlocked, string(environment.Kind))
				}
			}
			for _, a := range teamAgreements(t, h.Store.Now()) {
				agreements = append(agreements, words.Agreement(a.Reference, a.Ends))
			}
			return []any{t.Team.Name, t.Team.Slug, moment(&t.Team.CreatedAt), moment(t.Team.DeletedAt),
				t.Members, t.Pending, strings.Join(unlocked, " "), strings.Join(agreements, "; "),
				t.Today, moment(t.LastActivity),
				strings.Join(t.Engineers, "; ")}
		})
}

// teamAgreements are what a team's environments are or were unlocked under, each once.
func teamAgreements(t store.DeskTeam, now time.Time) []pages.Agreement {
	var list []pages.Agreement
	for _, environment := range t.Environments {
		if a := agreement(lastCover(environment, now)); a != nil && !slices.Contains(list, *a) {
			list = append(list, *a)
		}
	}
	return list
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
		page.Requests = append(page.Requests, h.deskRequestRow(fileRequest(file, r)))
	}
	page.Notes, page.Viewing.Refused = notes(file.Notes), file.Team.RefusesViewing
	return page, err
}

// DeskInvitationLink makes a new link for an invitation and shows it, as InvitationLink does
// to a team.
func (h *Handlers) DeskInvitationLink(v *DeskVisit) error {
	if !h.MailToLog {
		return models.ErrNotFound()
	}
	file, err := v.Desk.Team(v.ctx(), v.Param("team"))
	if err != nil {
		return err
	}
	here := "/desk/teams/" + url.PathEscape(file.Team.Slug)
	token, invitation, err := v.Desk.InvitationLink(v.ctx(), v.Param("invitation"))
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(here, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	return v.redirect(here, h.linkOf(invitation.Email, token))
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

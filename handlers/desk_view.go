package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// DeskView lets an engineer look at a team's pages as the team sees them.
func (h *Handlers) DeskView(v *DeskVisit) error {
	team, err := v.Desk.View(v.ctx(), v.Param("team"), v.FormValue("reason"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.deskTeamPage(v)
		if err != nil {
			return err
		}
		page.Viewing.Reason, page.Viewing.Error = v.FormValue("reason"), wrong["viewing_reason"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(deskTeamAddress(v), bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, layout.Href(team.Slug, string(models.Playground), layout.Overview))
}

// DeskLeave ends it.
func (h *Handlers) DeskLeave(v *DeskVisit) error {
	if err := v.Desk.Leave(v.ctx(), v.Param("team")); err != nil {
		return err
	}
	return v.redirect(deskTeamAddress(v), good("You have left the team’s pages", "The team sees which ones you opened."))
}

// DeskNote writes about a team for other engineers.
func (h *Handlers) DeskNote(v *DeskVisit) error {
	err := v.Desk.AddNote(v.ctx(), v.Param("team"), v.FormValue("note"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.deskTeamPage(v)
		if err != nil {
			return err
		}
		page.Note, page.NoteError = v.FormValue("note"), wrong["note"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect(deskTeamAddress(v), good("Note added", "The team does not see it."))
}

func deskTeamAddress(v *DeskVisit) string { return "/desk/teams/" + url.PathEscape(v.Param("team")) }

// seen writes down that an engineer opens one of the team's pages, before it is shown. They
// change nothing, whatever the address.
func (v *TeamVisit) seen() error {
	if v.Team.Viewing == nil {
		return nil
	}
	v.Actor.Viewing = v.Team.Viewing.ID
	if v.Request().Method == http.MethodPost {
		return models.ErrViewing()
	}
	page := strings.TrimPrefix(v.Request().URL.Path, "/t/"+v.Team.Team.Slug)
	return v.Team.PageSeen(v.ctx(), models.Excerpt(page, 200), v.refreshes())
}

// viewingBanner is what a team's pages say to an engineer who looks at them.
func viewingBanner(v *TeamVisit) *layout.Viewing {
	if v.Team.Viewing == nil {
		return nil
	}
	return &layout.Viewing{Until: v.Team.Viewing.EndsAt, Leave: "/desk/teams/" + v.Team.Team.Slug + "/leave"}
}

func notes(rows []models.TeamNote) []pages.Reply {
	list := make([]pages.Reply, len(rows))
	for i, note := range rows {
		list[i] = pages.Reply{At: note.At, By: note.By.Name, ByKind: note.By.Capacity, Text: note.Text}
	}
	return list
}

package handlers

import (
	"cmp"
	"net/http"
	"net/url"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// DeskTeamNew asks for a new team and its owner.
func (h *Handlers) DeskTeamNew(v *DeskVisit) error {
	return h.deskNewTeamPage(v, http.StatusOK, pages.DeskNewTeam{})
}

func (h *Handlers) deskNewTeamPage(v *DeskVisit, status int, page pages.DeskNewTeam) error {
	base, err := h.deskBase(v, "New team", layout.DeskTeams)
	if err != nil {
		return err
	}
	page.Base, page.PublicURL = base, h.PublicURL
	return render(v, status, page)
}

// DeskTeamCreate makes a team and invites its owner.
func (h *Handlers) DeskTeamCreate(v *DeskVisit) error {
	typed := pages.DeskNewTeam{Name: v.FormValue("name"), Slug: v.FormValue("slug"), Email: v.FormValue("email")}
	typed.Slug = cmp.Or(typed.Slug, models.SuggestSlug(typed.Name))
	email, err := models.NormalizeEmail(typed.Email)
	var team store.CreatedTeam
	if err == nil {
		team, err = h.Store.CreateTeam(v.ctx(), v.Actor,
			store.NewTeam{Name: typed.Name, Slug: typed.Slug, OwnerEmail: email})
	}
	if wrong := fieldErrors(err); wrong != nil {
		typed.NameError, typed.SlugError, typed.EmailError = wrong["team_name"], wrong["slug"], wrong["email"]
		return h.deskNewTeamPage(v, http.StatusUnprocessableEntity, typed)
	}
	if err != nil {
		return err
	}
	created := good(models.Isolated(team.Name)+" is created", models.Isolated(email)+" is invited as its owner.")
	if h.MailToLog {
		created.Detail += " Hand the link over: no mail server is set up, so nobody was sent it. It is shown only now and " +
			"works once, for 7 days."
		created.Link = h.linkOf(email, team.Token).Link
	}
	return v.redirect("/desk/teams/"+url.PathEscape(team.Slug), created)
}

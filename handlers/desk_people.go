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

// DeskTeamNew asks for a new team and its owner.
func (h *Handlers) DeskTeamNew(v *DeskVisit) error {
	return h.deskNewTeamPage(v, http.StatusOK, pages.DeskNewTeam{})
}

func (h *Handlers) deskNewTeamPage(v *DeskVisit, status int, page pages.DeskNewTeam) error {
	base, err := h.deskBase(v, "New team", layout.DeskTeams)
	if err != nil {
		return err
	}
	page.Base, page.PublicURL = base, h.publicURL
	return render(v, status, page)
}

// DeskTeamCreate makes a team and invites its owner.
func (h *Handlers) DeskTeamCreate(v *DeskVisit) error {
	typed := pages.DeskNewTeam{Name: v.FormValue("name"), Slug: v.FormValue("slug"), Email: v.FormValue("email")}
	email, err := models.NormalizeEmail(typed.Email)
	var team models.Team
	if err == nil {
		team, err = h.store.CreateTeam(v.ctx(), v.Actor, store.NewTeam{Name: typed.Name, Slug: typed.Slug, OwnerEmail: email})
	}
	if wrong := fieldErrors(err); wrong != nil {
		typed.NameError, typed.SlugError, typed.EmailError = wrong["team_name"], wrong["slug"], wrong["email"]
		return h.deskNewTeamPage(v, http.StatusUnprocessableEntity, typed)
	}
	if err != nil {
		return err
	}
	h.mailed()
	return v.redirect("/desk/teams/"+url.PathEscape(team.Slug), good(team.Name+" is created", email+" is invited as its owner."))
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
	return v.redirect(here, good(team.Name+" is restored", "Its keys stay revoked: the team gets itself new ones."))
}

// DeskMail lists mail that could not be sent so far.
func (h *Handlers) DeskMail(v *DeskVisit) error {
	base, err := h.deskBase(v, "Mail", layout.DeskMail)
	if err != nil {
		return err
	}
	mails, err := v.Desk.TroubledMails(v.ctx())
	if err != nil {
		return err
	}
	page := pages.DeskMail{Base: base}
	for _, mail := range mails {
		row := pages.TroubledMail{
			ID: mail.ID, Recipient: mail.Recipient, Kind: words.MailKind(mail.Kind), CreatedAt: mail.CreatedAt, Tries: mail.Tries, LastError: mail.LastError,
		}
		if mail.FailedAt != nil {
			row.GivenUp = *mail.FailedAt
		} else {
			row.NextTry = mail.NextTryAt
		}
		page.Rows = append(page.Rows, row)
	}
	return render(v, http.StatusOK, page)
}

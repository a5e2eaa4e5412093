package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/views/layout"
	"dojo/views/pages"
)

// InviteShow is the page of an invitation's link.
func (h *Handlers) InviteShow(c echo.Context) error {
	page, err := h.invitationPage(c)
	if page == nil || err != nil {
		return err
	}
	return render(c, http.StatusOK, page)
}

// invitationPage gathers the page for whoever looks at it. It is nil when the
// link does not work, which has then been said.
func (h *Handlers) invitationPage(c echo.Context) (*pages.Invitation, error) {
	invited, err := h.Store.Invitation(c.Request().Context(), c.Param("token"))
	if err != nil {
		return nil, h.linkGone(c, models.InvitationLink, invitationReason(invited.Invitation, err), err)
	}
	page := &pages.Invitation{
		Base: layout.Base{Title: "Invitation", Now: h.Store.Now()}, Token: c.Param("token"),
		InvitedBy: invited.Invitation.CreatedBy.Name, TeamName: invited.Team.Name, Role: invited.Invitation.Role,
		Email: invited.Invitation.Email, LapsesAt: invited.Invitation.ExpiresAt, Visitor: pages.NewPerson,
		OIDCOnly: h.OIDCOnly, MinPassword: passwords.MinLength,
	}
	if h.OIDC != nil {
		page.Issuer = h.IssuerName
	}
	v, err := h.identify(c)
	switch {
	case err == nil && v.Actor.Email == page.Email:
		page.Base.Person, page.Visitor = person(v.Actor), pages.Invited
	case err == nil:
		page.Base.Person, page.Visitor = person(v.Actor), pages.OtherPerson
	case models.CodeOf(err) != models.Unauthenticated:
		return nil, err
	case invited.HasAccount:
		page.Visitor = pages.SignedOut
	}
	return page, nil
}

func invitationReason(invitation models.Invitation, err error) pages.LinkReason {
	if invitation.WithdrawnAt != nil {
		return pages.LinkWithdrawn
	}
	return linkReason(invitation.AcceptedAt != nil, err)
}

// InviteAccept makes the visitor a member: with one press for who is signed in,
// with a name and a password for who has no account yet.
func (h *Handlers) InviteAccept(c echo.Context) error {
	page, err := h.invitationPage(c)
	if page == nil || err != nil {
		return err
	}
	switch page.Visitor {
	case pages.Invited:
		return h.acceptAsMember(c)
	case pages.NewPerson:
		if h.OIDCOnly {
			return models.ErrNotFound()
		}
		return h.acceptAsNewPerson(c, *page)
	case pages.SignedOut:
		return c.Redirect(http.StatusSeeOther, "/login?"+nextQuery("/invite/"+url.PathEscape(page.Token)))
	}
	return models.Errorf(models.Forbidden, "This invitation is for %s. Sign out and open the link again.",
		models.Isolated(page.Email))
}

func (h *Handlers) acceptAsMember(c echo.Context) error {
	v, err := h.identify(c)
	if err != nil {
		return err
	}
	team, err := h.Store.AcceptInvitation(v.ctx(), v.Actor, c.Param("token"))
	return h.accepted(c, team, err)
}

func (h *Handlers) acceptAsNewPerson(c echo.Context, page pages.Invitation) error {
	page.Name = c.FormValue("name")
	hash, err := h.newPassword(c, c.FormValue("password"), page.Email, page.Name, page.TeamName)
	var user models.User
	var team models.Team
	if err == nil {
		user, team, err = h.Store.AcceptInvitationAs(c.Request().Context(), visitor(c), page.Token, page.Name, hash)
	}
	if wrong := fieldErrors(err); wrong != nil {
		page.NameError, page.PasswordError = wrong["name"], wrong["password"]
		return render(c, http.StatusUnprocessableEntity, page)
	}
	if err == nil {
		err = h.signIn(c, user)
	}
	return h.accepted(c, team, err)
}

func (h *Handlers) accepted(c echo.Context, team models.Team, err error) error {
	if models.CodeOf(err) == models.Conflict {
		return h.linkGone(c, models.InvitationLink, pages.LinkUsed, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, layout.Href(team.Slug, string(models.Playground), layout.Overview))
}

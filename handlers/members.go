package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// MembersShow lists the team's members and invitations.
func (h *Handlers) MembersShow(v *TeamVisit) error {
	page, err := h.membersPage(v)
	if err != nil {
		return err
	}
	page.Dialog = membersDialog(v, page)
	return render(v, http.StatusOK, page)
}

func (h *Handlers) membersPage(v *TeamVisit) (pages.Members, error) {
	base, err := h.teamBase(v, "Members", layout.Members)
	if err != nil {
		return pages.Members{}, err
	}
	people, err := v.Team.People(v.ctx())
	if err != nil {
		return pages.Members{}, err
	}
	base.MailToLog = h.MailToLog
	page := pages.Members{
		Base: base, CanManage: v.Team.May(models.ManageMembers), Managers: managers(people, models.ManageMembers),
		SecondFactorRequired: v.Team.Team.SecondFactorRequired, Rows: memberRows(v, people),
		CanLeave: mayLeave(people, v.Actor.UserID),
	}
	if !page.CanManage {
		return page, nil
	}
	for _, role := range models.TeamRoles() {
		if v.Team.Role.MayManage(role) {
			page.Roles = append(page.Roles, role)
		}
	}
	page.Invite.Role = models.Developer
	invitations, err := v.Team.Invitations(v.ctx())
	page.Invitations = invitationRows(invitations, v.Team.Role.MayManage)
	return page, err
}

func memberRows(v *TeamVisit, people []store.Person) []pages.MemberRow {
	rows := make([]pages.MemberRow, len(people))
	owners := countOwners(people)
	for i, p := range people {
		me, lastOwner := p.UserID == v.Actor.UserID, p.Role == models.Owner && owners == 1
		rows[i] = pages.MemberRow{
			UserID: p.UserID, Name: p.Name, Email: p.Email, Role: p.Role, Since: p.Since, SecondFactor: p.SecondFactor,
			Me:          me,
			CanChange:   v.Team.Role.MayManage(p.Role) && !lastOwner,
			CanRemove:   v.Team.Role.MayManage(p.Role) && !lastOwner && !me,
			CanHandOver: v.Team.May(models.ManageOwnership) && p.Role != models.Owner,
		}
	}
	return rows
}

func invitationRows(list []models.Invitation, mayChange func(models.Role) bool) []pages.InvitationRow {
	rows := make([]pages.InvitationRow, len(list))
	for i, invitation := range list {
		rows[i] = pages.InvitationRow{
			ID: invitation.ID, Email: invitation.Email, Role: invitation.Role, InvitedBy: invitation.CreatedBy.Name,
			SentAt: invitation.ExpiresAt.Add(-models.InvitationLife), LapsesAt: invitation.ExpiresAt,
			CanChange: mayChange(invitation.Role),
		}
	}
	return rows
}

func countOwners(people []store.Person) (owners int) {
	for _, p := range people {
		if p.Role == models.Owner {
			owners++
		}
	}
	return owners
}

// mayLeave reports whether the team would still have an owner.
func mayLeave(people []store.Person, userID string) bool {
	for _, p := range people {
		if p.UserID == userID {
			return p.Role != models.Owner || countOwners(people) > 1
		}
	}
	return false
}

// membersDialog is the dialog that the address asks for, nil when there is no
// such thing to do.
func membersDialog(v *TeamVisit, page pages.Members) *pages.MembersDialog {
	query := v.QueryParams()
	if query.Has(string(pages.LeaveDialog)) && page.CanLeave {
		return &pages.MembersDialog{Kind: pages.LeaveDialog}
	}
	for _, row := range page.Rows {
		switch {
		case row.CanRemove && query.Get(string(pages.RemoveDialog)) == row.UserID:
			return &pages.MembersDialog{Kind: pages.RemoveDialog, UserID: row.UserID, Name: row.Name}
		case row.CanHandOver && query.Get(string(pages.HandOverDialog)) == row.UserID:
			return &pages.MembersDialog{Kind: pages.HandOverDialog, UserID: row.UserID, Name: row.Name}
		}
	}
	return nil
}

func membersAddress(v *TeamVisit) string { return "/t/" + v.Team.Team.Slug + "/members" }

// backToMembers goes on to the members' page, with the change done or with why it
// cannot be: a conflict is an answer to read there, not an error page.
func backToMembers(v *TeamVisit, err error, done layout.Flash) error {
	if code := models.CodeOf(err); err != nil && (code == models.Conflict || code == models.Invalid) {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(membersAddress(v), done)
}

// MemberRole gives a member another role.
func (h *Handlers) MemberRole(v *TeamVisit) error {
	role := models.Role(v.FormValue("role"))
	err := v.Team.ChangeRole(v.ctx(), v.Param("user"), role)
	return backToMembers(v, err, good("Role changed", "It holds from now on, in every open window too."))
}

// MemberRemove takes a member out of the team.
func (h *Handlers) MemberRemove(v *TeamVisit) error {
	err := v.Team.RemoveMember(v.ctx(), v.Param("user"))
	return backToMembers(v, err,
		good("Member removed",
			"They see nothing of this team any more. The team's keys are the same: revoke those that they viewed."))
}

// MemberHandOver makes another member an owner.
func (h *Handlers) MemberHandOver(v *TeamVisit) error {
	err := v.Team.HandOver(v.ctx(), v.Param("user"))
	return backToMembers(v, err, good("Ownership handed over", "You are an admin of this team now."))
}

// MemberLeave takes the person out of the team.
func (h *Handlers) MemberLeave(v *TeamVisit) error {
	err := v.Team.Leave(v.ctx())
	if models.CodeOf(err) == models.Conflict {
		return backToMembers(v, err, layout.Flash{})
	}
	if err != nil {
		return err
	}
	return v.redirect("/?all", good("You left "+models.Isolated(v.Team.Team.Name), "To come back you need an invitation."))
}

// MemberInvite mails an invitation.
func (h *Handlers) MemberInvite(v *TeamVisit) error {
	typed := pages.InviteForm{Email: v.FormValue("email"), Role: models.Role(v.FormValue("role"))}
	email, err := models.NormalizeEmail(typed.Email)
	var token string
	if err == nil {
		token, err = v.Team.Invite(v.ctx(), email, typed.Role)
	}
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.membersPage(v)
		if err != nil {
			return err
		}
		typed.EmailError, typed.RoleError = wrong["email"], wrong["role"]
		page.Invite = typed
		return render(v, http.StatusUnprocessableEntity, page)
	}
	done := good("Invitation sent", models.Isolated(email)+" has 7 days to accept it.")
	if h.MailToLog {
		done = h.linkOf(email, token)
	}
	return backToMembers(v, err, done)
}

// InvitationResend mails the invitation again, with a new link.
func (h *Handlers) InvitationResend(v *TeamVisit) error {
	err := v.Team.ResendInvitation(v.ctx(), v.Param("invitation"))
	return backToMembers(v, err,
		good("Invitation sent again", "The new link works for 7 days; the old one does not work any more."))
}

// InvitationLink makes a new link for the invitation and shows it once, where there is no mail
// server that would send it.
func (h *Handlers) InvitationLink(v *TeamVisit) error {
	if !h.MailToLog {
		return models.ErrNotFound()
	}
	token, invitation, err := v.Team.InvitationLink(v.ctx(), v.Param("invitation"))
	return backToMembers(v, err, h.linkOf(invitation.Email, token))
}

// linkOf hands over the link of an invitation. The session carries it, sealed, to the one page
// that shows it.
func (h *Handlers) linkOf(email, token string) layout.Flash {
	return layout.Flash{Text: "Hand this link over to " + models.Isolated(email),
		Detail: "No mail server is set up, so nobody was sent it. It is shown only now and works once, for 7 days; " +
			"earlier links of the invitation have ended.",
		Link: h.PublicURL + "/invite/" + token}
}

// InvitationWithdraw ends the invitation.
func (h *Handlers) InvitationWithdraw(v *TeamVisit) error {
	err := v.Team.WithdrawInvitation(v.ctx(), v.Param("invitation"))
	return backToMembers(v, err, good("Invitation withdrawn", "Its link does not work any more."))
}

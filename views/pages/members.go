package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// Members is /t/{team}/members. Its forms: a row's role, POST …/{user}/role with
// role; Remove, GET ?remove={user} and then POST …/{user}/remove; Hand over, GET
// ?hand-over={user} and then POST …/{user}/hand-over; Leave team, GET ?leave=1
// and then POST …/leave; Invite, POST /t/{team}/invitations with email and role;
// Resend and Withdraw, POST /t/{team}/invitations/{id}/resend and …/withdraw; Get
// link, POST …/{id}/link.
type Members struct {
	Base
	// Rows are the members, in the order they are shown.
	Rows []MemberRow
	// CanManage shows the second factors, the invitations and the forms.
	CanManage bool
	// Managers names those who can, for someone who cannot.
	Managers []string
	// CanLeave is false for a team's only owner, and for who is no member.
	CanLeave bool
	// Roles are those that the person may give, from the least to the most.
	Roles []models.Role
	// SecondFactorRequired is the team's setting.
	SecondFactorRequired bool
	// Invitations are those that are open or have lapsed, newest first.
	Invitations []InvitationRow
	// Invite is the form; its zero value is a fresh one.
	Invite InviteForm
	// Dialog is the open one; nil when none is.
	Dialog *MembersDialog
}

// MemberRow is a member of the team.
type MemberRow struct {
	UserID string
	Name   string
	Email  string
	Role   models.Role
	// Since is when the person joined.
	Since time.Time
	// SecondFactor tells whether there is one; shown to managers only.
	SecondFactor bool
	// Me marks the person who looks.
	Me bool
	// CanChange lets the person give this member another role.
	CanChange bool
	// CanRemove lets the person remove this member; false for Me, who can leave.
	CanRemove bool
	// CanHandOver lets the person, an owner, make this member the owner instead.
	CanHandOver bool
}

// InvitationRow is an invitation that nobody has accepted yet.
type InvitationRow struct {
	ID        string
	Email     string
	Role      models.Role
	InvitedBy string
	// SentAt is when the link was sent last, LapsesAt when it ends.
	SentAt   time.Time
	LapsesAt time.Time
	// CanChange lets the person resend and withdraw it.
	CanChange bool
}

// InviteForm keeps what was typed, and what is wrong with it.
type InviteForm struct {
	Email      string
	Role       models.Role
	EmailError string
	RoleError  string
}

// MembersDialog asks before somebody leaves, is removed or becomes the owner.
type MembersDialog struct {
	Kind MembersDialogKind
	// UserID and Name are of the member it is about; empty for LeaveDialog.
	UserID string
	Name   string
}

// MembersDialogKind is what a dialog of the members' page asks about.
type MembersDialogKind string

// The kinds; each is the name of its parameter in the query.
const (
	RemoveDialog   MembersDialogKind = "remove"
	HandOverDialog MembersDialogKind = "hand-over"
	LeaveDialog    MembersDialogKind = "leave"
)

func (p Members) managersLine() string {
	line := "Inviting, changing roles and removing are for admins and owners"
	if len(p.Managers) == 0 {
		return line + "."
	}
	return line + ": ask " + words.Among(p.Managers) + "."
}

// heirs are those whom the ownership can be handed over to.
func (p Members) heirs() []MemberRow {
	var heirs []MemberRow
	for _, m := range p.Rows {
		if m.CanHandOver {
			heirs = append(heirs, m)
		}
	}
	return heirs
}

func (p Members) wayTitle() string {
	if len(p.heirs()) > 0 {
		return "Ownership"
	}
	return "Leaving"
}

// role is the one chosen, or that of most people.
func (f InviteForm) role() models.Role {
	if f.Role == "" {
		return models.Developer
	}
	return f.Role
}

// dialogAddress is where the open dialog posts to.
func (p Members) dialogAddress() string {
	address := p.TeamHref(layout.Members)
	if p.Dialog.UserID != "" {
		address += "/" + p.Dialog.UserID
	}
	return address + "/" + string(p.Dialog.Kind)
}

func (p Members) dialogTitle() string {
	switch p.Dialog.Kind {
	case RemoveDialog:
		return "Remove " + models.Isolated(p.Dialog.Name)
	case HandOverDialog:
		return "Hand over ownership to " + models.Isolated(p.Dialog.Name)
	}
	return "Leave " + models.Isolated(p.Team.Name)
}

func (d MembersDialog) consequence() string {
	name := models.Isolated(d.Name)
	switch d.Kind {
	case RemoveDialog:
		return name + " loses the way into the team at once, in every open page. Keys that " + name +
			" has seen keep working: revoke them if they should not."
	case HandOverDialog:
		return name + " becomes an owner and you become an admin. Only an owner can undo that."
	}
	return "You lose your way into the team at once. To come back you need a new invitation."
}

func (d MembersDialog) action() string {
	switch d.Kind {
	case RemoveDialog:
		return "Remove"
	case HandOverDialog:
		return "Hand over ownership"
	}
	return "Leave team"
}

func (d MembersDialog) busy() string {
	switch d.Kind {
	case RemoveDialog:
		return "Removing…"
	case HandOverDialog:
		return "Handing over…"
	}
	return "Leaving…"
}

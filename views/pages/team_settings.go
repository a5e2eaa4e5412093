package pages

import (
	"fmt"

	"dojo/models"
	"dojo/words"
)

// TeamSettings is /t/{team}/settings. Its forms: POST …/settings with name and
// slug; POST …/settings/production-secret with role (developer|admin); POST
// …/settings/second-factor with required (yes|no); POST
// …/settings/viewing with refuses (yes|no); POST …/settings/delete with
// confirm (the team's name).
type TeamSettings struct {
	Base
	// Name and Slug are the team's, or what was typed.
	Name string
	Slug string
	// PublicURL is the base of the dashboard without a trailing slash, for the
	// team's address.
	PublicURL string
	// ProductionSecret is the least role that may view Production's secret key:
	// Developer or Admin.
	ProductionSecret models.Role
	// SecondFactorRequired is the setting; Members counts the members, Lacking
	// those without a second factor, and MeLacking tells whether the person is one.
	SecondFactorRequired bool
	// RefusesViewing is set when solutions engineers may not view the team's pages.
	RefusesViewing bool
	Members        int
	Lacking        int
	MeLacking      bool
	// CanManage lets the person change the name and who may view the secret;
	// CanOwn, an owner, the rest.
	CanManage bool
	CanOwn    bool
	// Managers names those who can change settings, for who cannot change any, and
	// Owners the owners.
	Managers []string
	Owners   []string
	// Errors of a rejected form; an empty string where the field is fine.
	NameError string
	SlugError string
	// Delete is the open dialog; nil when it is closed.
	Delete *DeleteTeamForm
}

// DeleteTeamForm is the dialog that deletes the team, opened by GET ?delete=1.
type DeleteTeamForm struct {
	Confirm      string
	ConfirmError string
}

func (p TeamSettings) managersLine() string {
	line := "Settings are for admins and owners"
	if len(p.Managers) == 0 {
		return line + "."
	}
	return line + ": ask " + words.Among(p.Managers) + "."
}

func (p TeamSettings) ownersLine() string {
	line := "An owner decides this"
	if len(p.Owners) == 0 {
		return line + "."
	}
	return line + ": ask " + words.Among(p.Owners) + "."
}

func (p TeamSettings) secretLine() string {
	if p.ProductionSecret == models.Admin {
		return "Admins and owners may view and copy it."
	}
	return "Developers, admins and owners may view and copy it."
}

// secondFactorLine says what the setting means and, to who may know, for how many.
func (p TeamSettings) secondFactorLine() string {
	line := "Beside the password, each member needs a passkey or an authenticator app to see this team. "
	if !p.SecondFactorRequired {
		line = "Each member may have a passkey or an authenticator app beside the password, and need not. "
	}
	switch {
	case !p.CanManage:
		return line
	case p.Lacking == 0:
		return line + "Everybody has one."
	}
	line += fmt.Sprintf("%d of %s %s none", p.Lacking, words.Plural(p.Members, "member"), has(p.Lacking))
	if p.MeLacking {
		line += ", you among them"
	}
	if p.SecondFactorRequired {
		return line + "."
	}
	return line + "; whoever has none when it is required is led to add one before anything else."
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// deleteForm is what was typed into the dialog that deletes the team.
func (p TeamSettings) deleteForm() DeleteTeamForm {
	if p.Delete == nil {
		return DeleteTeamForm{}
	}
	return *p.Delete
}

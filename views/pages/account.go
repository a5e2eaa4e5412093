package pages

import "dojo/models"

// Account is /account. The form posts name to /account.
type Account struct {
	Base
	// Name is the person's, or what was typed.
	Name      string
	NameError string
	Email     string
	Teams     []AccountTeam
}

// AccountTeam is a team that the person is in.
type AccountTeam struct {
	Slug string
	Name string
	Role models.Role
	// CanLeave is false for a team's only owner.
	CanLeave bool
}

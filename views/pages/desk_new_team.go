package pages

// DeskNewTeam is /desk/teams/new. The form posts name, slug and email to
// /desk/teams.
type DeskNewTeam struct {
	Base
	// Name, Slug and Email keep what was typed; Email is the owner's.
	Name  string
	Slug  string
	Email string
	// PublicURL is the base of the dashboard without a trailing slash, for the
	// team's address.
	PublicURL string
	// Errors of a rejected form; an empty string where the field is fine.
	NameError  string
	SlugError  string
	EmailError string
}

func (p DeskNewTeam) ownersHint() string {
	if p.MailToLog {
		return "You get a link to hand over, which makes them the owner: no mail server is set up."
	}
	return "They get a mail with a link that makes them the owner."
}

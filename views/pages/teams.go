package pages

import "dojo/views/layout"

// Teams is /: the teams the person is in.
type Teams struct {
	Base
	Teams []TeamCard
}

// TeamCard is one team with its environments.
type TeamCard struct {
	Slug string
	Name string
	// Role is the person's role there: "Owner", "Admin", "Developer" or "Viewer".
	Role         string
	Environments []layout.Environment
}

package pages

import (
	"time"

	"dojo/views/layout"
)

// DeskTeams is /desk/teams, by name.
type DeskTeams struct {
	Base
	// Query is the search in name and address name: the parameter q.
	Query string
	Total int
	Rows  []DeskTeamRow
	// Pager's Newer leads back and its Older leads on.
	Pager Pager
}

// DeskTeamRow is a team in the list.
type DeskTeamRow struct {
	Slug         string
	Name         string
	CreatedAt    time.Time
	Members      int
	Environments []layout.Environment
	// Pending counts the requests that wait.
	Pending int
	// Deleted marks a deleted team.
	Deleted bool
}

// DeskTeam is /desk/teams/{team}. Its form: POST
// /desk/teams/{team}/restore for a deleted team.
type DeskTeam struct {
	Base
	Slug         string
	Name         string
	CreatedAt    time.Time
	Environments []DeskEnvironment
	Members      []Member
	// Invitations are those that are open or have lapsed, newest first.
	Invitations []InvitationRow
	Pending     []DeskRequestRow
	Recent      []Entry
	// Deletion is nil unless the team is deleted.
	Deletion *Deletion
}

// Deletion is what the desk knows of a deleted team.
type Deletion struct {
	By string
	At time.Time
	// Until is when it can no longer be restored.
	Until time.Time
}

// stateIcon is the icon of an environment's state.
func stateIcon(state layout.State) string {
	switch state {
	case layout.Locked:
		return "lock"
	case layout.Unlocked:
		return "lock-open"
	}
	return "eye"
}

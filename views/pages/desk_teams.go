package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// DeskTeams is /desk/teams.
type DeskTeams struct {
	Base
	Bar  ListBar
	Rows []DeskTeamRow
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
	// Agreements are what the environments are or were unlocked under.
	Agreements []Agreement
	// Engineers names who look after them; may be empty.
	Engineers string
	// Pending counts the unlock requests that wait.
	Pending int
	// Today counts the requests that were let in since midnight, UTC.
	Today int
	// LastActivity is when somebody last did something; zero: never.
	LastActivity time.Time
	// Deleted marks a deleted team.
	Deleted bool
}

// DeskTeam is /desk/teams/{team}. Its forms: POST /desk/teams/{team}/restore for a deleted team; POST
// /desk/teams/{team}/view with reason; POST /desk/teams/{team}/notes with note; POST
// /desk/teams/{team}/{environment}/lock with reason, and …/unlock.
type DeskTeam struct {
	Base
	Slug         string
	Name         string
	CreatedAt    time.Time
	Environments []DeskEnvironment
	Members      []Member
	// Invitations are those that are open or have lapsed, newest first.
	Invitations []InvitationRow
	Requests    []DeskRequestRow
	Recent      []Entry
	// Notes are what engineers wrote for each other, newest first; Note keeps what was typed.
	Notes     []Reply
	Note      string
	NoteError string
	// Viewing is the form that opens the team's pages.
	Viewing ViewingForm
	// Deletion is nil unless the team is deleted.
	Deletion *Deletion
}

// ViewingForm keeps what was typed to view a team's pages.
type ViewingForm struct {
	// Refused is set where the team's owners do not allow it.
	Refused bool
	Reason  string
	Error   string
}

// Deletion is what the desk knows of a deleted team.
type Deletion struct {
	By string
	At time.Time
	// Until is when it can no longer be restored.
	Until time.Time
}

// requestsThat are the team's requests that wait, or the others.
func (p DeskTeam) requestsThat(wait bool) (list []DeskRequestRow) {
	for _, r := range p.Requests {
		if (r.State == models.Pending) == wait {
			list = append(list, r)
		}
	}
	return list
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

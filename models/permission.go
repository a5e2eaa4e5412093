package models

// Role says what a person may do. A member has one role in each team; a
// solutions engineer has Engineer beside whatever teams they are in.
type Role string

// The roles. Nobody is a signed-in person without a role here.
const (
	Nobody    Role = ""
	Guest     Role = "guest" // anyone, in the team that is open to guests
	Viewer    Role = "viewer"
	Developer Role = "developer"
	Admin     Role = "admin"
	Owner     Role = "owner"
	Engineer  Role = "engineer"
)

// Roles lists the roles.
func Roles() []Role { return []Role{Nobody, Guest, Viewer, Developer, Admin, Owner, Engineer} }

// TeamRoles lists the roles a member can have, from the least to the most.
func TeamRoles() []Role { return []Role{Viewer, Developer, Admin, Owner} }

// Action is something a role allows or does not.
type Action string

// The actions.
const (
	ViewTeam        Action = "view team"        // the pages of its environments, publishable keys and data
	ViewPeople      Action = "view people"      // members and activity
	ViewSecretKey   Action = "view secret key"  // view and copy it; for Production the team may ask for Admin
	ReplaceKey      Action = "replace key"      // revoke a key, get a new one
	RequestUnlock   Action = "request unlock"   // ask for it, withdraw the request
	ManageData      Action = "manage data"      // upload and delete records, see to exposures
	ManageMembers   Action = "manage members"   // invite, change roles, remove; owners only by owners
	ManageTeam      Action = "manage team"      // its settings, and those of its environments
	ManageOwnership Action = "manage ownership" // hand over, require a second factor, delete the team
	ManageWebhooks  Action = "manage webhooks"  // see and change the team's, and what was delivered to them
	CreateTeam      Action = "create team"      // at the desk
	ViewDesk        Action = "view desk"        // the solutions engineers' pages, across teams
	DecideUnlock    Action = "decide unlock"    // approve, decline, change the agreement
	RevokeAnyKey    Action = "revoke any key"   // find and revoke a compromised key of any team
	ViewAsTeam      Action = "view as team"     // look at a team's pages as its viewer sees them
	RestoreTeam     Action = "restore team"     // bring a deleted team back, without its keys

	ManageDeskWebhooks Action = "desk webhooks" // likewise, those that hear of all teams
)

// Actions lists every action.
func Actions() []Action {
	return []Action{
		ViewTeam, ViewPeople, ViewSecretKey, ReplaceKey, RequestUnlock, ManageData, ManageMembers, ManageTeam,
		ManageOwnership, ManageWebhooks, CreateTeam, ViewDesk, DecideUnlock, RevokeAnyKey, ViewAsTeam, RestoreTeam,
		ManageDeskWebhooks,
	}
}

// allowed is the one table of who may do what. What it does not name is
// refused.
var allowed = map[Action]map[Role]bool{
	ViewTeam:        {Guest: true, Viewer: true, Developer: true, Admin: true, Owner: true},
	ViewPeople:      {Viewer: true, Developer: true, Admin: true, Owner: true},
	ViewSecretKey:   {Developer: true, Admin: true, Owner: true},
	ReplaceKey:      {Developer: true, Admin: true, Owner: true},
	RequestUnlock:   {Developer: true, Admin: true, Owner: true},
	ManageData:      {Developer: true, Admin: true, Owner: true},
	ManageMembers:   {Admin: true, Owner: true},
	ManageTeam:      {Admin: true, Owner: true},
	ManageOwnership: {Owner: true},
	ManageWebhooks:  {Admin: true, Owner: true},
	CreateTeam:      {Engineer: true},
	ViewDesk:        {Engineer: true},
	DecideUnlock:    {Engineer: true},
	RevokeAnyKey:    {Engineer: true},
	ViewAsTeam:      {Engineer: true},
	RestoreTeam:     {Engineer: true},

	ManageDeskWebhooks: {Engineer: true},
}

// May reports whether the role allows the action.
func (r Role) May(action Action) bool { return allowed[action][r] }

// rank orders a team's roles, for rules that name the least one.
var rank = map[Role]int{Guest: 1, Viewer: 2, Developer: 3, Admin: 4, Owner: 5}

// AtLeast reports whether the role is the given one or above it.
func (r Role) AtLeast(least Role) bool { return rank[r] >= rank[least] }

// Valid reports whether a member can have the role.
func (r Role) Valid() bool { return rank[r] >= rank[Viewer] }

// MayManage reports whether somebody in role r may give or take the other role:
// owners are made and unmade by owners only.
func (r Role) MayManage(other Role) bool {
	return r.May(ManageMembers) && (other != Owner || r == Owner)
}

// MayViewSecret reports whether the role may view the secret key of a team's
// environment of the kind.
func (t *Team) MayViewSecret(role Role, kind EnvironmentKind) bool {
	return role.May(ViewSecretKey) && (kind != Production || role.AtLeast(t.ProductionSecretRole))
}

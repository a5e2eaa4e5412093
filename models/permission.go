package models

// Role says what a person may do. A member has one role in each team; a
// solutions engineer has Engineer beside whatever teams they are in.
type Role string

// The roles. Nobody is a signed-in person without a role here.
const (
	Nobody    Role = ""
	Viewer    Role = "viewer"
	Developer Role = "developer"
	Admin     Role = "admin"
	Owner     Role = "owner"
	Engineer  Role = "engineer"
)

// TeamRoles lists the roles a member can have, from the least to the most.
func TeamRoles() []Role { return []Role{Viewer, Developer, Admin, Owner} }

// Action is something a role allows or does not.
type Action string

// The actions.
const (
	ViewTeam      Action = "view team"       // its pages, publishable keys, data and activity
	ViewSecretKey Action = "view secret key" // view and copy it
	ReplaceKey    Action = "replace key"     // revoke a key, get a new one
	RequestUnlock Action = "request unlock"  // ask for it, withdraw the request
	CreateTeam    Action = "create team"     // with its owner
	ViewDesk      Action = "view desk"       // the solutions engineers' pages, across teams
	DecideUnlock  Action = "decide unlock"   // approve, decline, change the agreement
	RevokeAnyKey  Action = "revoke any key"  // find and revoke a compromised key of any team
)

// Actions lists every action.
func Actions() []Action {
	return []Action{ViewTeam, ViewSecretKey, ReplaceKey, RequestUnlock, CreateTeam, ViewDesk, DecideUnlock, RevokeAnyKey}
}

// allowed is the one table of who may do what. What it does not name is
// refused.
var allowed = map[Action]map[Role]bool{
	ViewTeam:      {Viewer: true, Developer: true, Admin: true, Owner: true},
	ViewSecretKey: {Developer: true, Admin: true, Owner: true},
	ReplaceKey:    {Developer: true, Admin: true, Owner: true},
	RequestUnlock: {Developer: true, Admin: true, Owner: true},
	CreateTeam:    {Engineer: true},
	ViewDesk:      {Engineer: true},
	DecideUnlock:  {Engineer: true},
	RevokeAnyKey:  {Engineer: true},
}

// May reports whether the role allows the action.
func (r Role) May(action Action) bool { return allowed[action][r] }

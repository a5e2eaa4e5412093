package pages

// Role is a member's role in a team.
type Role string

// The roles, from the least to the most.
const (
	Viewer    Role = "viewer"
	Developer Role = "developer"
	Admin     Role = "admin"
	Owner     Role = "owner"
)

var allRoles = []Role{Viewer, Developer, Admin, Owner}

// Name is the role as it is read: "Developer".
func (r Role) Name() string {
	switch r {
	case Viewer:
		return "Viewer"
	case Developer:
		return "Developer"
	case Admin:
		return "Admin"
	case Owner:
		return "Owner"
	}
	return string(r)
}

// meaning says in a sentence what the role may do.
func (r Role) meaning() string {
	switch r {
	case Viewer:
		return "A viewer looks at everything but the secret keys."
	case Developer:
		return "A developer looks after the keys and asks to unlock environments."
	case Admin:
		return "An admin looks after the keys, the members and the settings."
	case Owner:
		return "An owner may do everything in the team."
	}
	return ""
}

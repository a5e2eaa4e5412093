package words

import "dojo/models"

// Role is a role as it is read: "Developer".
func Role(role models.Role) string {
	switch role {
	case models.Guest:
		return "Guest"
	case models.Viewer:
		return "Viewer"
	case models.Developer:
		return "Developer"
	case models.Admin:
		return "Admin"
	case models.Owner:
		return "Owner"
	case models.Engineer:
		return "Solutions engineer"
	}
	return string(role)
}

// ARole is a role within a sentence: "an admin".
func ARole(role models.Role) string {
	switch role {
	case models.Admin, models.Owner:
		return "an " + string(role)
	case models.Engineer:
		return "a solutions engineer"
	}
	return "a " + string(role)
}

// RoleMeaning says in a sentence what a member with the role may do.
func RoleMeaning(role models.Role) string {
	switch role {
	case models.Viewer:
		return "A viewer looks at everything but the secret keys."
	case models.Developer:
		return "A developer looks after the keys and asks to unlock environments."
	case models.Admin:
		return "An admin looks after the keys, the members and the settings."
	case models.Owner:
		return "An owner may do everything in the team."
	}
	return ""
}

// By names who did something, to members of a team: solutions engineers are marked,
// since the team does not know them.
func By(s models.Signature) string {
	name := models.Isolated(s.Name)
	if s.Capacity == models.AsEngineer {
		return name + " (solutions engineer)"
	}
	return name
}

package pages

import (
	"strings"

	"dojo/words"
)

// EnvironmentSettings is /t/{team}/{environment}/settings. Its forms: Allowed
// origins, POST …/settings/origins with origins, one a line; secret keys from
// browsers, POST …/settings/browser-secrets with refuse (yes|no).
type EnvironmentSettings struct {
	Base
	// Origins are those that are allowed, or what was typed, one a line.
	Origins      string
	OriginsError string
	// RefusesBrowserSecrets refuses the secret key where a browser sends it.
	RefusesBrowserSecrets bool
	CanManage             bool
	// Managers names those who can, for someone who cannot.
	Managers []string
}

func (p EnvironmentSettings) managersLine() string {
	line := "An environment’s settings are for admins and owners"
	if len(p.Managers) == 0 {
		return line + "."
	}
	return line + ": ask " + words.Among(p.Managers) + "."
}

// listed are the origins as a list.
func (p EnvironmentSettings) listed() []string { return strings.Fields(p.Origins) }

package models

import (
	"regexp"
	"time"
)

// Team is one customer of the company that runs Dojo.
type Team struct {
	ID        string
	Slug      string // the team's name in addresses: /t/{slug}
	Name      string
	CreatedAt time.Time
}

var slugPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$`)

// CheckSlug checks a team's name in addresses: 1 to 40 lowercase letters,
// digits and inner hyphens.
func CheckSlug(slug string) error {
	if !slugPattern.MatchString(slug) {
		return InvalidField("slug", "Use 1 to 40 lowercase letters, digits and hyphens, beginning and ending with a letter or digit.")
	}
	return nil
}

// CheckTeamName checks a team's display name, at most 80 characters.
func CheckTeamName(name string) (string, error) {
	return checkLine("name", "Enter the team's name.", name, maxName)
}

// Member is a user's place in a team.
type Member struct {
	TeamID          string `gorm:"primaryKey"`
	UserID          string `gorm:"primaryKey"`
	Role            Role
	LastEnvironment EnvironmentKind // the environment this member viewed last
	LastViewedAt    *time.Time      // when; the latest of a user's teams is where "/" leads
	CreatedAt       time.Time
}

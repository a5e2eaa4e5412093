package models

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Team is one customer of the company that runs Dojo.
type Team struct {
	ID        string
	Slug      string // the team's name in addresses: /t/{slug}
	Name      string
	SortKey   []byte // the name's collation key, by which bytes compare as people sort
	CreatedAt time.Time

	ProductionSecretRole Role // the least role that may view Production's secret key: Developer or Admin
	SecondFactorRequired bool // members without a second factor must add one first
	RefusesViewing       bool // solutions engineers may not view its pages as the team sees them
	OpenToGuests         bool // anyone may look around in it; the one such team has a Playground only

	DeletedAt *time.Time // set: gone for its members, and restorable for TeamKept
	DeletedBy Signature  `gorm:"embedded;embeddedPrefix:deleted_by_"`
}

// TeamKept is how long a deleted team can be restored.
const TeamKept = 30 * 24 * time.Hour

// ExploreSlug is the name in addresses of the team that guests look around in.
const ExploreSlug = "explore"

// reservedSlugs are names that no team may take.
var reservedSlugs = map[string]bool{ExploreSlug: true, "new": true, "dojo": true}

const maxSlug = 40

var slugPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$`)

// CheckSlug checks a team's name in addresses: 1 to 40 lowercase letters,
// digits and inner hyphens.
func CheckSlug(slug string) error {
	if !slugPattern.MatchString(slug) {
		return InvalidField("slug",
			"Use 1 to 40 lowercase letters, digits and hyphens, beginning and ending with a letter or digit.")
	}
	if HoldsKey(slug) {
		return InvalidField("slug",
			"This looks like an API key, and would stand in every address. Choose another name.")
	}
	if reservedSlugs[slug] {
		return InvalidField("slug", "This name is taken. Choose another.")
	}
	return nil
}

// SuggestSlug makes a team's name in addresses from its display name: "Café Zürich" becomes
// cafe-zurich. It is empty where nothing of the name can stand there, and may be taken.
func SuggestSlug(name string) string {
	var slug strings.Builder
	for _, r := range norm.NFKD.String(name) {
		switch lower := unicode.ToLower(r); {
		case lower >= 'a' && lower <= 'z' || lower >= '0' && lower <= '9':
			slug.WriteRune(lower)
		case unicode.Is(unicode.M, r): // an accent
		case !strings.HasSuffix(slug.String(), "-"):
			slug.WriteByte('-')
		}
	}
	text := strings.Trim(slug.String(), "-")
	return strings.Trim(text[:min(len(text), maxSlug)], "-")
}

// CheckTeamName checks a team's display name, at most 80 characters.
func CheckTeamName(name string) (string, error) {
	return checkLine("team_name", "Enter the team's name.", name, maxName)
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

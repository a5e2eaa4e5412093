package layout

import (
	"slices"
	"strings"

	"dojo/models"
)

// Destination is a page or an action: what the navigation, the search and the list of shortcut
// keys lead to. All three come from one table.
type Destination struct {
	Of      Scope
	Section Section // of a page that the navigation has; empty for what only the search finds
	Icon    string
	Text    string
	// Also are other words by which the search finds it.
	Also string
	// Keys are pressed one after the other to go there: "g k". Empty: there are none.
	Keys string
	// Path goes on from the address of the scope: "/keys?revoke=secret".
	Path string
	// May is what one's role has to allow.
	May models.Action
	// State is what an environment has to be; empty: any.
	State State
	// Does marks an action: it leads to where something is changed.
	Does bool
}

// Scope is what a destination belongs to.
type Scope string

// The scopes.
const (
	OfEnvironment Scope = "environment"
	OfTeam        Scope = "team"
	OfDesk        Scope = "desk"
	OfPerson      Scope = "person"
)

var destinations = []Destination{
	{Of: OfEnvironment, Section: Overview, Icon: "house", Text: "Overview", Keys: "g o", May: models.ViewTeam,
		Also: "home start"},
	{Of: OfEnvironment, Section: Keys, Icon: "key-round", Text: "API keys", Keys: "g k", Path: "/keys",
		May:  models.ViewTeam,
		Also: "secret publishable token copy view"},
	{Of: OfEnvironment, Section: Catalog, Icon: "package", Text: "Catalog", Keys: "g c", Path: "/catalog",
		May: models.ViewTeam, Also: "products items data"},
	{Of: OfEnvironment, Section: Users, Icon: "users", Text: "Users", Keys: "g p", Path: "/users", May: models.ViewTeam,
		Also: "people customers data"},
	{Of: OfEnvironment, Section: Interactions, Icon: "mouse-pointer-click", Text: "Interactions", Keys: "g i",
		Path: "/interactions", May: models.ViewTeam, Also: "events clicks data"},
	{Of: OfEnvironment, Section: Usage, Icon: "chart-column", Text: "Usage", Keys: "g u", Path: "/usage",
		May: models.ViewPeople, Also: "requests callers refused errors explain log chart"},
	{Of: OfEnvironment, Section: Activity, Icon: "activity", Text: "Activity", Keys: "g a", Path: "/activity",
		May: models.ViewPeople, Also: "audit history log"},
	{Of: OfEnvironment, Section: EnvironmentSettings, Icon: "sliders-horizontal", Text: "Environment settings",
		Keys: "g e",
		Path: "/settings", May: models.ViewPeople, Also: "origins browser cors"},
	{Of: OfEnvironment, Icon: "rotate-ccw", Text: "Revoke the secret key", Path: "/keys?revoke=secret",
		May: models.ReplaceKey, Does: true, Also: "rotate replace leaked compromised new"},
	{Of: OfEnvironment, Icon: "rotate-ccw", Text: "Revoke the publishable key", Path: "/keys?revoke=publishable",
		May: models.ReplaceKey, Does: true, Also: "rotate replace new"},
	{Of: OfEnvironment, Icon: "upload", Text: "Upload products", Path: "/catalog/upload", May: models.ManageData,
		State: Unlocked, Does: true, Also: "catalog import file csv xlsx data"},
	{Of: OfEnvironment, Icon: "upload", Text: "Upload users", Path: "/users/upload", May: models.ManageData,
		State: Unlocked, Does: true, Also: "import file csv xlsx data"},
	{Of: OfEnvironment, Icon: "upload", Text: "Upload interactions", Path: "/interactions/upload", May: models.ManageData,
		State: Unlocked, Does: true, Also: "import file csv xlsx events data"},
	{Of: OfEnvironment, Icon: "lock-open", Text: "Request unlock", Path: "/unlock", May: models.RequestUnlock,
		State: Locked, Does: true, Also: "ask agreement access"},

	{Of: OfTeam, Section: Members, Icon: "contact-round", Text: "Members", Keys: "g m", Path: "/members",
		May: models.ViewPeople, Also: "people roles team"},
	{Of: OfTeam, Section: TeamActivity, Icon: "history", Text: "Team activity", Keys: "g h", Path: "/activity",
		May: models.ViewPeople, Also: "audit history log"},
	{Of: OfTeam, Section: TeamWebhooks, Icon: "webhook", Text: "Webhooks", Keys: "g w", Path: "/webhooks",
		May: models.ManageWebhooks, Also: "deliveries slack"},
	{Of: OfTeam, Section: TeamSettings, Icon: "settings", Text: "Settings", Keys: "g s", Path: "/settings",
		May: models.ViewPeople, Also: "team rename delete second factor"},
	{Of: OfTeam, Icon: "user-plus", Text: "Invite someone", Path: "/members#invite", May: models.ManageMembers, Does: true,
		Also: "add member people"},
	{Of: OfTeam, Icon: "plus", Text: "New webhook", Path: "/webhooks/new", May: models.ManageWebhooks, Does: true,
		Also: "create add"},

	{Of: OfDesk, Section: DeskHome, Icon: "life-buoy", Text: "Today", Keys: "g d", May: models.ViewDesk,
		Also: "solutions desk"},
	{Of: OfDesk, Section: DeskRequests, Icon: "inbox", Text: "Requests", Keys: "g r", Path: "/requests",
		May: models.ViewDesk, Also: "unlock waiting decide desk"},
	{Of: OfDesk, Section: DeskTeams, Icon: "building-2", Text: "Teams", Keys: "g t", Path: "/teams", May: models.ViewDesk,
		Also: "customers desk"},
	{Of: OfDesk, Section: DeskAgreements, Icon: "file-text", Text: "Agreements", Keys: "g a", Path: "/agreements",
		May: models.ViewDesk, Also: "contracts ending renew desk"},
	{Of: OfDesk, Section: DeskCompromise, Icon: "shield-alert", Text: "Compromised key", Keys: "g k", Path: "/compromise",
		May: models.RevokeAnyKey, Also: "leaked revoke find whose desk"},
	{Of: OfDesk, Section: DeskWebhooks, Icon: "webhook", Text: "Webhooks", Keys: "g w", Path: "/webhooks",
		May: models.ManageDeskWebhooks, Also: "deliveries slack desk"},
	{Of: OfDesk, Section: DeskMail, Icon: "send", Text: "Mail", Path: "/mail", May: models.ViewDesk, Also: "outbox desk"},
	{Of: OfDesk, Section: DeskProcesses, Icon: "monitor", Text: "Processes", Path: "/processes", May: models.ViewDesk,
		Also: "servers lease desk"},
	{Of: OfDesk, Icon: "plus", Text: "New team", Path: "/teams/new", May: models.CreateTeam, Does: true,
		Also: "create add customer"},

	{Of: OfPerson, Icon: "building-2", Text: "All your teams", Path: "/?all", Also: "switch list"},
	{Of: OfPerson, Section: Notifications, Icon: "bell", Text: "Notifications", Keys: "g n", Path: "/notifications",
		Also: "inbox news"},
	{Of: OfPerson, Section: Account, Icon: "circle-user", Text: "Your account", Path: "/account", Also: "profile name me"},
	{Of: OfPerson, Section: Security, Icon: "shield-check", Text: "Sign-in and security", Path: "/account/security",
		Also: "password passkey authenticator app second factor sessions recovery codes"},
	{Of: OfPerson, Section: MailChoices, Icon: "mail-check", Text: "What you are mailed", Path: "/account/notifications",
		Also: "notifications mute settings"},
	{Of: OfPerson, Icon: "keyboard", Text: "Keyboard shortcuts", Keys: "?", Path: "/search/shortcuts", Also: "keys help"},
}

// Destinations are the pages and actions of a scope that the role allows.
func Destinations(of Scope, role models.Role) []Destination {
	var list []Destination
	for _, d := range destinations {
		if d.Of == of && (d.May == "" || role.May(d.May)) {
			list = append(list, d)
		}
	}
	return list
}

// In is the destination's address; team and environment are slugs, as far as its scope needs them.
func (d Destination) In(team, environment string) string {
	switch d.Of {
	case OfEnvironment:
		return "/t/" + team + "/" + environment + d.Path
	case OfTeam:
		return "/t/" + team + d.Path
	case OfDesk:
		return "/desk" + d.Path
	}
	return d.Path
}

// FoundBy reports whether each word begins one of the destination's.
func (d Destination) FoundBy(words []string) bool {
	own := strings.Fields(strings.ToLower(d.Text + " " + d.Also))
	for _, word := range words {
		if !slices.ContainsFunc(own, func(text string) bool { return strings.HasPrefix(text, word) }) {
			return false
		}
	}
	return true
}

// items are the links of the navigation to a scope's pages.
func (b Base) items(of Scope) []Destination {
	var items []Destination
	for _, d := range destinations {
		if d.Of == of && d.Section != "" && b.offers(d.May) {
			items = append(items, d)
		}
	}
	return items
}

// offers reports whether the navigation leads to what the action needs: nothing that only guests
// may not see, and nothing of webhooks for those who may not manage them.
func (b Base) offers(action models.Action) bool {
	if b.Guest && !models.Guest.May(action) {
		return false
	}
	return action != models.ManageWebhooks || b.Team.Webhooks
}

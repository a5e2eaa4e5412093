package layout

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/words"
)

// Href is the address of a section of an environment.
func Href(team, environment string, section Section) string {
	base := "/t/" + team + "/" + environment
	switch section {
	case Keys, Catalog, Users, Interactions, Usage, Activity, EnvironmentSettings:
		return base + "/" + string(section)
	}
	return base
}

// Here is the address of the page's section in the environment viewed.
func (b Base) Here(section Section) string {
	return Href(b.Team.Slug, b.Environment.Slug, section)
}

// navEnvironment is the slug that the navigation leads to.
func (b Base) navEnvironment() string {
	switch {
	case b.Environment != nil:
		return b.Environment.Slug
	case b.Team.LastEnvironment != "":
		return b.Team.LastEnvironment
	}
	return "playground"
}

// environmentSlug is the slug of the environment viewed; empty when there is none.
func (b Base) environmentSlug() string {
	if b.Environment == nil {
		return ""
	}
	return b.Environment.Slug
}

// documentTitle is the text of the browser's tab, the most particular part first.
func (b Base) documentTitle() string {
	title := b.Title
	if b.Team != nil {
		if b.Environment != nil {
			title += " · " + b.Environment.Name
		}
		title += " · " + models.Isolated(b.Team.Name)
	}
	return title + " · Dojo"
}

// TeamHref is the address of a section of the whole team.
func (b Base) TeamHref(section Section) string {
	base := "/t/" + b.Team.Slug
	switch section {
	case Members:
		return base + "/members"
	case TeamSettings:
		return base + "/settings"
	case TeamWebhooks:
		return base + "/webhooks"
	}
	return base + "/activity"
}

// teamLink is TeamHref with the environment that one comes from, which the navigation of that page leads back to.
func (b Base) teamLink(section Section) string {
	return b.TeamHref(section) + "?" + url.Values{Via: {b.navEnvironment()}}.Encode()
}

// Via is the parameter of a team's page with the environment that one came from.
const Via = "via"

// otherHref is the address of one of the person's other teams.
func (b Base) otherHref(other TeamLink) string {
	if other.LastEnvironment != "" {
		return Href(other.Slug, other.LastEnvironment, Overview)
	}
	return Href(other.Slug, b.navEnvironment(), Overview)
}

// lockPolling has the overview follow a request that waits. The other pages have lists and forms, which are left alone.
func (b Base) lockPolling() templ.Attributes {
	if b.Lock.Request == "" || b.Section != Overview {
		return nil
	}
	return templ.Attributes{
		"data-hx-get": b.Here(Overview), "data-hx-trigger": "every 4s", "data-hx-target": "#lock",
		"data-hx-select": "#lock", "data-hx-swap": "outerMorph",
	}
}

// searchHref is the address of the search from this page, whose place it goes by.
func (b Base) searchHref() string {
	if b.Team == nil {
		return "/search"
	}
	return "/search?" + url.Values{"team": {b.Team.Slug}, "environment": {b.navEnvironment()}}.Encode()
}

// currentPage marks a link to the page one is on.
func currentPage(same bool) templ.Attributes {
	if same {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// currentEnvironment marks the environment one is in.
func (b Base) currentEnvironment(e Environment) templ.Attributes {
	if b.environmentSlug() == e.Slug {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// marked reports whether something is to be known of the environment before one opens the menu.
func (e Environment) marked(now time.Time) bool {
	return e.Alarms > 0 || e.State == Locked || e.EndsSoon(now) || e.Pending
}

// alarmWords says how many alarms there are.
func (e Environment) alarmWords() string { return words.Plural(e.Alarms, "alarm") }

// alarmLook is the class of the mark, and alarmIcon its icon.
func alarmLook(bad bool) string {
	if bad {
		return "alarm bad"
	}
	return "alarm"
}

func alarmIcon(bad bool) string {
	if bad {
		return "shield-alert"
	}
	return "triangle-alert"
}

// alarmsElsewhere names the team's other environments that have alarms; empty: none has.
func (b Base) alarmsElsewhere() (text string, bad bool) {
	var names []string
	for _, e := range b.Team.Environments {
		if e.Alarms > 0 && e.Slug != b.environmentSlug() {
			names, bad = append(names, e.Name), bad || e.AlarmsBad
		}
	}
	if len(names) == 0 {
		return "", false
	}
	return "alarms in " + words.Together(names), bad
}

// reload leads to ReloadAt when the secret has been shown for long enough.
func (b Base) reload() string {
	return strconv.Itoa(int(SecretStays/time.Second)) + ";url=" + b.ReloadAt
}

// unseenCount is how many notifications the person has not seen: "7", "9+".
func (b Base) unseenCount() string {
	const most = 9
	if b.Unseen > most {
		return strconv.Itoa(most) + "+"
	}
	return strconv.Itoa(b.Unseen)
}

// role makes assistive technology read the message: bad news at once.
func (f Flash) role() string {
	if f.Bad {
		return "alert"
	}
	return "status"
}

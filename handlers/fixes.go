package handlers

import (
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// fixLinks lead to the pages where something is set right. Those that are not here
// depend on more than the environment; see explained.fix.
var fixLinks = map[models.FixPage]struct {
	text    string
	section layout.Section
	query   string
}{
	models.AtKeys:       {"API keys", layout.Keys, ""},
	models.AtRevocation: {"Revoke the secret key", layout.Keys, "?revoke=secret"},
	models.AtSettings:   {"Environment settings", layout.EnvironmentSettings, ""},
	models.AtUsage:      {"Usage", layout.Usage, ""},
}

// fixIn turns something to do in the environment into the page's words and link.
func fixIn(fix models.Fix, team string, environment models.EnvironmentKind) pages.Fix {
	link, known := fixLinks[fix.At]
	if !known {
		return pages.Fix{Text: fix.Text}
	}
	href := layout.Href(team, string(environment), link.section) + link.query
	return pages.Fix{Text: fix.Text, Link: link.text, Href: href}
}

// fixes says how to set right what made the request fail, each with the page where
// it is done.
func (e explained) fixes() []pages.Fix {
	var list []pages.Fix
	for _, fix := range words.OutcomeFixes(e.request.Outcome) {
		list = append(list, e.fix(fix))
	}
	return list
}

func (e explained) fix(fix models.Fix) pages.Fix {
	fix.Text = strings.ReplaceAll(fix.Text, "{origin}", models.Isolated(e.request.Origin))
	switch fix.At {
	case models.AtReplacement:
		return fixIn(models.Fix{Text: e.replacement(), At: models.AtKeys}, e.team.Slug, e.environment.Kind)
	case models.AtOverview:
		return e.unlock(fix.Text)
	case models.AtDevelopmentKeys:
		page := fixIn(models.Fix{Text: fix.Text, At: models.AtKeys}, e.team.Slug, models.Development)
		page.Link = "Keys of Development"
		return page
	case models.AtRecords:
		return e.lookUp(fix.Text)
	}
	return fixIn(fix, e.team.Slug, e.environment.Kind)
}

// replacement says which key to put in the place of the one that was shown.
func (e explained) replacement() string {
	kind := models.Secret
	if key := e.key(); key != nil {
		kind = key.Kind
	}
	where := ""
	if e.request.Address != "" {
		where = " at " + e.request.Address + " (" + models.Isolated(models.Program(e.request.UserAgent)) + ")"
	}
	active := activeKey(e.keys, kind)
	if active == nil {
		return "There is no " + words.KeyInSentence(kind) + ": get a new one, and put it into the program" + where + "."
	}
	return "Put the " + words.NamedKey(kind, active.Ending, active.Name) + " that is active now into the program" +
		where + "."
}

// unlock leads to where an unlock is requested, unless that is over.
func (e explained) unlock(text string) pages.Fix {
	name := e.environment.Kind.Name()
	if e.environment.Unlocked(e.now) {
		return pages.Fix{Text: name + " is unlocked now: send the request again."}
	}
	return pages.Fix{Text: text, Link: name, Href: e.at(layout.Overview, "")}
}

// lookUp leads to the records among which the request looked, if it did.
func (e explained) lookUp(text string) pages.Fix {
	switch {
	case strings.Contains(e.request.Endpoint, "/products"):
		text = "Look whether the product is in this environment."
		return pages.Fix{Text: text, Link: "Catalog", Href: e.at(layout.Catalog, "")}
	case strings.Contains(e.request.Endpoint, "/users"):
		text = "Look whether the user is in this environment."
		return pages.Fix{Text: text, Link: "Users", Href: e.at(layout.Users, "")}
	}
	return pages.Fix{Text: text}
}

package main

import (
	"dojo/views/layout"
	"dojo/views/pages"
)

func searchPage(person *layout.Person, query string, groups ...pages.SearchGroup) pages.Search {
	return pages.Search{Base: plain("Search", person), Query: query, FromTeam: "acme", FromEnvironment: "development",
		Groups: groups}
}

func searchStates() []state {
	at := func(slug string) *layout.Environment {
		e := environment(slug, layout.Locked)
		return &e
	}
	own := func(slug, icon, detail string) pages.SearchResult {
		return pages.SearchResult{Href: "/t/acme/" + slug, Icon: icon, Name: "Acme Books", Environment: at(slug),
			Detail: detail}
	}
	teams := pages.SearchGroup{Name: "teams", Title: "Teams and environments", Results: []pages.SearchResult{
		own("production", "globe", "Locked"), own("playground", "sprout", "Read-only"),
		own("development", "flask-conical", "Unlocked")}}
	visit := pages.SearchGroup{Name: "pages", Title: "Pages", Results: []pages.SearchResult{
		{Href: "/t/acme/production/keys", Icon: "key-round", Text: "API keys", Team: "Acme Books",
			Environment: at("production"), Keys: "g k"},
		{Href: "/t/acme/members", Icon: "contact-round", Text: "Members", Team: "Acme Books", Keys: "g m"}}}
	act := pages.SearchGroup{Name: "actions", Title: "Actions", Results: []pages.SearchResult{
		{Href: "/t/acme/production/unlock", Icon: "lock-open", Text: "Request unlock", Team: "Acme Books",
			Environment: at("production")}}}
	people := pages.SearchGroup{Name: "people", Title: "People", Results: []pages.SearchResult{
		{Href: "/t/acme/members", Icon: "circle-user", Name: "Olivia Grant", Email: "olivia@acme.example", Detail: "Owner",
			Team: "Acme Books"}}}
	keys := pages.SearchGroup{Name: "keys", Title: "Keys", Results: []pages.SearchResult{
		{Href: "/t/acme/development/keys", Icon: "key-round", Text: "Secret key ••••7e17",
			Detail: "Active", Team: "Acme Books",
			Environment: at("development")}}}
	request := pages.SearchGroup{Name: "requests", Title: "Request", Results: []pages.SearchResult{
		{Href: "/desk/teams/acme", Icon: "activity", Text: "Request j5q6k7m2n3p4r5s6t7u2v3w4x5", Team: "Acme Books",
			Environment: at("development")}}}
	desk := pages.SearchGroup{Name: "teams", Title: "Teams and environments", More: "/desk/teams?q=o",
		Results: []pages.SearchResult{
			{Href: "/desk/teams/acme", Icon: "building-2", Name: "Acme Books", Detail: "At the desk"},
			{Href: "/desk/teams/umami", Icon: "building-2", Name: "Umami Foods", Detail: "At the desk"}}}
	held := searchPage(sol, "")
	held.HeldKey = true
	return []state{
		{"switcher-many", switcherMany()},
		{"search", searchPage(ade, "", teams, visit, act)},
		{"search-found", searchPage(ade, "acme prod", teams, visit, act, people)},
		{"search-key-ending", searchPage(ade, "7e17", keys)},
		{"search-desk", searchPage(sol, "o", desk, people)},
		{"search-request", searchPage(sol, "j5q6k7m2n3p4r5s6t7u2v3w4x5", request)},
		{"search-nothing", searchPage(ade, "nothing is called like this")},
		{"search-held-key", held},
		{"shortcuts", pages.Shortcuts{Base: plain("Keyboard shortcuts", sol), Groups: []pages.ShortcutGroup{
			{Name: "Everywhere", Shortcuts: []pages.Shortcut{{Keys: []string{"Ctrl", "K"}, Text: "Search (⌘ K on a Mac)"},
				{Keys: []string{"/"}, Text: "Search"}, {Keys: []string{"?"}, Text: "This sheet"}}},
			{Name: "In a team", Shortcuts: []pages.Shortcut{{Keys: []string{"g", "k"}, InTurn: true, Text: "API keys"},
				{Keys: []string{"g", "u"}, InTurn: true, Text: "Usage"}}},
			{Name: "At the solutions desk", Shortcuts: []pages.Shortcut{
				{Keys: []string{"g", "r"}, InTurn: true, Text: "Requests"}}}}}},
	}
}

// switcherMany is a page of somebody in many teams, in an environment that ends soon and has alarms.
func switcherMany() pages.Overview {
	page := overview("production")
	all := page.Team.Environments
	all[1].Alarms = 1
	all[2].Alarms, all[2].AlarmsBad, all[2].Ends, all[2].Pending = 2, true, now.Add(12*day), true
	page.Environment = &all[2]
	page.Team.Others, page.Team.MoreTeams = nil, 23
	for _, slug := range []string{"umami", "zen", "umami-2", "zen-2", "umami-3", "zen-3", "umami-4", "zen-4"} {
		other := layout.TeamLink{Slug: slug, Name: "Umami Foods", Environments: environments(layout.Locked)}
		if slug[0] == 'z' {
			other.Name = "Zen Garden"
			other.Environments[1].Alarms = 1
		}
		page.Team.Others = append(page.Team.Others, other)
	}
	return page
}

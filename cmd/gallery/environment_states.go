package main

import (
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

var (
	publishable = &pages.KeyFacts{ID: "k1", Ending: publishableText[36:], CreatedAt: ago(46 * day),
		CreatedBy: "Sol Marchetti"}
	secret = &pages.KeyFacts{ID: "k2", Ending: secretText[36:], CreatedAt: ago(12 * day), CreatedBy: "Ade Okafor",
		ViewedAt: ago(3 * time.Hour), ViewedBy: "Dev Castellano"}
	agreement = &pages.Agreement{Reference: "MSA-2026-014",
		Ends: time.Date(2027, time.June, 30, 23, 59, 59, 0, time.UTC)}
	steps = []pages.Step{
		{Done: true, Text: "Unlock Production", Href: "#"},
		{Text: "Send the first interaction", Detail: "Run one of the programs below.", Href: "#try", Awaited: true},
		{Text: "Put the secret key into your server",
			Detail: "Copy it from API keys into your server's secrets, never into a repository.",
			Href:   "/t/acme/production/keys"},
		{Text: "Invite a colleague", Href: "/t/acme/members"},
		{Text: "Protect the secret key", Detail: "Refuse it from browsers, or let only admins view Production's.",
			Href: "/t/acme/production/settings"},
	}
	entries = []pages.Entry{
		{At: ago(40 * time.Second), Actor: "Ade Okafor", ActorKind: "member", Sentence: "viewed the secret key",
			Address: "203.0.113.24", Environment: "production"},
		{At: ago(22 * time.Minute), Actor: "Sol Marchetti", ActorKind: "engineer",
			Sentence: "revoked the secret key and issued a new one",
			Note:     "Seen in a public repository, acme/storefront, since this morning.", Address: "198.51.100.7",
			Environment: "production"},
		{At: ago(3 * time.Hour), Actor: "Dev Castellano", ActorKind: "member", Sentence: "copied the secret key",
			Address: "2001:db8:85a3::8a2e:370:7334", Environment: "production"},
		{At: ago(26 * time.Hour), Actor: "Dojo", ActorKind: "system",
			Sentence: "ended a retiring secret key: its grace period was over", Environment: "development"},
		{At: ago(12 * day), Actor: "Ade Okafor", ActorKind: "member",
			Sentence: "revoked the secret key with a grace period of 24 hours and got a new one",
			Note:     "Yearly rotation", Address: "203.0.113.24", Environment: "development"},
		{At: ago(46 * day), Actor: "Olivia Brandt", ActorKind: "member", Sentence: "signed in", Address: "203.0.113.9"},
	}
)

func overview(slug string) pages.Overview {
	return pages.Overview{
		Base: inside("Overview", layout.Overview, slug), Agreement: agreement, Publishable: publishable, Secret: secret,
		PublishableText: publishableText, APIURL: apiURL, Retiring: 1, Products: 152, Users: 1840,
		Interactions:    1204331,
		LastInteraction: ago(2 * time.Minute), Recent: entries[:4],
	}
}

func environmentStates() []state {
	fresh := overview("production")
	fresh.Products, fresh.Users, fresh.Interactions, fresh.LastInteraction, fresh.Retiring = 0, 0, 0, time.Time{}, 0
	fresh.Secret = &pages.KeyFacts{ID: "k2", Ending: secretText[36:], CreatedAt: ago(time.Minute),
		CreatedBy: "Sol Marchetti"}
	fresh.Recent, fresh.Steps, fresh.Use = nil, steps, &pages.OverviewUse{}

	ending := overview("development")
	ending.Agreement = &pages.Agreement{Reference: "MSA-2026-014", Ends: now.Add(9 * day)}
	ending.Secret, ending.Publishable, ending.PublishableText = nil, nil, ""

	trial := overview("development")
	trial.Agreement = &pages.Agreement{Reference: "Trial of 9 November 2026", Ends: now.Add(9 * day), Trial: true}
	trial.Day = pages.DayUse{Used: 812, Limit: 1000}

	used := overview("production")
	used.Day = pages.DayUse{Used: 50000, Limit: 50000}

	soon := overview("production")
	soon.Base, soon.Agreement = endingBase("Overview", layout.Overview), &pages.Agreement{Reference: "MSA-2026-014",
		Ends: now.Add(12*day - time.Nanosecond)}

	ended := overview("production")
	ended.Base, ended.Agreement = lockedAgain("Overview", layout.Overview), nil

	asked := ended
	lock := *ended.Lock
	lock.Request, lock.AskedBy, lock.AskedAt = "/t/acme/production/unlock-requests/r3", "Ade Okafor", ago(35*time.Minute)
	asked.Lock = &lock
	asked.Environment = &layout.Environment{Slug: "production", Name: "Production", State: layout.Locked, Pending: true}

	byEngineer := ended
	byEngineer.MayRequest = false
	byEngineer.Lock = &layout.Lock{Since: ago(3 * time.Hour), By: "Sol Marchetti (solutions engineer)",
		Reason: "The secret key is in a public repository. Rotate it, and write to us."}

	playground := overview("playground")
	playground.Agreement, playground.Retiring = nil, 0
	playground.Products, playground.Users, playground.Interactions = 150, 80, 3000
	return []state{
		{"overview-playground", playground},
		{"overview-development-ending", ending},
		{"overview-production", overview("production")},
		{"overview-new", fresh},
		{"overview-trial", trial},
		{"overview-limit-reached", used},
		{"overview-ends-soon", soon},
		{"overview-locked-again", ended},
		{"overview-locked-again-asked", asked},
		{"overview-locked-by-engineer", byEngineer},
	}
}

func activityStates() []state {
	base := inside("Activity", layout.Activity, "production")
	return []state{
		{"activity", pages.Activity{Base: base, Bar: activityBar("", "", ""), Entries: entries[:4],
			Pager: pages.Pager{Older: "?before=1"}}},
		{"activity-team", pages.Activity{Base: teamWide("Team activity", layout.TeamActivity),
			Bar: activityBar("", "2026-11-01", "2026-11-23"), Entries: entries,
			Pager: pages.Pager{Newer: "?after=1", Older: "?before=1"}}},
		{"activity-none", pages.Activity{Base: base, Bar: activityBar("", "", "")}},
		{"activity-filtered-none", pages.Activity{Base: base, Bar: activityBar("nori", "", "")}},
		{"activity-range-wrong", pages.Activity{Base: base, Bar: rangeWrong(activityBar("", "2026-11-25", "2026-11-20"))}},
	}
}

// activityBar is the bar of an activity list that is narrowed to a search and days.
func activityBar(query, from, to string) pages.ListBar {
	return pages.ListBar{
		Label: "Search the activity", Hint: "Name, address, note", Query: query,
		Filters: []pages.ListFilter{{Name: "what", Label: "What", All: "Everything", Options: whats},
			{Name: "who", Label: "Who", All: "Everyone", Options: whos}},
		Dates: &pages.ListDates{From: from, To: to, Local: true, Zone: "Europe/Berlin"},
		CSV:   "?format=csv", JSONLines: "?format=jsonl", All: "?",
	}
}

func rangeWrong(bar pages.ListBar) pages.ListBar {
	bar.Dates.Error = "The first day comes after the last one."
	return bar
}

// The choices of an activity list.
var (
	whats = []pages.Option{{Value: "keys", Label: "Keys"}, {Value: "unlocks", Label: "Unlock requests"},
		{Value: "sign-in", Label: "Sign-in"}}
	whos = []pages.Option{{Value: "1", Label: "Ade Okafor"}, {Value: "2", Label: "Sol Marchetti"}}
)

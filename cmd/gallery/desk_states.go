package main

import (
	"slices"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

var members = []pages.Member{
	{Name: "Olivia Brandt", Email: "olivia@acme.example", Role: "Owner"},
	{Name: "Ade Okafor", Email: "ade@acme.example", Role: "Admin"},
	{Name: "Dev Castellano", Email: "dev@acme.example", Role: "Developer"},
	{Name: "Vic Lindqvist", Email: "vic@acme.example", Role: "Viewer"},
}

func row(request pages.UnlockRequest, slug, name, env string) pages.DeskRequestRow {
	return pages.DeskRequestRow{UnlockRequest: request, TeamSlug: slug, TeamName: name,
		Environment: environment(env, layout.Locked)}
}

func deskEnvironments() []pages.DeskEnvironment {
	envs := environments(layout.Locked)
	keys := []pages.DeskKey{
		{KeyFacts: *publishable, Kind: models.Publishable},
		{KeyFacts: *secret, Kind: models.Secret},
		{KeyFacts: *secret, Kind: models.Secret, Until: now.Add(19 * time.Hour)},
	}
	return []pages.DeskEnvironment{
		{Environment: envs[0], Keys: keys[:2], Interactions: 3000},
		{Environment: envs[1], Keys: keys, Agreement: agreement, Interactions: 48122},
		{Environment: envs[2]},
	}
}

func deskStates() []state {
	return slices.Concat(deskHomeStates(), requestsStates(), requestStates(), deskTeamStates(), compromiseStates(),
		receiptStates(), processStates())
}

func deskTeamStates() []state {
	base := desk("Teams", layout.DeskTeams)
	rows := []pages.DeskTeamRow{
		{Slug: "acme", Name: "Acme Books", CreatedAt: ago(90 * day), Members: 4,
			Environments: environments(layout.Locked), Pending: 1, Today: 12400, LastActivity: ago(35 * time.Minute),
			Agreements: []pages.Agreement{*agreement}},
		{Slug: "umami", Name: "Umami Foods", CreatedAt: ago(400 * day), Members: 2, Today: 1048576,
			LastActivity: ago(3 * day), Environments: environments(layout.Unlocked),
			Agreements: []pages.Agreement{{Reference: "MSA-2025-002", Ends: now.Add(20 * day)},
				{Reference: "MSA-2026-020", Ends: now.Add(400 * day)}}},
		{Slug: "zen", Name: "Zen Garden", CreatedAt: ago(2 * day), Members: 1, Environments: environments(layout.Locked),
			Deleted: true},
	}
	team := pages.DeskTeam{
		Base: desk("Acme Books", layout.DeskTeams), Slug: "acme", Name: "Acme Books", CreatedAt: ago(90 * day),
		Environments: deskEnvironments(),
		Members:      members,
		Requests: []pages.DeskRequestRow{row(pending, "acme", "Acme Books", "production"),
			row(declined, "acme", "Acme Books", "production"), row(lapsed, "acme", "Acme Books", "development")},
		Notes: []pages.Reply{{At: ago(3 * day), By: "Sol Marchetti", ByKind: models.AsEngineer,
			Text: "Olivia decides; Ade builds. They move shops in December: https://crm.example/acme"}},
		Recent: entries,
	}
	shut := team
	shut.Viewing.Refused, shut.Notes = true, nil
	wrong := team
	wrong.Viewing.Error, wrong.NoteError = "Say why you look. The team reads it.", "Write a note first."
	return []state{
		{"desk-team-viewing-refused", shut},
		{"desk-team-forms-rejected", wrong},
		{"desk-teams", pages.DeskTeams{Base: base, Bar: teamsBar(""), Rows: rows,
			Pager: pages.Pager{Older: "?after=umami"}}},
		{"desk-teams-search-none", pages.DeskTeams{Base: base, Bar: teamsBar("zen")}},
		{"desk-team", team},
	}
}

func compromiseStates() []state {
	base := desk("Compromised key", layout.DeskCompromise)
	found := pages.FoundKey{DeskKey: pages.DeskKey{KeyFacts: *secret, Kind: models.Secret}, TeamSlug: "acme",
		TeamName: "Acme Books", Environment: environment("production", layout.Unlocked)}

	found.Use = *use(callers[:2])

	done := found
	done.RevokedAt, done.RevokedBy, done.Why = ago(time.Second), "Sol Marchetti", "Seen in a public repository."
	done.Receipt = refused

	ending := found
	ending.Until = now.Add(19 * time.Hour)

	long := found
	long.Use = pages.KeyUse{}
	long.RevokedAt, long.RevokedBy, long.Why = ago(46*day), "Olivia Brandt", "Rotation"
	return []state{
		{"desk-compromise", pages.DeskCompromise{Base: base}},
		{"desk-compromise-malformed",
			pages.DeskCompromise{Base: base, KeyError: "A key has 40 characters: this has 12."}},
		{"desk-compromise-unknown", pages.DeskCompromise{Base: base, Unknown: true}},
		{"desk-compromise-several", pages.DeskCompromise{Base: base, Several: []pages.FoundKeyLine{
			{ID: "k1", Kind: models.Secret, Ending: "425f", State: models.Active, TeamName: "Acme Books",
				Environment: environment("production", layout.Unlocked)},
			{ID: "k2", Kind: models.Publishable, Ending: "07c1", State: models.Retiring, TeamName: "Acme Books",
				Environment: environment("development", layout.Unlocked)},
			{ID: "k3", Kind: models.Secret, Ending: "9e3a", State: models.Revoked, TeamName: "مكتبة النور",
				Environment: environment("production", layout.Unlocked)},
		}}},
		{"desk-compromise-found", pages.DeskCompromise{Base: base, Found: &found}},
		{"desk-compromise-rejected",
			pages.DeskCompromise{Base: base, Found: &found, Replace: "no",
				ReasonError: "Say what happened: the team has to know."}},
		{"desk-compromise-retiring", pages.DeskCompromise{Base: base, Found: &ending}},
		{"desk-compromise-done", pages.DeskCompromise{Base: base, Found: &done}},
		{"desk-compromise-revoked", pages.DeskCompromise{Base: base, Found: &long}},
	}
}

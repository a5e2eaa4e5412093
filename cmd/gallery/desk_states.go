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
	all := append(requestsStates(), requestStates()...)
	return slices.Concat(all, deskTeamStates(), compromiseStates(), receiptStates(), processStates())
}

func requestsStates() []state {
	base := desk("Unlock requests", layout.DeskRequests)
	waiting := []pages.DeskRequestRow{
		row(pages.UnlockRequest{ID: "r9", State: models.Pending, UseCase: "Checkout upsells", AskedAt: ago(3 * day),
			AskedBy: "Uma Reyes"}, "umami", "Umami Foods", "development"),
		row(pending, "acme", "Acme Books", "production"),
	}
	decided := []pages.DeskRequestRow{row(declined, "acme", "Acme Books", "production"),
		row(withdrawn, "acme", "Acme Books", "production"), row(approved, "acme", "Acme Books", "development")}
	return []state{
		{"desk-requests", pages.DeskRequests{Base: base, PendingCount: 2, Rows: waiting}},
		{"desk-requests-decided",
			pages.DeskRequests{Base: base, Decided: true, PendingCount: 2, Rows: decided,
				Pager: pages.Pager{Older: "?before=1"}}},
		{"desk-requests-none", pages.DeskRequests{Base: base}},
	}
}

func requestStates() []state {
	open := pages.DeskRequest{
		Base: desk("Acme Books: Production", layout.DeskRequests), Request: pending, TeamSlug: "acme",
		TeamName: "Acme Books", TeamSince: ago(90 * day),
		Environment: environment("production", layout.Locked), Environments: deskEnvironments(), Members: members,
		Earlier: []pages.DeskRequestRow{row(declined, "acme", "Acme Books", "production"),
			row(approved, "acme", "Acme Books", "development")},
	}
	rejected := open
	rejected.Reference, rejected.Ends, rejected.EndsError = "MSA-2026-014", "2026-11-01",
		"Choose a day in the future: 1 Nov 2026 is over."

	decided := open
	decided.Request = approved

	conflict := open
	conflict.Request, conflict.Conflict, conflict.Earlier = declined, true, nil
	return []state{
		{"desk-request", open},
		{"desk-request-rejected", rejected},
		{"desk-request-decided", decided},
		{"desk-request-conflict", conflict},
	}
}

func deskTeamStates() []state {
	base := desk("Teams", layout.DeskTeams)
	rows := []pages.DeskTeamRow{
		{Slug: "acme", Name: "Acme Books", CreatedAt: ago(90 * day), Members: 4,
			Environments: environments(layout.Locked), Pending: 1},
		{Slug: "umami", Name: "Umami Foods", CreatedAt: ago(400 * day), Members: 2,
			Environments: environments(layout.Unlocked)},
	}
	team := pages.DeskTeam{
		Base: desk("Acme Books", layout.DeskTeams), Slug: "acme", Name: "Acme Books", CreatedAt: ago(90 * day),
		Environments: deskEnvironments(),
		Members:      members, Pending: []pages.DeskRequestRow{row(pending, "acme", "Acme Books", "production")},
		Recent: entries,
	}
	return []state{
		{"desk-teams", pages.DeskTeams{Base: base, Total: 2, Rows: rows, Pager: pages.Pager{Older: "?after=umami"}}},
		{"desk-teams-search-none", pages.DeskTeams{Base: base, Total: 2, Query: "zen"}},
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
		{"desk-compromise-found", pages.DeskCompromise{Base: base, Found: &found}},
		{"desk-compromise-rejected",
			pages.DeskCompromise{Base: base, Found: &found, Replace: "no",
				ReasonError: "Say what happened: the team has to know."}},
		{"desk-compromise-retiring", pages.DeskCompromise{Base: base, Found: &ending}},
		{"desk-compromise-done", pages.DeskCompromise{Base: base, Found: &done}},
		{"desk-compromise-revoked", pages.DeskCompromise{Base: base, Found: &long}},
	}
}

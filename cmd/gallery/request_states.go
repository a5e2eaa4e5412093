package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

var replies = []pages.Reply{
	{At: ago(30 * time.Minute), By: "Sol Marchetti", ByKind: models.AsEngineer,
		Text: "Thank you. Which site will it be on, and is the contract at https://contracts.example/MSA-2026-014 signed?"},
	{At: ago(20 * time.Minute), By: "Ade Okafor", ByKind: models.AsMember,
		Text: "On https://acmebooks.example and nowhere else.\n\nOlivia signs it on Monday."},
}

// bar is what stands above a list that was searched.
func bar(query, hint string) pages.ListBar {
	return pages.ListBar{Label: "Search", Hint: hint, Query: query, CSV: "?format=csv", All: "?"}
}

func teamsBar(query string) pages.ListBar {
	b := bar(query, "Name, address, member, reference")
	b.Count = "2 teams"
	b.Filters = []pages.ListFilter{{Name: "state", Label: "Show", All: "All teams",
		Options: []pages.Option{{Value: "ending", Label: "Ending within 30 days"}}}}
	b.Sorts = []pages.Option{{Label: "Name"}, {Value: "newest", Label: "Newest"}}
	return b
}

func requestsBar(query string) pages.ListBar {
	b := bar(query, "Team, member, use, reference")
	b.Filters = []pages.ListFilter{{Name: "environment", Label: "Environment", All: "All",
		Options: []pages.Option{{Value: "production", Label: "Production"}}}}
	b.Sorts = []pages.Option{{Label: "Longest waiting"}, {Value: "newest", Label: "Newest"}}
	return b
}

func deskHomeStates() []state {
	base := desk("Today", layout.DeskHome)
	busy := pages.DeskHome{
		Base: base, WaitingCount: 12,
		Waiting: []pages.DeskRequestRow{row(pending, "acme", "Acme Books", "production")},
		Ending: []pages.DeskEnding{{TeamSlug: "umami", TeamName: "Umami Foods", Reference: "MSA-2025-002",
			Environment: environment("development", layout.Unlocked), Ends: now.Add(6 * day)}},
		Looks: []pages.DeskLooks{
			{Icon: "shield-alert", Title: "Keys where they should not be", Rows: []pages.DeskLook{{
				Href: "/desk/teams/acme", Text: "Acme Books", Environment: models.Development,
				Detail: "Secret key in a browser, seen", At: ago(2 * time.Hour)}}},
			{Icon: "hourglass", Title: "Retiring keys that are still used"},
			{Icon: "mail-check", Title: "Mail that reached nobody", All: "/desk/mail", Rows: []pages.DeskLook{{
				Href: "/desk/mail", Text: "uma@umami.example", Detail: "Invitation, given up", At: ago(5 * time.Hour)}}},
		},
		Deeds: entries[:2],
	}
	return []state{{"desk-home", busy}, {"desk-home-quiet", pages.DeskHome{Base: base}},
		{"desk-home-first", pages.DeskHome{Base: base, First: &pages.DeskNewTeam{Base: base, PublicURL: publicURL}}}}
}

func teamRequestStates() []state {
	waiting := pages.Request{Base: lockedBase(), Request: pending, CanRequest: true,
		Conversation: pages.Conversation{Replies: replies, Action: "/t/acme/production/unlock-requests/r3/replies",
			Hint: "Your team and the solutions engineers read it, and are told by mail."}}
	viewer := waiting
	viewer.Person, viewer.CanRequest, viewer.Conversation.Action, viewer.Conversation.Replies = vic, false, "", nil
	decided := waiting
	decided.Request = declined
	withdrawn := waiting
	withdrawn.Request.State, withdrawn.Request.DecidedBy = models.Withdrawn, ade.Name
	withdrawn.Request.DecidedAt, withdrawn.ResumableUntil = ago(4*time.Minute), ago(-6*time.Minute)
	rejected := waiting
	rejected.Conversation.Text, rejected.Conversation.Error = "Books!", "This is too long: the limit is 4000 characters."
	return []state{
		{"request", waiting},
		{"request-viewer", viewer},
		{"request-decided", decided},
		{"request-withdrawn", withdrawn},
		{"request-rejected", rejected},
	}
}

func requestsStates() []state {
	base := desk("Unlock requests", layout.DeskRequests)
	replied := row(pending, "acme", "Acme Books", "production")
	replied.LastReply = &pages.Reply{By: "Sol Marchetti", ByKind: models.AsEngineer, At: ago(10 * time.Minute),
		Text: "Which site?"}
	waiting := []pages.DeskRequestRow{
		row(pages.UnlockRequest{ID: "r9", State: models.Pending, UseCase: "Checkout upsells", AskedAt: ago(3 * day),
			AskedBy: "Uma Reyes"}, "umami", "Umami Foods", "development"),
		replied,
	}
	decided := []pages.DeskRequestRow{row(declined, "acme", "Acme Books", "production"),
		row(withdrawn, "acme", "Acme Books", "production"),
		row(lapsed, "umami", "Umami Foods", "production"), row(approved, "acme", "Acme Books", "development")}
	return []state{
		{"desk-requests", pages.DeskRequests{Base: base, Bar: requestsBar(""), PendingCount: 2, Rows: waiting}},
		{"desk-requests-decided",
			pages.DeskRequests{Base: base, Bar: requestsBar(""), Decided: true, PendingCount: 2, Rows: decided,
				Pager: pages.Pager{Older: "?before=1"}}},
		{"desk-requests-none", pages.DeskRequests{Base: base, Bar: requestsBar("")}},
		{"desk-requests-search-none", pages.DeskRequests{Base: base, Bar: requestsBar("zen")}},
	}
}

func requestStates() []state {
	open := pages.DeskRequest{
		Base: desk("Acme Books: Production", layout.DeskRequests), Request: pending, TeamSlug: "acme",
		TeamName: "Acme Books", TeamSince: ago(90 * day),
		Environment: environment("production", layout.Locked), Environments: deskEnvironments(), Members: members,
		Earlier: []pages.DeskRequestRow{row(declined, "acme", "Acme Books", "production"),
			row(approved, "acme", "Acme Books", "development")},
		Conversation: pages.Conversation{Action: "/desk/requests/r3/replies",
			Hint: "The team reads it, and is told by mail."},
	}
	prepared := open
	prepared.Prepared = []pages.PreparedAgreement{
		{Agreement: pages.Agreement{ID: "a1", Reference: "MSA-2026-014", Ends: now.AddDate(1, 0, 0)}},
		{Agreement: pages.Agreement{ID: "a2", Reference: "MSA-2026-031"}, First: now.Add(9 * day)},
	}

	renewal := prepared
	renewal.Renews = &pages.Agreement{ID: "a0", Reference: "MSA-2025-002", Ends: ago(4 * day)}
	renewal.RenewsEnded = true

	talking := open
	talking.Conversation.Replies = replies
	talking.Conversation.Text, talking.Conversation.Error = "", "Write a reply first."

	own := open
	own.Own = true

	rejected := open
	rejected.Reference, rejected.Ends, rejected.EndsError = "MSA-2026-014", "2026-11-01",
		"Choose a day in the future: 1 Nov 2026 is over."

	decided := open
	decided.Request, decided.UndoneUntil = approved, now.Add(9*time.Minute)
	decided.Request.DecidedAt = ago(time.Minute)

	conflict := open
	conflict.Request, conflict.Conflict, conflict.Earlier = declined, true, nil
	return []state{
		{"desk-request", open}, {"desk-request-prepared", prepared},
		{"desk-request-renewal", renewal},
		{"desk-request-conversation", talking},
		{"desk-request-own", own},
		{"desk-request-rejected", rejected},
		{"desk-request-decided", decided},
		{"desk-request-conflict", conflict},
	}
}

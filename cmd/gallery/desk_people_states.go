package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func deskPeopleStates() []state {
	mailBase := desk("Mail", layout.DeskMail)
	mailBase.TroubledMails = 2
	logBase := desk("Mail", layout.DeskMail)
	logBase.MailToLog = true
	logBase.ProxyFaults = []layout.ProxyFault{
		{Says: "This check tells of a client's request (X-Forwarded-Method, X-Forwarded-Uri, X-Original-URI …) and " +
			"comes from 10.0.0.5, which is not in DOJO_TRUSTED_PROXIES. " +
			"If that is your proxy, add its address there. To have the key alone checked, send none of these headers.",
			Times: 1204, Last: ago(time.Minute)},
	}
	rows := []pages.TroubledMail{
		{ID: "m1", Recipient: "nia@acme.example", Kind: "Invitation", CreatedAt: ago(20 * time.Minute), Tries: 3,
			NextTry: now.Add(10 * time.Minute), LastError: "421 4.7.0 Try again later, closing connection."},
		{ID: "m2", Recipient: "someone-with-a-long-address@subsidiary.company.example", Kind: "New password",
			CreatedAt: ago(2 * day), Tries: 6, GivenUp: ago(day),
			LastError: "550 5.1.1 The email account that you tried to reach does not exist. " +
				"https://support.example/mail/?p=NoSuchUser-a-very-long-word-without-any-break"},
	}
	form := pages.DeskNewTeam{Base: desk("New team", layout.DeskTeams), PublicURL: publicURL}
	rejected := form
	rejected.Name, rejected.Slug, rejected.Email = "Acme Books", "acme", "olivia"
	rejected.SlugError, rejected.EmailError = "This name is taken. Choose another.",
		"That is not an email address. It should look like name@company.example."

	deleted := pages.DeskTeam{
		Base: desk("Zen Garden", layout.DeskTeams), Slug: "zen", Name: "Zen Garden", CreatedAt: ago(90 * day),
		Members: members[:1], Environments: deskEnvironments()[2:],
		Deletion: &pages.Deletion{By: "Zoe Adler", At: ago(4 * day), Until: now.Add(26 * day)},
	}
	over := deleted
	over.Deletion = &pages.Deletion{By: "Zoe Adler", At: ago(40 * day), Until: ago(10 * day)}

	fresh := pages.DeskTeam{
		Base: desk("Zen Garden", layout.DeskTeams), Slug: "zen", Name: "Zen Garden", CreatedAt: ago(time.Minute),
		Environments: deskEnvironments(),
		Invitations: []pages.InvitationRow{{Email: "zoe@zen.example", Role: models.Owner, InvitedBy: "Sol Marchetti",
			SentAt: ago(time.Minute), LapsesAt: now.Add(7 * day)}},
	}
	return []state{
		{"desk-team-new", form},
		{"desk-team-new-rejected", rejected},
		{"desk-team-fresh", fresh},
		{"desk-team-deleted", deleted},
		{"desk-team-deleted-over", over},
		{"desk-mail", pages.DeskMail{Base: mailBase, Rows: rows}},
		{"desk-mail-log", pages.DeskMail{Base: logBase}},
	}
}

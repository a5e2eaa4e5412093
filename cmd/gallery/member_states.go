package main

import (
	"fmt"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func memberRows() []pages.MemberRow {
	return []pages.MemberRow{
		{UserID: "u1", Name: "Olivia Brandt", Email: "olivia@acme.example", Role: models.Owner, Since: ago(90 * day),
			SecondFactor: true, Me: true, CanChange: false},
		{UserID: "u2", Name: "Ade Okafor", Email: "ade@acme.example", Role: models.Admin, Since: ago(80 * day),
			SecondFactor: true, CanChange: true, CanRemove: true, CanHandOver: true},
		{UserID: "u3", Name: "Dev Castellano", Email: "dev@acme.example", Role: models.Developer, Since: ago(40 * day),
			CanChange: true, CanRemove: true, CanHandOver: true},
		{UserID: "u4", Name: "Vic Lindqvist-Papadopoulos van der Meer",
			Email: "vic.lindqvist-papadopoulos@acme.example", Role: models.Viewer, Since: ago(2 * day), CanChange: true,
			CanRemove: true, CanHandOver: true},
	}
}

func memberStates() []state {
	olivia := &layout.Person{Name: "Olivia Brandt", Email: "olivia@acme.example"}
	owner := pages.Members{
		Base: teamWide("Members", layout.Members), Rows: memberRows(), Listed: memberRows(),
		Bar: membersBar(""), CanManage: true, SecondFactorRequired: true,
		Roles: []models.Role{models.Viewer, models.Developer, models.Admin, models.Owner},
		Invitations: []pages.InvitationRow{
			{ID: "i1", Email: "nia@acme.example", Role: models.Developer, InvitedBy: "Olivia Brandt",
				SentAt: ago(2 * day), LapsesAt: now.Add(5 * day), CanChange: true},
			{ID: "i2", Email: "former@acme.example", Role: models.Viewer, InvitedBy: "Ade Okafor", SentAt: ago(9 * day),
				LapsesAt: ago(2 * day), CanChange: true},
		},
	}
	owner.Person = olivia

	link := owner
	link.MailToLog = true
	link.Flash = &layout.Flash{Text: "Hand this link over to nia@acme.example",
		Detail: "No mail server is set up, so nobody was sent it. It is shown only now and works once, for 7 days; " +
			"earlier links of the invitation have ended.",
		Link: publicURL + "/invite/0J4tVq9yBnW2xkRr7sPzLm3cTfHgD8eA1uQwYiKjN5o"}

	rejected := owner
	rejected.Invitations, rejected.SecondFactorRequired = nil, false
	rejected.Invite = pages.InviteForm{Email: "dev@acme.example", Role: models.Admin,
		EmailError: "This person is a member already. Change the role in the list."}

	remove := owner
	remove.Dialog = &pages.MembersDialog{Kind: pages.RemoveDialog, UserID: "u3", Name: "Dev Castellano"}

	handOver := owner
	handOver.Dialog = &pages.MembersDialog{Kind: pages.HandOverDialog, UserID: "u2", Name: "Ade Okafor"}

	viewer := pages.Members{Base: teamWide("Members", layout.Members), Rows: memberRows(), Listed: memberRows(),
		Bar: membersBar(""), CanLeave: true,
		Managers: []string{"Olivia Brandt", "Ade Okafor"}}
	viewer.Person = vic
	for i := range viewer.Rows {
		m := &viewer.Listed[i]
		m.Me, m.CanChange, m.CanRemove, m.CanHandOver = i == 3, false, false, false
	}
	filtered := owner
	filtered.Bar, filtered.Listed = membersBar("nobody"), nil
	many := owner
	many.Listed, many.Pager = nil, pages.Pager{Newer: "?above=0-a", Older: "?below=0-b"}
	many.Bar.Count = "412 members"
	for i := range 50 {
		many.Listed = append(many.Listed, pages.MemberRow{UserID: fmt.Sprint("m", i), Name: fmt.Sprint("Member ", i+51),
			Email: fmt.Sprintf("member-%d@acme.example", i+51), Role: models.Developer, Since: ago(time.Duration(i) * day),
			CanChange: true, CanRemove: true})
	}
	leave := viewer
	leave.Dialog = &pages.MembersDialog{Kind: pages.LeaveDialog}
	return []state{
		{"members", owner},
		{"members-filtered-none", filtered},
		{"members-many", many},
		{"members-invite-link", link},
		{"members-invite-rejected", rejected},
		{"members-remove", remove},
		{"members-hand-over", handOver},
		{"members-viewer", viewer},
		{"members-leave", leave},
	}
}

func settingsStates() []state {
	owner := pages.TeamSettings{
		Base: teamWide("Settings", layout.TeamSettings), Name: "Acme Books", Slug: "acme", PublicURL: publicURL,
		ProductionSecret: models.Developer,
		Members:          4, Lacking: 2, MeLacking: true, CanManage: true, CanOwn: true,
	}
	required := owner
	required.SecondFactorRequired, required.Lacking, required.MeLacking, required.ProductionSecret = true, 0, false,
		models.Admin

	admin := required
	admin.CanOwn, admin.Owners, admin.Lacking, admin.Slug, admin.SlugError = false, []string{"Olivia Brandt"}, 1,
		"Acme!", "Use 1 to 40 lowercase letters, digits and hyphens, beginning and ending with a letter or digit."

	viewer := owner
	viewer.CanManage, viewer.CanOwn, viewer.Person, viewer.Managers = false, false, vic,
		[]string{"Olivia Brandt", "Ade Okafor"}

	deletion := owner
	deletion.Delete = &pages.DeleteTeamForm{Confirm: "acme",
		ConfirmError: "Type the team’s name, Acme Books, to confirm."}
	return []state{
		{"settings", owner},
		{"settings-required", required},
		{"settings-admin-rejected", admin},
		{"settings-viewer", viewer},
		{"settings-delete", deletion},
	}
}

// guestBase is the frame of a page of the team that is open to guests.
func guestBase(title string, section layout.Section) pages.Base {
	e := environment("playground", layout.Locked)
	return pages.Base{
		Title: title, Now: now, Guest: true, Section: section, Environment: &e,
		Team: &layout.Team{Slug: "explore", Name: "Explore", Environments: []layout.Environment{e}},
	}
}

func guestStates() []state {
	overview := pages.Overview{
		Base: guestBase("Overview", layout.Overview), Publishable: publishable, PublishableText: publishableText,
		APIURL:   apiURL,
		Products: 150, Users: 400, Interactions: 3000, LastInteraction: ago(2 * day),
	}
	keys := pages.Keys{Base: guestBase("API keys", layout.Keys), Publishable: publishable,
		PublishableText: publishableText, APIURL: apiURL}
	member := keys
	member.Person = vic
	return []state{{"guest", overview}, {"guest-keys", keys}, {"guest-keys-signed-in", member}}
}

func membersBar(query string) pages.ListBar {
	return pages.ListBar{
		Label: "Search members", Hint: "Name, address", Query: query,
		Filters: []pages.ListFilter{{Name: "role", Label: "Role", All: "Any",
			Options: []pages.Option{{Value: "viewer", Label: "Viewer"}, {Value: "owner", Label: "Owner"}}}},
		Sorts: []pages.Option{{Label: "Name"}, {Value: "role", Label: "Role"}, {Value: "newest", Label: "Newest"}},
		Count: "4 members", CSV: "?format=csv", JSONLines: "?format=jsonl", All: "?",
	}
}

package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// told is a notification of the team's Production, as its admin is told of it.
func told(event models.Event, since time.Duration, who string, as models.Capacity, isNew bool,
	detail models.NotificationDetail) pages.NotificationRow {
	said := words.NotificationOf(models.Told{
		Team: "Acme Books", TeamSlug: "acme",
		Notification: models.Notification{Event: event, At: ago(since), TeamID: "t1", Environment: models.Production,
			SubjectID: "s1", Actor: models.Signature{Name: who, Capacity: as}, Detail: detail},
	})
	return pages.NotificationRow{Href: "/notifications/1", Title: said.Title, Happened: said.Happened,
		Quote: said.Quote, At: ago(since), New: isNew, Environment: models.Production}
}

func notificationStates() []state {
	ends, retires := now.Add(365*day), now.Add(7*day)
	full := pages.Notifications{
		Base: plain("Notifications", ade), First: true, UpTo: "9", Older: "/notifications?from=1",
		Rows: []pages.NotificationRow{
			told(models.RequestApprovedEvent, 12*time.Minute, "Sol Marchetti", models.AsEngineer, true,
				models.NotificationDetail{Agreement: "MSA-2026-014", EndsAt: &ends}),
			told(models.RequestRepliedEvent, 3*time.Hour, "Sol Marchetti", models.AsEngineer, true,
				models.NotificationDetail{Text: "Which countries do you ship to? The licence for the catalogue " +
					"covers Europe.\nA rough number of requests a day would help, too."}),
			told(models.ExposureSeenEvent, 5*time.Hour, "Dojo", models.AsSystem, true,
				models.NotificationDetail{KeyKind: models.Secret, Exposure: models.SecretInBrowser}),
			told(models.LimitReachedEvent, 2*day, "Dojo", models.AsSystem, false,
				models.NotificationDetail{Percent: 75, Limit: 200000}),
			told(models.KeyReplacedEvent, 4*day, "Dev Patel", models.AsMember, false,
				models.NotificationDetail{KeyKind: models.Secret, Reason: models.Rotation, RetiresAt: &retires,
					Note: "Moving to the new vault."}),
			told(models.MemberJoinedEvent, 12*day, "Vic Lindqvist", models.AsMember, false,
				models.NotificationDetail{Subject: "Vic Lindqvist", Role: models.Viewer}),
		},
	}
	full.Section, full.Unseen = layout.Notifications, 3
	empty := pages.Notifications{Base: plain("Notifications", vic), First: true}
	empty.Section = layout.Notifications
	last := pages.Notifications{Base: plain("Notifications", ade)}
	last.Section = layout.Notifications
	bell := teamWide("Members", layout.Members)
	bell.Unseen = 10
	return []state{
		{"notifications", full},
		{"notifications-empty", empty},
		{"notifications-last", last},
		{"notifications-bell", pages.Members{Base: bell, Rows: memberRows()}},
		{"mail-choices", mailChoices(false, func(r models.Rule) (bool, bool) {
			return r.Managers != models.Untold || r.Concerned != models.Untold, r.Security
		})},
		{"mail-choices-viewer", mailChoices(false, func(r models.Rule) (bool, bool) {
			return r.Concerned != models.Untold, false
		})},
		{"mail-choices-log", mailChoices(true, func(r models.Rule) (bool, bool) {
			return r.Engineers != models.Untold, false
		})},
	}
}

// mailChoices is the table for somebody of whom the function says of what they are told, and
// whether they are mailed of it whatever they choose.
func mailChoices(toLog bool, of func(models.Rule) (told, fixed bool)) pages.MailChoices {
	page := pages.MailChoices{Base: accountBase("Notifications", layout.MailChoices), MailToLog: toLog}
	for _, group := range words.EventGroups() {
		part := pages.MailGroup{Name: group.Name}
		for _, event := range group.Events {
			told, fixed := of(event.Rule())
			part.Rows = append(part.Rows, pages.MailRow{Event: event, Urgencies: event.Rule().Urgencies(), Told: told,
				Fixed: fixed, Mailed: event != models.MemberInvitedEvent})
		}
		page.Groups = append(page.Groups, part)
	}
	return page
}

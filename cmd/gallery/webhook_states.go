package main

import (
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func webhookRows() []pages.WebhookRow {
	return []pages.WebhookRow{
		{ID: "w1", URL: "https://hooks.acme.example/dojo", Host: "hooks.acme.example", Format: models.StandardFormat,
			Events: models.Events(), CreatedAt: ago(60 * day), CreatedBy: "Olivia Brandt"},
		{ID: "w2", URL: "https://chat.acme.example/hooks/8f3kq", Host: "chat.acme.example", Format: models.SlackFormat,
			Events:    []models.Event{models.LimitReachedEvent, models.AgreementEndingEvent, models.KeyReplacedEvent},
			CreatedAt: ago(20 * day), CreatedBy: "Ade Okafor", FailingSince: ago(7 * time.Hour)},
		{ID: "w3", URL: "https://events.a-name-that-is-very-long-for-a-host.integrations.acme.example/in",
			Format: models.StandardFormat,
			Host:   "events.a-name-that-is-very-long-for-a-host.integrations.acme.example",
			Events: []models.Event{models.ExposureSeenEvent}, CreatedAt: ago(90 * day), CreatedBy: "Olivia Brandt",
			FailingSince: ago(5 * day), PausedAt: ago(2 * day), PausedBy: "Dojo", PausedByDojo: true},
	}
}

func webhookDeliveries() []pages.WebhookDelivery {
	return []pages.WebhookDelivery{
		{ID: "d1", Event: models.WebhookTestEvent, At: ago(0), State: pages.Sending},
		{ID: "d2", Event: models.KeyReplacedEvent, At: ago(40 * time.Second), State: pages.Delivered, Tries: 1,
			TriedAt: ago(39 * time.Second), Took: 84 * time.Millisecond, Status: 204},
		{ID: "d3", Event: models.LimitReachedEvent, At: ago(25 * time.Minute), State: pages.Retrying, Tries: 4,
			TriedAt: ago(8 * time.Minute), NextTry: now.Add(2 * time.Minute), Took: 5 * time.Second,
			Failure: "There was no answer within 5 seconds."},
		{ID: "d4", Event: models.MemberInvitedEvent, At: ago(3 * day), State: pages.Dead, Tries: 11,
			TriedAt: ago(2 * day), Took: 31 * time.Millisecond, Status: 503,
			Failure: "The receiver answered with 503 Service Unavailable."},
	}
}

const webhookBody = `{"type":"limit.reached","timestamp":"2026-11-23T13:40:00Z","data":{` +
	`"text":"Production of Acme Books has used 90 % of its requests.","url":"https://dojo.example.com/t/acme/production/usage","team":{"slug":"acme",` +
	`"name":"Acme Books"},"environment":"production","detail":{"percent":90,"limit":100000}}}`

func webhookStates() []state {
	const list = "/t/acme/webhooks"
	base := teamWide("Webhooks", layout.TeamWebhooks)
	base.Team.Webhooks = true
	rows, deliveries := webhookRows(), webhookDeliveries()

	chosen := pages.WebhookForm{URL: rows[0].URL, Format: models.StandardFormat, Events: models.Events()[:6]}
	rejected := pages.WebhookForm{URL: "https://user:secret@127.0.0.1:0/#here", Format: models.StandardFormat,
		URLError:    "This has a user name or password in it. Leave out everything up to the @: each delivery is signed.",
		EventsError: "Choose at least one event."}

	works := pages.Webhook{Base: base, Path: list, WebhookRow: rows[0], Deliveries: deliveries, Form: chosen,
		Pager: pages.Pager{Older: "?before=x"}}
	secret := works
	secret.Secret, secret.FormerUntil = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=", now.Add(day)
	secret.Deliveries, secret.Pager = nil, pages.Pager{}
	failing := works
	failing.WebhookRow, failing.Deliveries = rows[1], deliveries[2:]
	paused := works
	paused.WebhookRow, paused.Deliveries = rows[2], deliveries[3:]
	changed := works
	changed.Form = rejected
	rotate, deletion := works, works
	rotate.Dialog, deletion.Dialog = pages.RotateWebhookDialog, pages.DeleteWebhookDialog

	delivered := func(d pages.WebhookDelivery) pages.WebhookDelivered {
		return pages.WebhookDelivered{Base: base, Path: list, WebhookRow: rows[0], Delivery: d}
	}
	arrived, retrying := deliveries[1], deliveries[2]
	arrived.Body, arrived.Answer = webhookBody, "ok"
	retrying.Body = webhookBody
	dead := deliveries[3]
	dead.Body, dead.Answer = webhookBody, "<html>"+strings.Repeat("upstream connect error or disconnect ", 40)+"</html>"

	atDesk := desk("Webhooks", layout.DeskWebhooks)
	deskOne := works
	deskOne.Base, deskOne.Path = atDesk, "/desk/webhooks"
	return []state{
		{"webhooks", pages.Webhooks{Base: base, Path: list, Rows: rows, CanAdd: true}},
		{"webhooks-none", pages.Webhooks{Base: base, Path: list, CanAdd: true}},
		{"webhooks-full", pages.Webhooks{Base: base, Path: list, Rows: rows}},
		{"webhook-new", pages.WebhookNew{Base: base, Path: list, Form: pages.WebhookForm{Format: models.StandardFormat}}},
		{"webhook-new-rejected", pages.WebhookNew{Base: base, Path: list, Form: rejected}},
		{"webhook-secret", secret},
		{"webhook", works},
		{"webhook-failing", failing},
		{"webhook-paused", paused},
		{"webhook-change-rejected", changed},
		{"webhook-rotate", rotate},
		{"webhook-delete", deletion},
		{"webhook-delivery-sending", delivered(deliveries[0])},
		{"webhook-delivery", delivered(arrived)},
		{"webhook-delivery-retrying", delivered(retrying)},
		{"webhook-delivery-dead", delivered(dead)},
		{"desk-webhooks", pages.Webhooks{Base: atDesk, Path: "/desk/webhooks", Rows: rows[:1], CanAdd: true}},
		{"desk-webhook", deskOne},
	}
}

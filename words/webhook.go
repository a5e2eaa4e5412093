package words

import "dojo/models"

// WebhookTest is what is said in a message that somebody has sent to try a webhook.
func WebhookTest(told models.Told) Notification {
	path := "/t/" + told.TeamSlug + "/webhooks/" + told.SubjectID
	if told.Desk {
		path = "/desk/webhooks/" + told.SubjectID
	}
	return Notification{Title: "This is a test", Happened: By(told.Actor) + " has sent this to try the webhook.",
		Means: "It works: nothing has happened.", Do: nothing, Label: "See the webhook", Path: path}
}

// WebhookEvent is the event of a delivery by itself.
func WebhookEvent(event models.Event) string {
	if event == models.WebhookTestEvent {
		return "Test"
	}
	return EventName(event)
}

// WebhookFormat is what a webhook's receiver understands.
func WebhookFormat(format models.WebhookFormat) string {
	switch format {
	case models.StandardFormat:
		return "Standard Webhooks"
	case models.SlackFormat:
		return "Slack or Mattermost"
	}
	return string(format)
}

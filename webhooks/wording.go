package webhooks

import (
	"dojo/models"
	"dojo/store"
)

// said is a delivery in words.
type said struct {
	title string   // one line
	lines []string // what happened, what it means, what to do
	url   string   // the page where something is done about it
}

func (s said) text() string {
	text := s.title
	for _, line := range s.lines {
		text += " " + line
	}
	return text
}

// say puts a delivery into words.
func say(due store.DueDelivery, publicURL string) said {
	n, of := due.Content.Notification, due.Content.Team
	home := publicURL + "/desk/webhooks/" + due.WebhookID
	if due.TeamID != "" {
		home = publicURL + "/t/" + of.Slug + "/webhooks/" + due.WebhookID
	}
	if n.Event == models.WebhookTestEvent {
		return said{title: "This is a test of a webhook.", url: home,
			lines: []string{models.RedactKeys(n.Actor.Name) + " has sent it. Nothing has happened, and nothing is to be done."}}
	}
	return said{title: string(n.Event), url: home}
}

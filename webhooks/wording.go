package webhooks

import (
	"strings"

	"dojo/models"
	"dojo/store"
	"dojo/words"
)

// said is a delivery in words, as they came: people have typed some of them.
type said struct {
	title string   // one line
	lines []string // what happened, what it means, what to do
	label string   // of the link
	url   string   // the page where something is done about it
}

// text says all of it in one paragraph.
func (s said) text() string { return s.title + ". " + strings.Join(s.lines, " ") }

// say puts a delivery into words, as a mail about the same does.
func say(due store.DueDelivery, publicURL string) said {
	n := words.NotificationOf(due.Told)
	if due.Event == models.WebhookTestEvent {
		n = words.WebhookTest(due.Told)
	}
	said := said{title: n.Title, label: n.Label, url: publicURL + n.Path}
	for _, line := range []string{n.Happened, n.Quote, n.Means, n.Do} {
		if line != "" {
			said.lines = append(said.lines, models.RedactKeys(line))
		}
	}
	said.title = models.RedactKeys(said.title)
	return said
}

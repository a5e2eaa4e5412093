package notify_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dojo/models"
	"dojo/web/webtest"
)

// TestTextOfOthersIsIsolatedInMails: what others wrote stands between isolates in the subject
// and in both parts of a mail of whichever kind.
func TestTextOfOthersIsIsolatedInMails(t *testing.T) {
	text := webtest.Arabic + " text"
	content := models.MailContent{
		Token: "TOKEN", Team: text, TeamSlug: "acme", By: text, Role: models.Admin, At: at, Address: text,
		UserAgent: text, Origin: "https://" + webtest.Arabic + ".example", What: "the passkey " + models.Isolated(text) + " was added",
		Environment: models.Production, KeyKind: models.Secret, Exposure: models.SecretInBrowser,
		Told: []models.Told{{Team: text, TeamSlug: "acme", Notification: models.Notification{
			Event: models.RequestDeclinedEvent, At: at, TeamID: "team", Environment: models.Production,
			Actor: models.Signature{Name: text, Capacity: models.AsEngineer},
			Detail: models.NotificationDetail{Text: text, Agreement: text, Note: text, Subject: text, Address: text,
				UserAgent: text, Origin: "https://" + webtest.Arabic + ".example"},
		}}},
	}
	for _, kind := range models.MailKinds() {
		t.Run(string(kind), func(t *testing.T) {
			got := deliver(t, due(kind, content))
			page, err := html.Parse(strings.NewReader(got.html))
			if err != nil {
				t.Fatal(err)
			}
			shown := append(webtest.Texts(page), subject(t, got), got.text)
			if !slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, webtest.Arabic) }) {
				t.Errorf("it holds nothing of others: %s", got.text)
			}
			for _, shown := range shown {
				if !webtest.Isolated(shown) {
					t.Errorf("%q", shown)
				}
			}
		})
	}
}

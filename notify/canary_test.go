package notify_test

import (
	"strings"
	"testing"

	"dojo/models"
)

// TestNoMailHoldsAKey: a key in any field that a mail is made from is in no part of it, should
// it ever come so far.
func TestNoMailHoldsAKey(t *testing.T) {
	const canary = "0123456789abcdef0123456789abcdef01234567"
	for _, event := range models.Events() {
		told := models.Told{Team: canary, TeamSlug: "acme", Notification: models.Notification{
			Event: event, At: at, TeamID: "team", Environment: models.Production,
			Actor: models.Signature{Name: canary, Capacity: models.AsMember},
			Detail: models.NotificationDetail{Text: "It is\n" + canary, Agreement: canary, Note: canary, Address: canary,
				UserAgent: "curl " + canary, Origin: "https://" + canary + ".example", Subject: canary, KeyKind: models.Secret,
				Role: models.Viewer, Exposure: models.SecretInURL, Reason: models.Other},
		}}
		for _, kind := range []models.MailKind{models.NotificationMail, models.DigestMail} {
			got := deliver(t, due(kind, models.MailContent{Told: []models.Told{told}}))
			for _, part := range []string{subject(t, got), got.text, got.html} {
				if strings.Contains(part, canary) {
					t.Errorf("a %s of %s holds the key: %s", kind, event, part)
				}
			}
		}
	}
}

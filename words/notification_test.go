package words_test

import (
	"regexp"
	"strings"
	"testing"

	"dojo/models"
	"dojo/words"
)

// TestEveryNotificationHasWords: what happened, what it means, what to do, and a link, to whomever it
// is told.
func TestEveryNotificationHasWords(t *testing.T) {
	path := regexp.MustCompile(`^/(t/acme|desk)(/[a-z0-9]+)*$`)
	grouped := 0
	for _, group := range words.EventGroups() {
		grouped += len(group.Events)
	}
	if len(models.Rules()) != len(models.Events()) || grouped != len(models.Events()) {
		t.Errorf("%d events, %d rules, %d in groups", len(models.Events()), len(models.Rules()), grouped)
	}
	named(t, models.Events(), words.EventName)
	named(t, models.Audiences(), words.Audience)
	for i, event := range models.Events() {
		if models.Rules()[i].Event != event {
			t.Errorf("the rules are not in the order of the events at %s", event)
		}
		environments := []models.EnvironmentKind{models.Production}
		if strings.HasPrefix(string(event), "member.") || event == models.AgreementChangedEvent ||
			event == models.WebhookPausedEvent {
			environments = append(environments, "")
		}
		for _, environment := range environments {
			for _, desk := range []bool{false, true} {
				said := words.NotificationOf(models.Told{Team: "Acme Books", TeamSlug: "acme", Desk: desk,
					Notification: models.Notification{Event: event, TeamID: "t", Environment: environment, SubjectID: "s1",
						Actor: models.Signature{Name: "Olivia"}, Detail: models.NotificationDetail{
							Subject: "Dev", Role: models.Viewer, KeyKind: models.Secret, Reason: models.Rotation, Days: 7,
							Percent: 90, Limit: 1000, Agreement: "MSA-1", Exposure: models.SecretInURL}}})
				for _, text := range []string{said.Title, said.Happened, said.Means, said.Do, said.Label} {
					if text == "" || strings.Contains(text, "  ") || strings.HasSuffix(text, " ") ||
						strings.Contains(text, string(event)) {
						t.Errorf("%s, at the desk %v, says %q", event, desk, text)
					}
				}
				if !path.MatchString(said.Path) {
					t.Errorf("%s, at the desk %v, leads to %s", event, desk, said.Path)
				}
			}
		}
	}
	if said := words.NotificationOf(models.Told{Notification: models.Notification{Event: "later"}}); said.Path != "/" {
		t.Errorf("an event of a later version leads to %s", said.Path)
	}
}

// TestALockSaysWhatLocked: an engineer, who gives a reason, or a change of the agreement.
func TestALockSaysWhatLocked(t *testing.T) {
	locked := func(reason string) words.Notification {
		return words.NotificationOf(models.Told{Team: "Acme Books", TeamSlug: "acme", Notification: models.Notification{
			Event: models.EnvironmentLockedEvent, TeamID: "t", Environment: models.Production, SubjectID: "s1",
			Actor:  models.Signature{Name: "Sol"},
			Detail: models.NotificationDetail{Agreement: "MSA-1", Text: reason}}})
	}
	if said := locked("The key is on the web."); said.Quote != "The key is on the web." ||
		!strings.HasSuffix(said.Title, "was locked") || strings.Contains(said.Happened, "agreement") {
		t.Errorf("of an engineer's lock it says %+v", said)
	}
	said := locked("")
	if said.Quote != "" || !strings.HasSuffix(said.Title, "is locked: its agreement no longer covers it") ||
		!strings.Contains(said.Happened, "MSA-1") || !strings.Contains(said.Do, "Request an unlock") {
		t.Errorf("of a change of the agreement it says %+v", said)
	}
}

func TestKeysInNotificationsAreToldApart(t *testing.T) {
	said := words.NotificationOf(models.Told{Team: "Acme Books", TeamSlug: "acme", Notification: models.Notification{
		Event: models.KeyReplacedEvent, TeamID: "team", Environment: models.Production,
		Actor: models.Signature{Name: "Ade", Capacity: models.AsMember},
		Detail: models.NotificationDetail{KeyKind: models.Secret, KeyEnding: "425f", NewKeyEnding: "71ce",
			Reason: models.Rotation},
	}})
	if want := "The secret key ••••425f of Acme Books Production was replaced"; said.Title != want {
		t.Errorf("the title is %q; want %q", said.Title, want)
	}
	if want := "Give your programs the new key ••••71ce now."; said.Do != want {
		t.Errorf("what to do is %q; want %q", said.Do, want)
	}
}

// TestWhatIsUnlockedIsNotSaidToBeLocked: a request for a renewal is told as one, and nothing of it says that keys are
// refused.
func TestWhatIsUnlockedIsNotSaidToBeLocked(t *testing.T) {
	ends := now.AddDate(0, 0, 12)
	for _, event := range []models.Event{models.RequestMadeEvent, models.RequestWaitingEvent,
		models.RequestDeclinedEvent, models.RequestWithdrawnEvent, models.RequestLapsedEvent, models.DecisionUndoneEvent} {
		said := words.NotificationOf(models.Told{Team: "Acme Books", TeamSlug: "acme", Notification: models.Notification{
			Event: event, TeamID: "t", Environment: models.Production, SubjectID: "s1",
			Actor:  models.Signature{Name: "Ade"},
			Detail: models.NotificationDetail{Agreement: "MSA-1", EndsAt: &ends, Text: "As before."}}})
		if !strings.Contains(said.Means, "Production stays unlocked under agreement MSA-1 until "+words.Until(ends)) ||
			strings.Contains(said.Means, "refused") || strings.Contains(said.Means, "locked.") {
			t.Errorf("%s says %q", event, said.Means)
		}
		if event == models.RequestMadeEvent && said.Title != "Acme Books asks to renew the agreement of Production" {
			t.Errorf("the title is %q", said.Title)
		}
	}
}

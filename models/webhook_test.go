package models_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dojo/models"
)

// TestADeliveryIsTriedForAboutADay, with pauses that grow, and is then dead.
func TestADeliveryIsTriedForAboutADay(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)
	begun := now
	delivery := models.WebhookDelivery{}
	var last time.Duration
	for delivery.DeadAt == nil {
		delivery.Tries++
		delivery.Tried(models.WebhookAttempt{At: now, Status: 500, Failure: "The receiver answered with 500."})
		if delivery.DeadAt != nil {
			break
		}
		if pause := delivery.NextTryAt.Sub(now); pause < last {
			t.Errorf("the pause after try %d is %v, shorter than %v before", delivery.Tries, pause, last)
		} else {
			last = pause
		}
		now = delivery.NextTryAt
	}
	if took := now.Sub(begun); took < 22*time.Hour || took > 24*time.Hour || delivery.Tries < 8 {
		t.Errorf("it was given up after %v and %d tries; want about a day", took, delivery.Tries)
	}
}

func TestAReceiverMayEndIt(t *testing.T) {
	delivery := models.WebhookDelivery{Tries: 1}
	delivery.Tried(models.WebhookAttempt{At: time.Now(), Status: 410, Failure: "Gone.", Gone: true})
	if delivery.DeadAt == nil {
		t.Error("a delivery is tried again though its receiver is gone")
	}
}

// TestAnswersAreKeptInBounds: 64 KiB of text that every database takes, and no key.
func TestAnswersAreKeptInBounds(t *testing.T) {
	const key = "039c501ac8dfcac91c6f05601cee876e1cc07e17"
	var delivery models.WebhookDelivery
	long := strings.Repeat("ö", (models.WebhookAnswerKept-20)/2)
	delivery.Tried(models.WebhookAttempt{At: time.Now(), Status: 200,
		Answer: "a\x00b\xff " + key + long + key + "öööö"})
	if strings.Contains(delivery.Answer, key[:20]) || !utf8.ValidString(delivery.Answer) ||
		len(delivery.Answer) > models.WebhookAnswerKept || !strings.HasPrefix(delivery.Answer, "a\uFFFDb\uFFFD [key]ö") {
		t.Errorf("kept are %d bytes that begin with %q", len(delivery.Answer), delivery.Answer[:40])
	}
	if delivery.DeliveredAt == nil || delivery.Pending() {
		t.Error("it counts as not delivered")
	}
}

// TestBothSecretsSignForADay after a rotation, and a second rotation ends the first one's.
func TestBothSecretsSignForADay(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)
	var webhook models.Webhook
	secrets := models.WebhookSecrets{URL: "https://hooks.example.com", Secret: models.NewWebhookSecret()}
	first := secrets.Secret
	if got := webhook.SecretsAt(secrets, now); len(got) != 1 || got[0] != first {
		t.Errorf("before: %v", got)
	}
	secrets = webhook.Rotate(secrets, now)
	if got := webhook.SecretsAt(secrets, now.Add(24*time.Hour-time.Second)); len(got) != 2 || got[0] == first ||
		got[1] != first {
		t.Errorf("within a day: %v", got)
	}
	if got := webhook.SecretsAt(secrets, now.Add(24*time.Hour)); len(got) != 1 || got[0] != secrets.Secret {
		t.Errorf("after a day: %v", got)
	}
	if secrets.URL != "https://hooks.example.com" {
		t.Error("the address was lost")
	}
}

func TestSecretsOfWebhooks(t *testing.T) {
	secret := models.NewWebhookSecret()
	text, marked := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	if !marked || err != nil || len(key) < 24 || len(key) > 64 { // what the specification allows
		t.Errorf("%d bytes, %v", len(key), err)
	}
	if secret == models.NewWebhookSecret() {
		t.Error("two secrets are the same")
	}
}

func TestWhatAWebhookMayBe(t *testing.T) {
	events := []models.Event{models.KeyReplacedEvent}
	if err := models.CheckWebhook(models.SlackFormat, events); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"format":       models.CheckWebhook("xml", events),
		"no events":    models.CheckWebhook(models.StandardFormat, nil),
		"unknown":      models.CheckWebhook(models.StandardFormat, []models.Event{"moon.landed"}),
		"test's event": models.CheckWebhook(models.StandardFormat, []models.Event{models.WebhookTestEvent}),
	} {
		if models.CodeOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

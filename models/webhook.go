package models

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Webhook is an address that is told, over HTTP, of the events that were chosen for it.
// A team has webhooks, and so has the desk.
type Webhook struct {
	ID     string
	TeamID string        // empty: it is the desk's
	Host   string        // of the address, which is sealed: that of a chat's channel is a secret itself
	Format WebhookFormat // of what is sent
	Events []Event       `gorm:"serializer:json"`
	Sealed []byte        // WebhookSecrets

	// FormerUntil is until when the secret before the last rotation signs too; nil: not at all.
	FormerUntil *time.Time
	CreatedAt   time.Time
	CreatedBy   Signature `gorm:"embedded;embeddedPrefix:created_by_"`

	FailingSince *time.Time // the first failure since something was delivered last; nil: none
	PausedAt     *time.Time // nothing is sent; nil: it is not paused
	PausedBy     Signature  `gorm:"embedded;embeddedPrefix:paused_by_"`
}

// WebhookSecrets is what of a webhook only the sender reads.
type WebhookSecrets struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`           // whsec_…
	Former string `json:"former,omitempty"` // the one before, see Webhook.FormerUntil
}

// WebhookFormat is what a webhook's receiver understands.
type WebhookFormat string

// The formats.
const (
	StandardFormat WebhookFormat = "standard" // JSON with type, timestamp and data, of Standard Webhooks
	SlackFormat    WebhookFormat = "slack"    // a message with blocks, for Slack, Mattermost and others
)

// WebhookFormats lists the formats.
func WebhookFormats() []WebhookFormat { return []WebhookFormat{StandardFormat, SlackFormat} }

// WebhookTestEvent is the type of a delivery that somebody has asked for to try a webhook.
const WebhookTestEvent Event = "webhook.test"

// What a webhook is held to.
const (
	// FormerSecretLife is how long the secret before a rotation signs beside the new one.
	FormerSecretLife = 24 * time.Hour
	// WebhookPatience is how long a webhook may go on failing before it is paused.
	WebhookPatience = 3 * 24 * time.Hour
	// MaxWebhooks is how many a team, or the desk, has at most.
	MaxWebhooks = 20
	// WebhookAnswerKept is how much of an answer is kept, in bytes, and WebhookAnswerRead how
	// much is looked at, so that what looks like a key is whole before it is cut.
	WebhookAnswerKept = 64 << 10
	WebhookAnswerRead = WebhookAnswerKept + 1<<10
)

// NewWebhookSecret draws a secret that signs deliveries: whsec_ and 32 random bytes in
// base64, as Standard Webhooks writes it.
func NewWebhookSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(secret)
}

// CheckWebhook checks what somebody chose for a webhook beside its address.
func CheckWebhook(format WebhookFormat, events []Event) error {
	if format != StandardFormat && format != SlackFormat {
		return InvalidField("format", "Choose what the receiver understands.")
	}
	if len(events) == 0 {
		return InvalidField("events", "Choose at least one event.")
	}
	for _, event := range events {
		if !slices.Contains(Events(), event) {
			return InvalidField("events", "There is no such event. Choose from the list.")
		}
	}
	return nil
}

// Hears reports whether the webhook is told of the notification.
func (w *Webhook) Hears(n Notification) bool {
	return w.PausedAt == nil && slices.Contains(w.Events, n.Event)
}

// SecretsAt are the secrets that sign at the moment, the current one first.
func (w *Webhook) SecretsAt(secrets WebhookSecrets, now time.Time) []string {
	if secrets.Former != "" && w.FormerUntil != nil && now.Before(*w.FormerUntil) {
		return []string{secrets.Secret, secrets.Former}
	}
	return []string{secrets.Secret}
}

// Rotate makes a new secret the current one, and lets the one before sign beside it.
func (w *Webhook) Rotate(secrets WebhookSecrets, now time.Time) WebhookSecrets {
	until := now.Add(FormerSecretLife)
	w.FormerUntil = &until
	secrets.Former, secrets.Secret = secrets.Secret, NewWebhookSecret()
	return secrets
}

// WebhookDelivery is one message to one webhook. Its id is the webhook-id that the receiver
// sees, the same at each try, so that the receiver can tell a second copy.
type WebhookDelivery struct {
	ID        string
	WebhookID string
	Event     Event
	Told      Told   `gorm:"serializer:json"` // what the body is made from
	Body      string // what is sent, byte for byte the same at each try; empty before the first
	CreatedAt time.Time
	NextTryAt time.Time
	Tries     int

	// Of the last try.
	TriedAt *time.Time
	Took    time.Duration
	Status  int    // HTTP's; 0: there was no answer
	Answer  string // the beginning of its body
	Failure string // why it counts as failed, for people; empty: it does not

	DeliveredAt *time.Time
	DeadAt      *time.Time // it was given up
}

// Cursor is where the delivery stands in a list.
func (d WebhookDelivery) Cursor() Cursor { return Cursor{At: d.CreatedAt, ID: d.ID} }

// webhookPauses are how long to wait after each try that failed: a little less than a day
// together. After the last one the delivery is dead.
var webhookPauses = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// WebhookAttempt is how one try to deliver ended.
type WebhookAttempt struct {
	At      time.Time
	Body    string // what was sent
	Took    time.Duration
	Status  int
	Answer  string
	Failure string // empty: it was delivered
	Gone    bool   // the receiver wants no more of it
}

// Tried notes how a try ended: the delivery is done, is tried again later, or is dead.
func (d *WebhookDelivery) Tried(attempt WebhookAttempt) {
	d.TriedAt, d.Took, d.Status, d.Body = &attempt.At, attempt.Took, attempt.Status, attempt.Body
	d.Answer, d.Failure = keptAnswer(attempt.Answer), RedactKeys(attempt.Failure)
	switch {
	case attempt.Failure == "":
		d.DeliveredAt, d.DeadAt = &attempt.At, nil
	case attempt.Gone || d.Tries > len(webhookPauses):
		d.DeadAt = &attempt.At
	default:
		d.NextTryAt = attempt.At.Add(webhookPauses[max(d.Tries-1, 0)])
	}
}

// SendAgain has a delivery that is done or dead sent anew, as if it had never been tried: the
// answer of before would be taken for the one that is to come.
func (d *WebhookDelivery) SendAgain(now time.Time) {
	d.DeliveredAt, d.DeadAt, d.Tries, d.NextTryAt = nil, nil, 0, now
	d.TriedAt, d.Took, d.Status, d.Answer, d.Failure = nil, 0, 0, "", ""
}

// keptAnswer is the beginning of an answer as it is kept: as text that every database takes,
// and without what looks like a key.
func keptAnswer(answer string) string {
	answer = RedactKeys(strings.ReplaceAll(strings.ToValidUTF8(answer, "\uFFFD"), "\x00", "\uFFFD"))
	if len(answer) > WebhookAnswerKept {
		answer = strings.ToValidUTF8(answer[:WebhookAnswerKept], "")
	}
	return answer
}

// Pending reports whether the delivery is still to be tried.
func (d *WebhookDelivery) Pending() bool { return d.DeliveredAt == nil && d.DeadAt == nil }

package webhooks

import (
	"encoding/json"
	"time"

	"dojo/models"
	"dojo/store"
)

// message is the JSON of Standard Webhooks.
type message struct {
	Type      models.Event `json:"type"`
	Timestamp time.Time    `json:"timestamp"` // when it happened
	Data      data         `json:"data"`
}

// data is what happened, as docs/webhooks.md describes it. Fields are only ever added.
type data struct {
	Text        string                 `json:"text"` // in a sentence
	URL         string                 `json:"url"`  // the page where something is done about it
	Team        *team                  `json:"team,omitempty"`
	Environment models.EnvironmentKind `json:"environment,omitempty"`
	SubjectID   string                 `json:"subject_id,omitempty"`
	Actor       *actor                 `json:"actor,omitempty"`
	Detail      detail                 `json:"detail"`
}

type team struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

type actor struct {
	Name     string          `json:"name"`
	Capacity models.Capacity `json:"capacity"`
}

// detail is models.NotificationDetail without the ids of people.
type detail struct {
	Text         string              `json:"text,omitempty"`
	Agreement    string              `json:"agreement,omitempty"`
	Trial        bool                `json:"trial,omitempty"`
	StartsAt     *time.Time          `json:"starts_at,omitempty"`
	EndsAt       *time.Time          `json:"ends_at,omitempty"`
	Days         int                 `json:"days,omitempty"`
	Hours        int                 `json:"hours,omitempty"`
	Percent      int                 `json:"percent,omitempty"`
	Limit        int64               `json:"limit,omitempty"`
	KeyKind      models.KeyKind      `json:"key_kind,omitempty"`
	KeyEnding    string              `json:"key_ending,omitempty"`
	KeyName      string              `json:"key_name,omitempty"`
	NewKeyEnding string              `json:"new_key_ending,omitempty"`
	NewKeyName   string              `json:"new_key_name,omitempty"`
	Reason       models.RevokeReason `json:"reason,omitempty"`
	Note         string              `json:"note,omitempty"`
	RetiresAt    *time.Time          `json:"retires_at,omitempty"`
	Exposure     models.ExposureKind `json:"exposure,omitempty"`
	Address      string              `json:"address,omitempty"`
	UserAgent    string              `json:"user_agent,omitempty"`
	Origin       string              `json:"origin,omitempty"`
	Subject      string              `json:"subject,omitempty"`
	Role         models.Role         `json:"role,omitempty"`
}

func newDetail(d models.NotificationDetail) detail {
	return detail{
		Text: d.Text, Agreement: d.Agreement, Trial: d.Trial, StartsAt: d.StartsAt, EndsAt: d.EndsAt, Days: d.Days,
		Hours: d.Hours, Percent: d.Percent, Limit: d.Limit, KeyKind: d.KeyKind, KeyEnding: d.KeyEnding,
		KeyName: d.KeyName, NewKeyEnding: d.NewKeyEnding, NewKeyName: d.NewKeyName, Reason: d.Reason, Note: d.Note,
		RetiresAt: d.RetiresAt, Exposure: d.Exposure, Address: d.Address, UserAgent: d.UserAgent, Origin: d.Origin,
		Subject: d.Subject, Role: d.Role,
	}
}

// body composes what is sent, in the format that the receiver understands. What looks like a
// key is masked wherever it may have come from.
func body(due store.DueDelivery, publicURL string) (string, error) {
	due.Told.Notification = due.Told.Redacted()
	said := say(due, publicURL)
	var composed any = standard(due, said)
	if due.Format == models.SlackFormat {
		composed = blocks(due, said)
	}
	text, err := json.Marshal(composed)
	return string(text), err
}

func standard(due store.DueDelivery, said said) message {
	n := due.Told
	m := message{Type: n.Event, Timestamp: n.At.UTC(), Data: data{
		Text: said.text(), URL: said.url, Environment: n.Environment, SubjectID: n.SubjectID, Detail: newDetail(n.Detail),
	}}
	if n.TeamID != "" {
		m.Data.Team = &team{n.TeamSlug, models.RedactKeys(n.Team)}
	}
	if n.Actor.Name != "" {
		m.Data.Actor = &actor{n.Actor.Name, n.Actor.Capacity}
	}
	return m
}

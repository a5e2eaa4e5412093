package models

import "time"

// Event names what people and webhooks are told of. It is the type in a webhook's
// JSON, and so it stays.
type Event string

// The events. Each is one row, written by the change that caused it.
const (
	RequestMadeEvent      Event = "request.made"
	RequestRepliedEvent   Event = "request.replied"
	RequestWaitingEvent   Event = "request.waiting"  // nobody has decided for Days
	RequestApprovedEvent  Event = "request.approved" // the environment is unlocked, now or from StartsAt on
	RequestDeclinedEvent  Event = "request.declined"
	RequestWithdrawnEvent Event = "request.withdrawn"
	RequestLapsedEvent    Event = "request.lapsed" // nobody decided in time
	DecisionUndoneEvent   Event = "request.decision_undone"

	// EnvironmentUnlockedEvent is for what no approval says at once: an unlock without a
	// request, a first day that has come, a trial, an unlock after a lock.
	EnvironmentUnlockedEvent Event = "environment.unlocked"
	EnvironmentLockedEvent   Event = "environment.locked" // by an engineer, with a reason
	AgreementChangedEvent    Event = "agreement.changed"  // or renewed
	AgreementEndingEvent     Event = "agreement.ending"   // in Days
	AgreementEndedEvent      Event = "agreement.ended"    // and what it covers is locked
	LimitReachedEvent        Event = "limit.reached"      // Percent of a day's requests

	KeyReplacedEvent     Event = "key.replaced" // by a new one, at once or after a grace period
	KeyRevokedEvent      Event = "key.revoked"  // without a new one
	RetiringKeyUsedEvent Event = "key.retiring_used"
	SecretViewedEvent    Event = "key.secret_viewed" // for the first time by this person
	ExposureSeenEvent    Event = "exposure.seen"

	MemberInvitedEvent     Event = "member.invited"
	MemberJoinedEvent      Event = "member.joined"
	MemberRoleChangedEvent Event = "member.role_changed"
	MemberRemovedEvent     Event = "member.removed" // or left

	WebhookPausedEvent Event = "webhook.paused" // it failed for three days
)

// Events lists the events in the order they are shown.
func Events() []Event {
	return []Event{
		RequestMadeEvent, RequestRepliedEvent, RequestWaitingEvent, RequestApprovedEvent, RequestDeclinedEvent,
		RequestWithdrawnEvent, RequestLapsedEvent, DecisionUndoneEvent,
		EnvironmentUnlockedEvent, EnvironmentLockedEvent, AgreementChangedEvent, AgreementEndingEvent,
		AgreementEndedEvent, LimitReachedEvent,
		ExposureSeenEvent, KeyReplacedEvent, KeyRevokedEvent, RetiringKeyUsedEvent, SecretViewedEvent,
		MemberInvitedEvent, MemberJoinedEvent, MemberRoleChangedEvent, MemberRemovedEvent,
		WebhookPausedEvent,
	}
}

// Notification is that something happened which somebody is told of. The change's own
// transaction writes it; whom it reaches, and how, is made out after the commit.
type Notification struct {
	ID            int64
	At            time.Time
	Event         Event
	TeamID        string // empty when it concerns no team
	EnvironmentID string // empty when it concerns the whole team
	Environment   EnvironmentKind
	SubjectID     string    // the request, agreement, key, user or webhook that it is about
	Actor         Signature `gorm:"embedded;embeddedPrefix:actor_"` // who did it, and is not told

	Detail NotificationDetail `gorm:"serializer:json"`
	ToldAt *time.Time         // when its deliveries were made out; nil: they are still to be
}

// NotificationDetail holds what the words are made from, and whom it concerns beside
// those who always hear of the event. It never holds a key.
type NotificationDetail struct {
	// People are the users' ids whom it concerns by name: who made the request, who wrote
	// in its conversation, whose role was changed.
	People []string `json:"people,omitempty"`
	// EngineerID is who looks after the agreement; empty: all engineers hear of it.
	EngineerID string `json:"engineer_id,omitempty"`

	Text      string     `json:"text,omitempty"`      // a use case, a reply, a reason
	Agreement string     `json:"agreement,omitempty"` // the reference
	Trial     bool       `json:"trial,omitempty"`     // the agreement is a trial
	StartsAt  *time.Time `json:"starts_at,omitempty"` // in the future: the unlock waits for it
	EndsAt    *time.Time `json:"ends_at,omitempty"`   // the first moment after the last day; nil: open-ended
	Days      int        `json:"days,omitempty"`      // waiting, or until the end
	Hours     int        `json:"hours,omitempty"`     // until a retiring key's end
	Percent   int        `json:"percent,omitempty"`   // of a day's limit: 75, 90 or 100
	Limit     int64      `json:"limit,omitempty"`     // requests a day

	KeyKind      KeyKind      `json:"key_kind,omitempty"`
	KeyEnding    string       `json:"key_ending,omitempty"`     // see KeyEnding
	KeyName      string       `json:"key_name,omitempty"`       // what the team calls it
	NewKeyEnding string       `json:"new_key_ending,omitempty"` // of the key that takes its place
	NewKeyName   string       `json:"new_key_name,omitempty"`
	Copied       bool         `json:"copied,omitempty"` // the key was copied, without being shown
	Reason       RevokeReason `json:"reason,omitempty"`
	Note         string       `json:"note,omitempty"`
	RetiresAt    *time.Time   `json:"retires_at,omitempty"` // until when the old key works; nil: not any more

	Exposure  ExposureKind `json:"exposure,omitempty"`
	Address   string       `json:"address,omitempty"` // the client's IP address
	UserAgent string       `json:"user_agent,omitempty"`
	Origin    string       `json:"origin,omitempty"` // of the page that showed the key

	Subject string `json:"subject,omitempty"` // a person's name or address, a webhook's host
	Role    Role   `json:"role,omitempty"`
}

// Redacted is the notification without what looks like a key, wherever somebody may
// have typed one.
func (n Notification) Redacted() Notification {
	d := &n.Detail
	for _, text := range []*string{&d.Text, &d.Agreement, &d.Note, &d.UserAgent, &d.Origin, &d.Address, &d.Subject,
		&d.KeyEnding, &d.KeyName, &d.NewKeyEnding, &d.NewKeyName, &n.Actor.Name} {
		*text = RedactKeys(*text)
	}
	return n
}

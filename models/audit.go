package models

import (
	"strconv"
	"time"
)

// AuditAction names what was done.
type AuditAction string

// The actions that are recorded. Every change is one of them.
const (
	TeamCreated        AuditAction = "team.created"
	TeamChanged        AuditAction = "team.changed" // a setting; the text says which
	TeamDeleted        AuditAction = "team.deleted"
	TeamPurged         AuditAction = "team.purged" // it cannot be restored any more
	TeamRestored       AuditAction = "team.restored"
	TeamNoted          AuditAction = "team.noted" // engineers note it for each other
	ViewingBegun       AuditAction = "viewing.begun"
	PageViewed         AuditAction = "viewing.page" // the text says which
	ViewingEnded       AuditAction = "viewing.ended"
	MemberInvited      AuditAction = "member.invited"
	InvitationEnded    AuditAction = "member.invitation_withdrawn"
	InvitationShown    AuditAction = "member.invitation_link_shown" // a new link, to be handed over by hand
	MemberAdded        AuditAction = "member.added"
	MemberRoleChanged  AuditAction = "member.role_changed"
	MemberRemoved      AuditAction = "member.removed"
	MemberLeft         AuditAction = "member.left"
	OwnershipHanded    AuditAction = "member.ownership_handed_over"
	KeyIssued          AuditAction = "key.issued"
	KeyViewed          AuditAction = "key.viewed"
	KeyCopied          AuditAction = "key.copied"   // without being shown
	KeyRenamed         AuditAction = "key.renamed"  // the text is what it was called before
	KeyReplaced        AuditAction = "key.replaced" // revoked or set to retire, and a new one issued
	KeyRevoked         AuditAction = "key.revoked"  // without a new one
	KeyRetired         AuditAction = "key.retired"  // its grace period ended
	KeyFound           AuditAction = "key.found"    // a pasted key was looked up at the desk
	UnlockRequested    AuditAction = "unlock.requested"
	UnlockWithdrawn    AuditAction = "unlock.withdrawn"
	UnlockResumed      AuditAction = "unlock.resumed" // withdrawn, and taken back
	UnlockApproved     AuditAction = "unlock.approved"
	UnlockDeclined     AuditAction = "unlock.declined"
	UnlockReplied      AuditAction = "unlock.replied"  // somebody wrote about the request
	UnlockUndone       AuditAction = "unlock.undone"   // whoever decided took the decision back
	UnlockReminded     AuditAction = "unlock.reminded" // the engineers were told again that it waits
	UnlockLapsed       AuditAction = "unlock.lapsed"   // nobody decided it in time
	AgreementMade      AuditAction = "agreement.made"
	TrialStarted       AuditAction = "agreement.trial_started" // by the team; the count is of requests a day
	AgreementChanged   AuditAction = "agreement.changed"
	AgreementNoted     AuditAction = "agreement.noted" // among engineers
	AgreementBegun     AuditAction = "agreement.begun"
	AgreementEnding    AuditAction = "agreement.ending" // people were told that it ends soon
	AgreementLapsed    AuditAction = "agreement.lapsed"
	EnvironmentLocked  AuditAction = "environment.locked"             // by an engineer; the text says why
	EnvironmentOpened  AuditAction = "environment.opened"             // unlocked again after that
	LimitNeared        AuditAction = "environment.limit_neared"       // the count says how many per cent of the day's
	EnvironmentChanged AuditAction = "environment.changed"            // a setting; the text says which
	ExposureResolved   AuditAction = "environment.exposure_settled"   // the text says what kind
	ProgramAccepted    AuditAction = "environment.program_accepted"   // may send secret keys in URLs; the text names it
	ProgramUnaccepted  AuditAction = "environment.program_unaccepted" // likewise
	DataUploaded       AuditAction = "data.uploaded"                  // from a page, not through the API
	DataDeleted        AuditAction = "data.deleted"                   // likewise
	DataUploadBegun    AuditAction = "data.upload_begun"              // in many parts; DataUploaded says how far it came
	DataDeletionBegun  AuditAction = "data.deletion_begun"            // likewise, DataDeleted
	DataDeletionUndone AuditAction = "data.deletion_undone"           // of one record, which is there again
	DataDownloaded     AuditAction = "data.downloaded"                // records, or a list; the text says as what
	WebhookCreated     AuditAction = "webhook.created"
	WebhookChanged     AuditAction = "webhook.changed" // its address, format or events
	WebhookRotated     AuditAction = "webhook.secret_rotated"
	WebhookPaused      AuditAction = "webhook.paused"
	WebhookResumed     AuditAction = "webhook.resumed"
	WebhookTested      AuditAction = "webhook.tested"
	WebhookSentAgain   AuditAction = "webhook.sent_again" // a delivery, by hand
	WebhookDeleted     AuditAction = "webhook.deleted"
	EngineerInvited    AuditAction = "engineer.invited" // a setup link was made
	EngineerAdded      AuditAction = "engineer.added"
	UserCreated        AuditAction = "user.created"
	UserChanged        AuditAction = "user.changed" // name, password or second factor; the text says which
	ResetRequested     AuditAction = "user.reset_requested"
	SignupRequested    AuditAction = "user.signup_requested"
	SessionEnded       AuditAction = "user.session_ended"
	SignedIn           AuditAction = "user.signed_in"
	SignedOut          AuditAction = "user.signed_out"
)

// AuditActions lists the actions that are recorded.
func AuditActions() []AuditAction {
	return []AuditAction{
		TeamCreated, TeamChanged, TeamDeleted, TeamPurged, TeamRestored, TeamNoted, ViewingBegun,
		PageViewed, ViewingEnded, MemberInvited, InvitationEnded, InvitationShown,
		MemberAdded, MemberRoleChanged, MemberRemoved, MemberLeft, OwnershipHanded, KeyIssued, KeyViewed,
		KeyCopied, KeyRenamed,
		KeyReplaced, KeyRevoked, KeyRetired, KeyFound, UnlockRequested, UnlockWithdrawn, UnlockResumed,
		UnlockApproved,
		UnlockDeclined, UnlockReplied, UnlockUndone, UnlockReminded, UnlockLapsed, AgreementMade, TrialStarted,
		AgreementChanged, AgreementNoted, AgreementBegun, AgreementEnding, AgreementLapsed, EnvironmentLocked,
		EnvironmentOpened, LimitNeared,
		EnvironmentChanged, ExposureResolved, ProgramAccepted, ProgramUnaccepted, DataUploaded, DataDeleted,
		DataUploadBegun, DataDeletionBegun, DataDeletionUndone, DataDownloaded,
		WebhookCreated, WebhookChanged, WebhookRotated, WebhookPaused, WebhookResumed, WebhookTested, WebhookSentAgain,
		WebhookDeleted, EngineerInvited, EngineerAdded, UserCreated, UserChanged,
		ResetRequested, SignupRequested,
		SessionEnded, SignedIn, SignedOut,
	}
}

// AuditEvent is one line of the activity list: who did what, when, to what, and
// from which address. Rows are only ever added; the database refuses anything
// else.
type AuditEvent struct {
	ID            int64
	At            time.Time
	Action        AuditAction
	Actor         Signature `gorm:"embedded;embeddedPrefix:actor_"`
	Address       string    // the client's IP address; empty for the system
	RequestID     string    // the HTTP request that did it
	TeamID        string    // empty when it concerns no team
	EnvironmentID string    // empty when it concerns the whole team
	Environment   EnvironmentKind
	SubjectID     string      // the key, request or user it was done to
	Detail        AuditDetail `gorm:"serializer:json"`
}

// Redacted is the line without what looks like a key, wherever somebody may have typed
// one: it is read by many, and stays.
func (e AuditEvent) Redacted() AuditEvent {
	d := &e.Detail
	for _, text := range []*string{&d.Note, &d.Agreement, &d.Text, &d.Subject, &d.KeyEnding, &d.KeyName,
		&d.NewKeyEnding, &d.NewKeyName,
		&e.Actor.Name} {
		*text = RedactKeys(*text)
	}
	return e
}

// Cursor is where the line stands in a list.
func (e AuditEvent) Cursor() Cursor { return Cursor{ID: strconv.FormatInt(e.ID, 10)} }

// AuditDetail holds what the sentence in the activity list is made from. It
// never holds a key.
type AuditDetail struct {
	KeyKind      KeyKind      `json:"key_kind,omitempty"`
	KeyEnding    string       `json:"key_ending,omitempty"` // see KeyEnding
	KeyName      string       `json:"key_name,omitempty"`   // what the key was called then
	Reason       RevokeReason `json:"reason,omitempty"`
	Note         string       `json:"note,omitempty"`
	RetiresAt    *time.Time   `json:"retires_at,omitempty"`
	NewKeyID     string       `json:"new_key_id,omitempty"`
	NewKeyEnding string       `json:"new_key_ending,omitempty"`
	NewKeyName   string       `json:"new_key_name,omitempty"`
	Agreement    string       `json:"agreement,omitempty"`
	EndsAt       *time.Time   `json:"ends_at,omitempty"`
	Text         string       `json:"text,omitempty"` // a use case, a reason for declining
	Role         Role         `json:"role,omitempty"`
	Subject      string       `json:"subject,omitempty"`    // a person's or team's name, a record's id
	Collection   Collection   `json:"collection,omitempty"` // products, users or interactions
	Count        int          `json:"count,omitempty"`      // how many records
	Asked        int          `json:"asked,omitempty"`      // how many there were to be, in many parts
	Stopped      Stop         `json:"stopped,omitempty"`    // why it was not all
}

// Stop is why something that is done in many parts came to no end.
type Stop string

// The reasons.
const (
	StoppedOnTheWay Stop = "on_the_way" // it failed, was not allowed any more, or was given up
	StoppedWithDojo Stop = "with_dojo"  // the process that did it ended
)

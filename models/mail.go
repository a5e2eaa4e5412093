package models

import "time"

// MailKind says what a mail is about.
type MailKind string

// The kinds of mail.
const (
	InvitationMail      MailKind = "invitation"
	ResetMail           MailKind = "reset"
	SignupMail          MailKind = "signup"
	KnownAddressMail    MailKind = "known_address" // somebody signed up with an address that has an account
	NewDeviceMail       MailKind = "new_device"
	PasswordChangedMail MailKind = "password_changed"
	FactorChangedMail   MailKind = "factor_changed"
	ExposureMail        MailKind = "exposure" // written by versions before 0091; today a notification
	NotificationMail    MailKind = "notification"
	DigestMail          MailKind = "digest" // the day's notifications that are not urgent
)

// MailKinds lists the kinds.
func MailKinds() []MailKind {
	return []MailKind{
		InvitationMail, ResetMail, SignupMail, KnownAddressMail, NewDeviceMail, PasswordChangedMail, FactorChangedMail,
		ExposureMail, NotificationMail, DigestMail,
	}
}

// Mail is a mail that a change has caused. The change's own transaction writes
// it; package notify sends it afterwards.
type Mail struct {
	ID        string // also the mail's Message-ID, so that a receiver can tell a second copy
	Kind      MailKind
	Recipient string
	Sealed    []byte // MailContent, sealed: it holds a link's token
	CreatedAt time.Time
	NextTryAt time.Time
	Tries     int
	SentAt    *time.Time
	FailedAt  *time.Time // given up
	LastError string
}

// MailContent is what a mail's words are made from.
type MailContent struct {
	Token     string    `json:"token,omitempty"`      // of the link in it
	Team      string    `json:"team,omitempty"`       // the team's name
	By        string    `json:"by,omitempty"`         // who caused it
	Role      Role      `json:"role,omitempty"`       // invited as
	Address   string    `json:"address,omitempty"`    // the IP address it was caused from
	UserAgent string    `json:"user_agent,omitempty"` // the browser it was caused with
	What      string    `json:"what,omitempty"`       // what was changed
	At        time.Time `json:"at,omitzero"`          // when

	// Of an exposure.
	TeamSlug    string          `json:"team_slug,omitempty"`
	Environment EnvironmentKind `json:"environment,omitempty"`
	KeyKind     KeyKind         `json:"key_kind,omitempty"`
	Exposure    ExposureKind    `json:"exposure,omitempty"`
	Origin      string          `json:"origin,omitempty"` // of the page that showed the key

	Told []Told `json:"told,omitempty"` // a notification, or a day's of them
	More int    `json:"more,omitempty"` // how many of the day's the mail leaves out
}

// mailPauses are how long to wait after each try that failed. After the last
// one the mail is given up.
var mailPauses = []time.Duration{
	30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// Failed notes a try that failed: the mail is tried again later, or given up.
func (m *Mail) Failed(reason string, now time.Time) {
	m.LastError = RedactKeys(reason)
	if m.Tries > len(mailPauses) {
		m.FailedAt = &now
		return
	}
	m.NextTryAt = now.Add(mailPauses[max(m.Tries-1, 0)])
}

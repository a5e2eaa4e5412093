package pages

import (
	"time"

	"dojo/models"
	"dojo/words"
)

// Notifications is /notifications. The button posts up_to to it.
type Notifications struct {
	Base
	Rows []NotificationRow
	// UpTo is the id of the newest one listed.
	UpTo string
	// First is false on the pages of older ones.
	First bool
	// Older is the address of the page of older ones; empty: there are none.
	Older string
}

// NotificationRow is one notification. Its link marks it as seen, and leads on.
type NotificationRow struct {
	Href        string
	Title       string
	Happened    string
	Quote       string
	At          time.Time
	New         bool
	Environment models.EnvironmentKind
}

// MailChoices is /account/notifications: the table of who is told what, and what the
// person is mailed. The form posts each chosen event as mail to /account/notifications.
type MailChoices struct {
	Base
	Groups []MailGroup
	// MailToLog is set where no mail server is set up.
	MailToLog bool
}

// MailGroup is a part of the table.
type MailGroup struct {
	Name string
	Rows []MailRow
}

// MailRow is an event.
type MailRow struct {
	Event models.Event
	// Urgencies are how soon each of models.Audiences is told.
	Urgencies []models.Urgency
	// Told is false for what nobody in the person's place is told of.
	Told bool
	// Fixed is set where the person is mailed whatever they choose.
	Fixed bool
	// Mailed is set unless the person wants no mail.
	Mailed bool
}

// cells are how soon each audience is told, with their names.
func (r MailRow) cells() (cells [][2]string) {
	for i, audience := range models.Audiences() {
		cells = append(cells, [2]string{words.Audience(audience), words.Urgency(r.Urgencies[i])})
	}
	return cells
}

// newer is the address of the newest ones, from a page of older ones.
func (p Notifications) newer() string {
	if p.First {
		return ""
	}
	return "/notifications"
}

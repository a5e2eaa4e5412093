package pages

import "time"

// DeskMail is /desk/mail: what could not be sent so far, newest first.
type DeskMail struct {
	Base
	Rows []TroubledMail
}

// TroubledMail is a mail that could not be sent so far.
type TroubledMail struct {
	ID        string
	Recipient string
	// Kind says what the mail is about: "Invitation".
	Kind      string
	CreatedAt time.Time
	Tries     int
	// NextTry is when it is tried again; zero once it is given up.
	NextTry time.Time
	// GivenUp is when it was given up; zero while it is tried.
	GivenUp time.Time
	// LastError is what the mail server said, in plain text.
	LastError string
}

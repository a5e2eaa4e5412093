package models

import (
	"net/url"
	"time"
)

// KeptForm is a form that was sent when whoever had filled it in was not signed in any more. It is kept for that person
// for a while, so that what was typed is not lost. It holds no passwords, keys or codes.
type KeptForm struct {
	Path   string     `json:"path"`   // where it was posted
	Page   string     `json:"page"`   // the address of the page that it was on
	Fields url.Values `json:"fields"` // what was typed
}

const (
	// FormKept is how long a form is kept.
	FormKept = time.Hour
	// MaxKeptForms is how many are kept of a person; older ones make room.
	MaxKeptForms = 10
)

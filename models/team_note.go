package models

import "time"

// TeamNote is what a solutions engineer wrote about a team for the others. The team never reads
// it.
type TeamNote struct {
	ID     int64
	TeamID string
	At     time.Time
	By     Signature `gorm:"embedded;embeddedPrefix:by_"`
	Text   string
}

// MaxNote is the most characters of a note.
const MaxNote = 2000

// CheckNote checks what an engineer writes for the others: 1 to 2,000 characters.
func CheckNote(text string) (string, error) {
	return checkText("note", "Write a note first.", text, MaxNote)
}

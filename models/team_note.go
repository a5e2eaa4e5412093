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

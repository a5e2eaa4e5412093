package models

import "time"

// RequestReply is what somebody wrote about a request, for the team and the solutions engineers
// to read.
type RequestReply struct {
	ID        int64
	RequestID string
	TeamID    string
	At        time.Time
	By        Signature `gorm:"embedded;embeddedPrefix:by_"`
	Text      string
}

// MaxReply is the most characters of a reply.
const MaxReply = 4000

// CheckReply checks what somebody writes about a request: 1 to 4,000 characters.
func CheckReply(text string) (string, error) {
	return checkText("reply", "Write a reply first.", text, MaxReply)
}

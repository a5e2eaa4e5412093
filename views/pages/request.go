package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// Request is /t/{team}/{environment}/unlock-requests/{id}: what a team asked for, and what was
// written about it. Its forms: Send reply, POST …/replies with reply; Withdraw, POST …/withdraw; Undo,
// POST …/withdraw/undo.
type Request struct {
	Base
	Request      UnlockRequest
	Conversation Conversation
	// CanRequest lets the person withdraw and write.
	CanRequest bool
	// ResumableUntil is until when the person can have a withdrawn request wait again; zero: they cannot.
	ResumableUntil time.Time
}

// Conversation is what a team and the solutions engineers wrote about a request.
type Conversation struct {
	Replies []Reply
	// Action is where a reply is posted; empty when the person writes none.
	Action string
	// Hint says who reads it.
	Hint string
	// Text keeps what was typed; Error says what is wrong with it.
	Text  string
	Error string
}

// Reply is one entry of a conversation.
type Reply struct {
	At     time.Time
	By     string
	ByKind models.Capacity
	Text   string
}

// address is that of the request itself.
func (p Request) address() string {
	return p.Here(layout.Overview) + "/unlock-requests/" + p.Request.ID
}

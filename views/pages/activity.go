package pages

import (
	"time"

	"dojo/models"
)

// Activity is /t/{team}/{environment}/activity, and /t/{team}/activity when
// Base.Environment is nil; newest first.
type Activity struct {
	Base
	Bar     ListBar
	Entries []Entry
	Pager   Pager
}

// Entry is one line of the activity.
type Entry struct {
	At time.Time
	// Actor is who did it: a name, "Dojo" for the program itself.
	Actor string
	// ActorKind is in which capacity.
	ActorKind models.Capacity
	// Sentence says what was done, without the actor, in plain text: "viewed the secret key".
	Sentence string
	// Note is what the actor wrote about it; may be empty.
	Note string
	// Receipt is where the proof stands that it is in force everywhere; empty when it has none.
	Receipt string
	// Address is the network address it came from; may be empty.
	Address string
	// Environment is empty when the whole team is concerned.
	Environment models.EnvironmentKind
	// Team is the team's name, where entries of several teams are listed.
	Team string
}

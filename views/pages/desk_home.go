package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// DeskHome is /desk: what a solutions engineer looks at first.
type DeskHome struct {
	Base
	// Waiting are the requests that have waited longest; WaitingCount counts all.
	Waiting      []DeskRequestRow
	WaitingCount int
	// Ending are the environments whose agreements end within 30 days, the soonest first.
	Ending []DeskEnding
	// Looks are what needs a look, by kind.
	Looks []DeskLooks
	// Deeds are what others did since yesterday, the latest first.
	Deeds []Entry
	// First makes the first team; nil once there is one.
	First *DeskNewTeam
}

// DeskEnding is an environment whose agreement ends soon.
type DeskEnding struct {
	TeamSlug    string
	TeamName    string
	Environment layout.Environment
	// AgreementID names the agreement in its address, Reference to people.
	AgreementID string
	Reference   string
	// Ends is the agreement's last day.
	Ends time.Time
}

// DeskLooks are things of one kind that need a look.
type DeskLooks struct {
	Icon  string
	Title string
	Rows  []DeskLook
	// All leads to all of the kind; empty where these are all.
	All string
}

// DeskLook is a thing that needs a look.
type DeskLook struct {
	// Href leads to where something is done about it; Text names it.
	Href string
	Text string
	// Environment is set where it concerns one.
	Environment models.EnvironmentKind
	// Detail says what is the matter; At is when it was seen last.
	Detail string
	At     time.Time
}

// looks counts what needs a look.
func (p DeskHome) looks() (count int) {
	for _, l := range p.Looks {
		count += len(l.Rows)
	}
	return count
}

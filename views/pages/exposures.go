package pages

import (
	"strconv"
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// Exposure shows that a key is where it should not be. Its form, Mark as
// resolved, is POST …/keys/{id}/settle with kind and from (the section to come back to); that of each
// program, Accept for this program, is POST …/keys/programs/accept with program and from.
type Exposure struct {
	Kind models.ExposureKind
	// Bad is set for the kinds that let others act as the team.
	Bad bool
	// KeyID is the key that was seen last.
	KeyID string
	// Keys names all that were seen so, that one first: "Secret key ••••425f".
	Keys []string
	// Title says what was seen and Meaning what is wrong with that.
	Title   string
	Meaning string
	// Advice is what to do, the most pressing first.
	Advice []Fix
	// Requests counts them; the rest is about the last one.
	Requests  int
	FirstSeen time.Time
	LastSeen  time.Time
	Address   string
	UserAgent string
	Origin    string
	// Programs are those that it can be accepted for, the last seen first; none where it cannot.
	Programs []ExposedProgram
	// CanResolve lets the person mark it as resolved, and accept it for a program.
	CanResolve bool
}

// ExposedProgram is a program that sends a secret key in URLs.
type ExposedProgram struct {
	Name     string
	Requests int
	LastSeen time.Time // zero: not seen
}

// AcceptedProgram is one that the team accepts. Its form, Warn again, is POST …/keys/programs/unaccept with program.
type AcceptedProgram struct {
	ExposedProgram
	At time.Time
	By string
	// CanUnaccept lets the person have it warned of again.
	CanUnaccept bool
}

func programNames(programs []AcceptedProgram) []string {
	names := make([]string, len(programs))
	for i, p := range programs {
		names[i] = models.Isolated(p.Name)
	}
	return names
}

func (e Exposure) tone() string {
	if e.Bad {
		return "bad"
	}
	return "soon"
}

func (e Exposure) icon() string {
	if e.Bad {
		return "shield-alert"
	}
	return "triangle-alert"
}

// id is unique in a page.
func (e Exposure) id() string { return "exposure-" + string(e.Kind) + "-" + e.KeyID }

func (e Exposure) programID(i int) string { return e.id() + "-" + strconv.Itoa(i) }

func acceptedID(i int) string { return "accepted-" + strconv.Itoa(i) }

func resolveAddress(b Base, e Exposure) string {
	return b.Here(layout.Keys) + "/" + e.KeyID + "/settle"
}

// ofSecret picks the alarms that stand beside the secret key, or those beside the publishable one, which is
// what one of them is about.
func ofSecret(exposures []Exposure, secret bool) []Exposure {
	var own []Exposure
	for _, e := range exposures {
		if secret != (e.Kind == models.PublishableOnServer) {
			own = append(own, e)
		}
	}
	return own
}

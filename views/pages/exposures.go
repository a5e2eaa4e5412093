package pages

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
)

// Exposure shows that a key is where it should not be. Its form, Mark as
// resolved, is POST …/keys/{id}/settle with kind and from (the section to come back to).
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
	// CanResolve lets the person mark it as resolved.
	CanResolve bool
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

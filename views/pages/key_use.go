package pages

import (
	"fmt"
	"time"

	"dojo/words"
)

// KeyUse is how a key is used.
type KeyUse struct {
	// LastAt is when a request with it was let in last, from LastAddress and by the
	// program LastUserAgent; zero when none was.
	LastAt        time.Time
	LastAddress   string
	LastUserAgent string
	// DayRequests were let in in the last 24 hours, from DayCallers callers.
	DayRequests int
	DayCallers  int
	// Week is how many requests showed it in the last 7 days.
	Week Sparkline
	// Refused counts the requests with it that were refused in the last 7 days.
	Refused int
	// Callers are the busiest callers: of a key that works those of the last 24
	// hours, of a retiring one those since it was replaced, of a revoked one those
	// who try it. MoreCallers is set when there are others.
	Callers     []Caller
	MoreCallers bool
	// Href leads to all of its requests; empty where nobody may follow.
	Href string
}

// SetCallers takes the callers, the busiest first, of which a few are named. All
// count that were seen since the last 24 hours began.
func (u *KeyUse) SetCallers(callers []Caller, few int, dayAgo time.Time) {
	u.DayCallers = 0
	for _, c := range callers {
		if c.Accepted > 0 && !c.LastSeen.Before(dayAgo) {
			u.DayCallers++
		}
	}
	u.Callers, u.MoreCallers = callers[:min(len(callers), few)], len(callers) > few
}

func (u KeyUse) neverUsed() bool { return u.LastAt.IsZero() }

// inTheLastDay says what stops working with the key.
func (u KeyUse) inTheLastDay() string {
	if u.DayRequests == 0 {
		return "was not used in the last 24 hours"
	}
	times := "once"
	if u.DayRequests > 1 {
		times = words.Count(u.DayRequests) + " times"
	}
	return fmt.Sprintf("was used %s in the last 24 hours by %s", times, words.Plural(u.DayCallers, "caller"))
}

// inShort is how much a key that works is used.
func (u KeyUse) inShort() string {
	text := "This key " + u.inTheLastDay()
	if u.Refused > 0 {
		text += "; " + words.Plural(u.Refused, "request") + " refused in the last 7 days"
	}
	return text + "."
}

// left writes how long a key still works, to the minute: "2 h 10 min left".
func left(until, now time.Time) string {
	minutes := int((until.Sub(now) + time.Minute - 1) / time.Minute)
	days, hours := minutes/(24*60), minutes/60%24
	switch {
	case minutes <= 0:
		return "ends now"
	case minutes == 1:
		return "less than a minute left"
	case days > 0:
		return fmt.Sprintf("%d d %d h left", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min left", hours, minutes%60)
	}
	return fmt.Sprintf("%d min left", minutes)
}

// callersTitle says from when on a list of callers counts.
func callersTitle(retiring bool) string {
	if retiring {
		return "Still using it since it was replaced:"
	}
	return "Callers in the last 24 hours:"
}

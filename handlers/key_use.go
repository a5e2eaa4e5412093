package handlers

import (
	"net/url"
	"slices"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// fewCallers is how many callers are named beside a key.
const fewCallers = 3

// revokedShown is how many revoked keys are looked into for attempts to use them:
// a query each, and the history of an old environment may be long.
const revokedShown = 10

// sparkBars of sparkHours each are the last 7 days of a key.
const (
	sparkBars  = 28
	sparkHours = 6 * time.Hour
)

// keysUse says of the page's keys how they are used and what gives them away.
func (h *Handlers) keysUse(v *EnvironmentVisit, page *pages.Keys, keys []models.Key) error {
	h.flush(v.ctx())
	uses, err := readUses(v, page.Now)
	if err != nil {
		return err
	}
	if page.Exposures, err = h.exposures(v, keys); err != nil {
		return err
	}
	if page.Accepted, err = acceptedPrograms(v); err != nil {
		return err
	}
	dayAgo := lastDay(page.Now)
	if page.Publishable != nil {
		if page.PublishableUse, err = uses.of(page.Publishable.ID, dayAgo); err != nil {
			return err
		}
	}
	if page.Secret != nil {
		if page.SecretUse, err = uses.of(page.Secret.ID, dayAgo); err != nil {
			return err
		}
	}
	for i := range page.Retiring {
		if page.Retiring[i].Use, err = uses.of(page.Retiring[i].ID, page.Retiring[i].RevokedAt); err != nil {
			return err
		}
	}
	for i := range page.Revoked[:min(len(page.Revoked), revokedShown)] {
		if page.Revoked[i].Use, err = uses.afterwards(page.Revoked[i].ID, page.Revoked[i].Stopped()); err != nil {
			return err
		}
	}
	return nil
}

// uses is what is known of the use of an environment's keys.
type uses struct {
	visit *EnvironmentVisit
	now   time.Time
	keys  map[string]models.KeyUse
	hours map[string][]store.HourCount // of the last 7 days, by key
}

func readUses(v *EnvironmentVisit, now time.Time) (uses, error) {
	u := uses{visit: v, now: now, hours: map[string][]store.HourCount{}}
	var err error
	if u.keys, err = v.Team.KeyUses(v.ctx(), v.Environment.Kind); err != nil {
		return u, err
	}
	hours, err := v.Team.KeyRequestsByHour(v.ctx(), v.Environment.Kind, sparkBegin(now))
	for _, h := range hours {
		u.hours[h.KeyID] = append(u.hours[h.KeyID], h)
	}
	return u, err
}

func sparkBegin(now time.Time) time.Time {
	return now.UTC().Truncate(sparkHours).Add(-(sparkBars - 1) * sparkHours)
}

// of is how a key that works is used, with its callers since a moment.
func (u uses) of(keyID string, since time.Time) (*pages.KeyUse, error) {
	page := u.counted(keyID)
	callers, err := u.callers(keyID, since)
	page.SetCallers(callers, fewCallers, lastDay(u.now))
	return page, err
}

// clockSlack is how long before the gate judges it a request may have begun, which
// is when its caller counts as seen: one that began just before a key stopped
// working is among those refused.
const clockSlack = time.Second

// afterwards is how a key is used that has stopped working: who is refused.
func (u uses) afterwards(keyID string, stopped time.Time) (*pages.KeyUse, error) {
	page := u.counted(keyID)
	callers, err := u.callers(keyID, stopped.Add(-clockSlack))
	callers = slices.DeleteFunc(callers, func(c pages.Caller) bool { return c.Refused == 0 })
	for i := range callers {
		callers[i].Accepted = 0 // that is over
	}
	page.Refused = 0
	for _, h := range u.hours[keyID] {
		if h.Outcome == models.KeyIsRevoked || h.Outcome == models.KeyIsRetired {
			page.Refused += int(h.Requests)
		}
	}
	page.SetCallers(callers, fewCallers, lastDay(u.now))
	return page, err
}

// callers are those who showed the key since a moment, the busiest first.
func (u uses) callers(keyID string, since time.Time) ([]pages.Caller, error) {
	if _, shown := u.keys[keyID]; !shown {
		return nil, nil
	}
	callers, err := u.visit.Team.Callers(u.visit.ctx(), u.visit.Environment.Kind,
		store.CallersQuery{UseQuery: store.UseQuery{KeyID: keyID, From: since}, Limit: manyCallers})
	return callersOf(callers, nil), err
}

// counted is what is known of a key's use without its callers.
func (u uses) counted(keyID string) *pages.KeyUse {
	page := keyUse(u.keys[keyID])
	page.Href = u.visit.here(layout.Usage) + "?" + url.Values{"key": {keyID}}.Encode()
	page.Week = make(pages.Sparkline, sparkBars)
	begin, dayAgo := sparkBegin(u.now), lastDay(u.now)
	for _, h := range u.hours[keyID] {
		if i := int(h.Hour.Sub(begin) / sparkHours); i >= 0 && i < sparkBars {
			page.Week[i] += int(h.Requests)
		}
		switch {
		case h.Outcome.Refused():
			page.Refused += int(h.Requests)
		case !h.Hour.Before(dayAgo):
			page.DayRequests += int(h.Requests)
		}
	}
	return page
}

// manyCallers is more callers of a key than are kept: all of them are asked for,
// and the page says how many it leaves out.
const manyCallers = 1000

// keyUse is the last use of a key.
func keyUse(use models.KeyUse) *pages.KeyUse {
	page := &pages.KeyUse{LastAddress: use.LastAddress, LastUserAgent: use.LastUserAgent}
	if use.LastAt != nil {
		page.LastAt = *use.LastAt
	}
	return page
}

package handlers

import (
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/pages"
)

// overviewUse says in short how the environment's keys are used, and what gives
// them away.
func (h *Handlers) overviewUse(v *EnvironmentVisit, page *pages.Overview) error {
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	if page.Exposures, err = h.exposures(v, keys); err != nil {
		return err
	}
	midnight := page.Now.UTC().Truncate(24 * time.Hour)
	hours, err := v.Team.RequestsByHour(v.ctx(), v.Environment.Kind, store.UseQuery{From: midnight.Add(-24 * time.Hour)})
	if err != nil {
		return err
	}
	page.Use = &pages.OverviewUse{}
	page.Use.Today, page.Use.Yesterday = dayByDay(hours, page.Now)
	known, err := v.Team.KeyUses(v.ctx(), v.Environment.Kind)
	if page.Publishable != nil {
		page.Use.PublishableLastAt = lastUse(known[page.Publishable.ID])
	}
	if page.Secret != nil {
		page.Use.SecretLastAt = lastUse(known[page.Secret.ID])
	}
	return err
}

func lastUse(use models.KeyUse) time.Time {
	if use.LastAt == nil {
		return time.Time{}
	}
	return *use.LastAt
}

// dayByDay adds up the requests since midnight, and those until this time of
// yesterday. Of the hour that this moment falls into yesterday's share is a guess:
// as much of the hour as has passed today.
func dayByDay(hours []store.HourCount, now time.Time) (today, yesterday pages.Counts) {
	midnight := now.UTC().Truncate(24 * time.Hour)
	same := now.Add(-24 * time.Hour)
	for _, h := range hours {
		switch passed := same.Sub(h.Hour); {
		case !h.Hour.Before(midnight):
			add(&today, h.Outcome, h.Requests)
		case passed >= time.Hour:
			add(&yesterday, h.Outcome, h.Requests)
		case passed > 0:
			add(&yesterday, h.Outcome, int64(float64(h.Requests)*passed.Hours()+0.5))
		}
	}
	return today, yesterday
}

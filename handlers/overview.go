package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// recentEntries is how much activity an overview shows.
const recentEntries = 6

// Overview is the first page of an environment.
func (h *Handlers) Overview(v *EnvironmentVisit) error {
	base, err := h.environmentBase(v, "Overview", layout.Overview)
	if err != nil {
		return err
	}
	page := pages.Overview{Base: base, Agreement: agreement(v.Environment.Cover(base.Now)), APIURL: h.APIURL}
	if err := h.overviewKeys(v, &page); err != nil {
		return err
	}
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	page.Products, page.Users, page.Interactions = int(counts.Products), int(counts.EndUsers), int(counts.Interactions)
	latest, err := v.Team.Interactions(v.ctx(), v.Environment.Kind, models.InteractionsQuery{Limit: 1})
	if err != nil {
		return err
	}
	if len(latest.Rows) > 0 {
		page.LastInteraction = latest.Rows[0].ReceivedAt
	}
	if base.Guest {
		return render(v, http.StatusOK, page)
	}
	if err := h.overviewUse(v, &page); err != nil {
		return err
	}
	recent, err := v.Team.Activity(v.ctx(), store.ActivityQuery{Environment: v.Environment.Kind, Limit: recentEntries})
	if err != nil {
		return err
	}
	page.Recent = entries(recent.Rows)
	if page.Steps, err = h.nextSteps(v, page); err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) overviewKeys(v *EnvironmentVisit, page *pages.Overview) error {
	keys, err := v.Team.Keys(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	page.Publishable, page.Secret = activeKey(keys, models.Publishable), activeKey(keys, models.Secret)
	for _, key := range keys {
		if key.StateAt(page.Now) == models.Retiring {
			page.Retiring++
		}
	}
	if page.Publishable != nil {
		page.PublishableText, err = v.Team.PublishableKey(v.ctx(), v.Environment.Kind)
	}
	return err
}

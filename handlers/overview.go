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
	if unchanged, err := h.overviewUnchanged(v); unchanged || err != nil {
		return err
	}
	base, err := h.environmentBase(v, "Overview", layout.Overview)
	if err != nil {
		return err
	}
	page := pages.Overview{Base: base, APIURL: h.APIURL}
	if err := overviewAgreement(v, &page); err != nil {
		return err
	}
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
	if page.IsLocked() {
		return render(v, http.StatusOK, page) // there is nothing to do but to have it unlocked
	}
	if page.Steps, err = h.nextSteps(v, page); err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

// overviewUnchanged answers a part that is up to date. Guests, who see nothing of use, have none.
func (h *Handlers) overviewUnchanged(v *EnvironmentVisit) (bool, error) {
	if v.Team.Role == models.Guest {
		return false, nil
	}
	h.flush(v.ctx())
	mark, err := v.Team.UseMark(v.ctx(), v.Environment.Kind)
	if err != nil || !v.unchanged(h.Store.Now(), mark) {
		return false, err
	}
	return true, notModified(v)
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

// overviewAgreement says what the environment is unlocked under, and how much of the day's limit
// is used.
func overviewAgreement(v *EnvironmentVisit, page *pages.Overview) (err error) {
	if page.IsLocked() {
		return nil
	}
	cover := v.Environment.Cover(page.Now)
	page.Agreement = agreement(cover)
	if cover == nil {
		return nil
	}
	if next := v.Environment.Following(cover); next != nil {
		page.Agreement.Follows = next.Agreement.Reference
	}
	if page.Day.Limit = int64(cover.PerDay); cover.PerDay > 0 {
		page.Day.Used, err = v.Team.CountedToday(v.ctx(), v.Environment.Kind)
	}
	return err
}

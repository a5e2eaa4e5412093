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
	page := pages.Overview{Base: base, Agreement: agreement(v.Environment), APIURL: h.apiURL}
	if err := h.overviewKeys(v, &page); err != nil {
		return err
	}
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	if err != nil {
		return err
	}
	page.Products, page.Users, page.Interactions = int(counts.Products), int(counts.EndUsers), int(counts.Interactions)
	latest, _, err := v.Team.Interactions(v.ctx(), v.Environment.Kind, store.InteractionsQuery{Page: store.Page{Limit: 1}})
	if err != nil {
		return err
	}
	if len(latest) > 0 {
		page.LastInteraction = latest[0].ReceivedAt
	}
	if base.Guest {
		return render(v, http.StatusOK, page)
	}
	recent, _, err := v.Team.Activity(v.ctx(), store.ActivityQuery{Environment: v.Environment.Kind, Page: store.Page{Limit: recentEntries}})
	if err != nil {
		return err
	}
	page.Recent = entries(recent)
	page.Steps = h.nextSteps(v, page)
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

// nextSteps says what a team has yet to do in the environment; nothing once all
// is done.
func (h *Handlers) nextSteps(v *EnvironmentVisit, page pages.Overview) []pages.Step {
	here := func(section layout.Section) string {
		return layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), section)
	}
	var steps []pages.Step
	switch v.Environment.Kind {
	case models.Playground:
		steps = []pages.Step{
			{Done: true, Text: "Get to know the sample data", Detail: "A small shop's products, users and interactions, to read with your keys.", Href: here(layout.Catalog)},
			h.unlockStep(v, models.Development, "Unlock Development", "A place of your own to build in. A solutions engineer unlocks it."),
		}
	default:
		steps = []pages.Step{
			{Done: page.Secret != nil && !page.Secret.ViewedAt.IsZero(), Text: "Put the secret key into your server", Detail: "Copy it from API keys into your server's secrets.", Href: here(layout.Keys)},
			{Done: page.Interactions > 0, Text: "Send the first interaction", Detail: "Run the command below, then watch it arrive.", Href: here(layout.Interactions)},
		}
		if v.Environment.Kind == models.Development {
			steps = append(steps, h.unlockStep(v, models.Production, "Unlock Production", "When you are ready to go live. It takes an agreement."))
		}
	}
	for _, step := range steps {
		if !step.Done {
			return steps
		}
	}
	return nil
}

func (h *Handlers) unlockStep(v *EnvironmentVisit, kind models.EnvironmentKind, text, detail string) pages.Step {
	environment, err := v.Team.Environment(kind)
	return pages.Step{
		Done: err == nil && environment.Unlocked(h.store.Now()), Text: text, Detail: detail,
		Href: layout.Href(v.Team.Team.Slug, string(kind), layout.Overview),
	}
}

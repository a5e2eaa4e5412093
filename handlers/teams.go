package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// Home leads to the team and environment viewed last, or lists the teams when
// none was viewed yet or all were asked for (?all, as after leaving a team). A
// solutions engineer without a team goes to the desk.
func (h *Handlers) Home(v *Visit) error {
	memberships, err := h.Store.Memberships(v.ctx(), v.Actor)
	if err != nil {
		return err
	}
	switch last := lastViewed(memberships); {
	case v.QueryParams().Has("all"):
	case last != nil:
		return v.Redirect(http.StatusSeeOther,
			layout.Href(last.Team.Slug, string(last.Member.LastEnvironment), layout.Overview))
	case len(memberships) == 1:
		return v.Redirect(http.StatusSeeOther,
			layout.Href(memberships[0].Team.Slug, string(models.Playground), layout.Overview))
	case len(memberships) == 0 && v.Actor.Engineer:
		return v.Redirect(http.StatusSeeOther, "/desk")
	}
	return h.teamsPage(v, memberships)
}

func (h *Handlers) teamsPage(v *Visit, memberships []store.Membership) error {
	base, err := h.base(v, "Teams", "")
	if err != nil {
		return err
	}
	page := pages.Teams{Base: base}
	for _, m := range memberships {
		page.Teams = append(page.Teams, pages.TeamCard{
			Slug: m.Team.Slug, Name: m.Team.Name, Role: words.Role(m.Member.Role),
			Environments: h.environments(m.Environments),
		})
	}
	return render(v, http.StatusOK, page)
}

// TeamShow leads to the environment of the team that was viewed last.
func (h *Handlers) TeamShow(v *TeamVisit) error {
	memberships, err := h.Store.Memberships(v.ctx(), v.Actor)
	if err != nil {
		return err
	}
	environment := models.Playground
	for _, m := range memberships {
		if m.Team.ID == v.Team.Team.ID {
			environment = m.Member.LastEnvironment
		}
	}
	return v.Redirect(http.StatusSeeOther, layout.Href(v.Team.Team.Slug, string(environment), layout.Overview))
}

func lastViewed(memberships []store.Membership) (last *store.Membership) {
	for i := range memberships {
		m := &memberships[i]
		if m.Member.LastViewedAt == nil {
			continue
		}
		if last == nil || m.Member.LastViewedAt.After(*last.Member.LastViewedAt) {
			last = m
		}
	}
	return last
}

package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// Activity lists who did what in an environment.
func (h *Handlers) Activity(v *EnvironmentVisit) error {
	base, err := h.environmentBase(v, "Activity", layout.Activity)
	if err != nil {
		return err
	}
	return h.activityPage(v.TeamVisit, base, v.Environment.Kind)
}

// TeamActivity lists who did what in the whole team.
func (h *Handlers) TeamActivity(v *TeamVisit) error {
	base, err := h.teamBase(v, "Team activity", layout.TeamActivity)
	if err != nil {
		return err
	}
	return h.activityPage(v, base, "")
}

// subjects are what the list can be narrowed to.
var subjects = []pages.Option{
	{Value: "key", Label: "Keys"}, {Value: "unlock", Label: "Unlock requests"},
	{Value: "agreement", Label: "Agreements"}, {Value: "member", Label: "Members"}, {Value: "team", Label: "Team"},
}

func (h *Handlers) activityPage(v *TeamVisit, base layout.Base, kind models.EnvironmentKind) error {
	page := pages.Activity{Base: base, What: v.QueryParam("what"), Whats: subjects, Who: v.QueryParam("who")}
	query := store.ActivityQuery{
		Environment: kind, Subject: page.What, ActorID: page.Who, Cursor: newestFirst.of(v.QueryParams()),
	}
	list, err := v.Team.Activity(v.ctx(), query)
	if err != nil {
		return err
	}
	actors, err := v.Team.ActivityActors(v.ctx())
	if err != nil {
		return err
	}
	for _, actor := range actors {
		page.Whos = append(page.Whos, pages.Option{Value: actor.ID, Label: words.By(actor)})
	}
	page.Entries = entries(list.Rows)
	narrowed, err := v.Team.Narrowed(v.ctx(), list.Rows)
	if err != nil {
		return err
	}
	for i, line := range list.Rows {
		if change, found := narrowed[line.ID]; found {
			page.Entries[i].Receipt = receiptAddress(v, line.Environment, change)
		}
	}
	if len(list.Rows) > 0 {
		page.Pager, _ = pager(linkTo(v.Request().URL), newestFirst, query.Cursor, list)
	}
	return render(v, http.StatusOK, page)
}

package handlers

import (
	"net/http"
	"net/url"
	"strconv"

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
	query := store.ActivityQuery{Environment: kind, Subject: page.What, ActorID: page.Who, Page: listPage(v.QueryParams())}
	events, more, err := v.Team.Activity(v.ctx(), query)
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
	page.Entries = entries(events)
	if len(events) > 0 {
		page.Pager = pager(v.Request().URL, more, number(events[0].ID), number(events[len(events)-1].ID))
	}
	return render(v, http.StatusOK, page)
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

// listPage reads which part of a list that goes by number is wanted. What is no
// number is as good as absent.
func listPage(query url.Values) store.Page {
	before, _ := strconv.ParseInt(query.Get("before"), 10, 64)
	after, _ := strconv.ParseInt(query.Get("after"), 10, 64)
	return store.Page{Before: before, After: after}
}

// pager links to the neighbours of a part of a list, given the places of its
// first and last row, and whether more follow in the direction it was read.
func pager(here *url.URL, more bool, first, last string) pages.Pager {
	readUp, readDown := here.Query().Has("after"), here.Query().Has("before")
	var p pages.Pager
	if readUp && more || readDown {
		p.Newer = neighbour(here, "after", first)
	}
	if !readUp && more || readUp {
		p.Older = neighbour(here, "before", last)
	}
	return p
}

func neighbour(here *url.URL, direction, place string) string {
	query := here.Query()
	query.Del("before")
	query.Del("after")
	query.Set(direction, place)
	return here.Path + "?" + query.Encode()
}

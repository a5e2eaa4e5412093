package handlers

import (
	"net/http"
	"time"

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
	{Value: "agreement", Label: "Agreements"}, {Value: "environment", Label: "Environments"},
	{Value: "data", Label: "Data"}, {Value: "member", Label: "Members"}, {Value: "team", Label: "Team"},
	{Value: "webhook", Label: "Webhooks"}, {Value: "viewing", Label: "Viewing by engineers"},
}

func (h *Handlers) activityPage(v *TeamVisit, base layout.Base, kind models.EnvironmentKind) error {
	page := pages.Activity{Base: base}
	actors, err := v.Team.ActivityActors(v.ctx())
	if err != nil {
		return err
	}
	var query store.ActivityQuery
	page.Bar, query = activityBar(v, actors, base.Now)
	query.Environment = kind
	if asTable(v.Visit) {
		return h.activityTable(v, page.Bar, query)
	}
	if page.Bar.Broken() || len(page.Bar.Unknown) > 0 {
		return render(v, http.StatusOK, page)
	}
	query.Cursor = newestFirst.of(v.QueryParams())
	list, err := v.Team.Activity(v.ctx(), query)
	if err != nil {
		return err
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

func activityBar(v *TeamVisit, actors []models.Signature, now time.Time) (pages.ListBar, store.ActivityQuery) {
	var whos []pages.Option
	for _, actor := range actors {
		whos = append(whos, pages.Option{Value: actor.ID, Label: words.By(actor)})
	}
	dates, from, until := days(v.Visit, now, true)
	bar := listBar(v.Visit, pages.ListBar{
		Label: "Search the activity", Hint: "Name, address, note",
		Filters: []pages.ListFilter{{Name: "what", Label: "What", All: "Everything", Options: subjects},
			{Name: "who", Label: "Who", All: "Everyone", Options: whos}},
		Dates: &dates,
	})
	return bar, store.ActivityQuery{Subject: bar.Value("what"), ActorID: bar.Value("who"), Search: bar.Query, From: from,
		Until: until}
}

// activityTable sends the lines that the bar leaves as a table.
func (h *Handlers) activityTable(v *TeamVisit, bar pages.ListBar, query store.ActivityQuery) error {
	if bar.Broken() {
		return models.Errorf(models.Invalid, "%s", bar.Wrong())
	}
	name := v.Team.Team.Slug + "-"
	if query.Environment != "" {
		name += string(query.Environment) + "-"
	}
	header := []string{"at", "who", "as", "action", "what", "note", "environment", "address"}
	return sendTeamTable(h, v, query.Environment, name, "activity", header,
		func(from models.Cursor, limit int) (models.List[models.AuditEvent], error) {
			query.Cursor, query.Limit = from, limit
			return readInTeam(h, v, func() (models.List[models.AuditEvent], error) {
				return v.Team.Activity(v.ctx(), query)
			})
		},
		func(e models.AuditEvent) []any {
			return []any{e.At, e.Actor.Name, string(e.Actor.Capacity), string(e.Action), words.Event(e), e.Detail.Note,
				string(e.Environment), e.Address}
		})
}

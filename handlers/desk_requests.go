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

// DeskRequests lists the requests that wait, or with ?state=decided the others.
func (h *Handlers) DeskRequests(v *DeskVisit) error {
	base, err := h.deskBase(v, "Unlock requests", layout.DeskRequests)
	if err != nil {
		return err
	}
	page := pages.DeskRequests{Base: base, Decided: v.QueryParam("state") == "decided"}
	page.Bar = h.requestsBar(v, page.Decided)
	query := store.UnlockRequestsQuery{Decided: page.Decided, Newest: page.Bar.Sort == "newest", Search: page.Bar.Query,
		State:       models.UnlockState(page.Bar.Value("outcome")),
		Environment: models.EnvironmentKind(page.Bar.Value("environment"))}
	if asTable(v.Visit) {
		return h.requestsTable(v, query)
	}
	query.Cursor = latestFirst.of(v.QueryParams())
	list, err := v.Desk.Requests(v.ctx(), query)
	if err != nil {
		return err
	}
	for _, r := range list.Rows {
		page.Rows = append(page.Rows, h.deskRequestRow(r))
	}
	page.Pager, _ = pager(linkTo(v.Request().URL), latestFirst, query.Cursor, list)
	page.Here = v.Request().URL.RequestURI()
	if page.PendingCount, err = v.Desk.PendingCount(v.ctx()); err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) requestsBar(v *DeskVisit, decided bool) pages.ListBar {
	bar := pages.ListBar{
		Label: "Search requests", Hint: "Team, member, use, reference",
		Filters: []pages.ListFilter{{Name: "environment", Label: "Environment", All: "All", Options: []pages.Option{
			{Value: string(models.Development), Label: models.Development.Name()},
			{Value: string(models.Production), Label: models.Production.Name()},
		}}},
	}
	if decided {
		bar.Kept = []pages.FormField{{Name: "state", Value: "decided"}}
		outcome := pages.ListFilter{Name: "outcome", Label: "Outcome", All: "All"}
		for _, state := range models.UnlockStates()[1:] {
			outcome.Options = append(outcome.Options, pages.Option{Value: string(state), Label: words.UnlockState(state)})
		}
		bar.Filters = append(bar.Filters, outcome)
	} else {
		bar.Sorts = []pages.Option{{Label: "Longest waiting"}, {Value: "newest", Label: "Newest"}}
	}
	return listBar(v.Visit, bar)
}

func (h *Handlers) requestsTable(v *DeskVisit, query store.UnlockRequestsQuery) error {
	header := []string{"team", "team_slug", "environment", "state", "use_case", "first_day", "requests_a_day",
		"asked_at", "asked_by", "decided_at", "decided_by", "agreement", "reason", "last_reply_at", "last_reply_by"}
	return sendTable(h, v.Visit, "unlock-requests", header,
		func(from models.Cursor, limit int) (models.List[store.DeskRequest], error) {
			query.Cursor, query.Limit = from, limit
			return readAtDesk(h, v, func() (models.List[store.DeskRequest], error) { return v.Desk.Requests(v.ctx(), query) })
		},
		func(row store.DeskRequest) []any {
			r, repliedBy := row.Request, ""
			var daily, replied any
			if r.DailyRequests > 0 {
				daily = r.DailyRequests
			}
			if row.LastReply != nil {
				replied, repliedBy = moment(&row.LastReply.At), row.LastReply.By.Name
			}
			return []any{row.Team.Name, row.Team.Slug, string(row.Environment.Kind), string(r.State), r.UseCase,
				moment(r.StartsOn), daily, moment(&r.CreatedAt), r.CreatedBy.Name, moment(r.DecidedAt),
				r.DecidedBy.Name, r.Agreement, r.Answer, replied, repliedBy}
		})
}

func (h *Handlers) deskRequestRow(r store.DeskRequest) pages.DeskRequestRow {
	row := pages.DeskRequestRow{
		UnlockRequest: unlockRequest(r.Request), TeamSlug: r.Team.Slug, TeamName: r.Team.Name,
		Environment: h.environment(r.Environment),
	}
	if r.LastReply != nil {
		reply := conversation([]models.RequestReply{*r.LastReply}).Replies[0]
		row.LastReply = &reply
	}
	return row
}

// DeskRequest shows one request and what is known of the team.
func (h *Handlers) DeskRequest(v *DeskVisit) error {
	page, err := h.deskRequestPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) deskRequestPage(v *DeskVisit) (pages.DeskRequest, error) {
	base, err := h.deskBase(v, "Unlock request", layout.DeskRequests)
	if err != nil {
		return pages.DeskRequest{}, err
	}
	request, err := v.Desk.Request(v.ctx(), v.Param("request"))
	if err != nil {
		return pages.DeskRequest{}, err
	}
	replies, err := v.Desk.Replies(v.ctx(), request.Request.ID)
	if err != nil {
		return pages.DeskRequest{}, err
	}
	file, err := v.Desk.Team(v.ctx(), request.Team.Slug)
	if err != nil {
		return pages.DeskRequest{}, err
	}
	page := pages.DeskRequest{
		Base: base, Request: unlockRequest(request.Request), TeamSlug: file.Team.Slug, TeamName: file.Team.Name,
		TeamSince: file.Team.CreatedAt, Environment: h.environment(request.Environment),
		Environments: h.deskEnvironments(file), Members: members(file.People),
		Own: request.Request.MadeBy(v.Actor.UserID),
	}
	page.Conversation = conversation(replies)
	if request.Team.DeletedAt == nil {
		page.Conversation.Action = "/desk/requests/" + request.Request.ID + "/replies"
		page.Conversation.Hint = "The team reads it, and is told by mail."
	}
	if until := request.Request.UndoneUntil(v.Actor.UserID); base.Now.Before(until) {
		page.UndoneUntil = until
	}
	for _, a := range file.Agreements {
		if a.Kind == models.Ordinary {
			page.Prepared = append(page.Prepared, preparedAgreement(a, base.Now))
		}
	}
	if request.Request.State == models.Pending {
		page.Renews, page.RenewsEnded = renewedBy(request.Environment, base.Now)
	}
	for _, r := range file.Requests {
		if r.ID != request.Request.ID {
			page.Earlier = append(page.Earlier, h.deskRequestRow(fileRequest(file, r)))
		}
	}
	return page, nil
}

// renewedBy is the agreement of an environment that a request may be to renew, and whether it has ended; nil for none.
func renewedBy(environment models.Environment, now time.Time) (is *pages.Agreement, ended bool) {
	cover := environment.Lapsed(now)
	if environment.EndsSoon(now) {
		cover = environment.Ending(now)
	} else if environment.Cover(now) != nil || environment.Next(now) != nil {
		return nil, false
	}
	if cover == nil || cover.Agreement.Kind == models.Trial {
		return nil, false
	}
	return agreement(cover), cover.Ended(now)
}

func preparedAgreement(a models.Agreement, now time.Time) pages.PreparedAgreement {
	prepared := pages.PreparedAgreement{Agreement: pages.Agreement{ID: a.ID, Reference: a.Reference}}
	if a.EndsAt != nil {
		prepared.Ends = models.LastDay(*a.EndsAt)
	}
	if a.FirstAt.After(now) {
		prepared.First = a.FirstAt
	}
	return prepared
}

// fileRequest puts a request of a team's file beside its team and environment.
func fileRequest(file store.TeamFile, request models.UnlockRequest) store.DeskRequest {
	row := store.DeskRequest{Request: request, Team: file.Team}
	for _, environment := range file.Environments {
		if environment.ID == request.EnvironmentID {
			row.Environment = environment
		}
	}
	return row
}

func (h *Handlers) deskEnvironments(file store.TeamFile) []pages.DeskEnvironment {
	now := h.Store.Now()
	list := make([]pages.DeskEnvironment, len(file.Environments))
	for i, environment := range file.Environments {
		list[i] = pages.DeskEnvironment{
			Environment: h.environment(environment), Agreement: agreement(lastCover(environment, now)),
			Interactions: file.Interactions[environment.ID], Today: int(file.Today[environment.ID]),
			Week: int(file.Week[environment.ID]),
		}
		if cover := environment.Cover(now); cover != nil {
			list[i].LockReason = cover.LockReason
			list[i].Day = pages.DayUse{Used: file.Counted[environment.ID], Limit: int64(cover.PerDay)}
		}
		for _, kind := range models.KeyKinds() {
			for _, key := range file.Keys[environment.ID] {
				if key.Kind == kind && key.StateAt(now) != models.Revoked {
					list[i].Keys = append(list[i].Keys, deskKey(key))
				}
			}
		}
	}
	return list
}

func deskKey(key models.Key) pages.DeskKey {
	row := pages.DeskKey{KeyFacts: keyFacts(key), Kind: key.Kind}
	if key.State == models.Retiring {
		row.Until = *key.RetiresAt
	}
	return row
}

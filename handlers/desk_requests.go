package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// DeskHome leads to the requests, which is what the desk is mostly for.
func (h *Handlers) DeskHome(v *DeskVisit) error {
	return v.Redirect(http.StatusSeeOther, "/desk/requests")
}

// DeskRequests lists the requests that wait, or with ?state=decided the others.
func (h *Handlers) DeskRequests(v *DeskVisit) error {
	base, err := h.deskBase(v, "Unlock requests", layout.DeskRequests)
	if err != nil {
		return err
	}
	page := pages.DeskRequests{Base: base, Decided: v.QueryParam("state") == "decided"}
	requests, err := v.Desk.Requests(v.ctx(), !page.Decided)
	if err != nil {
		return err
	}
	for _, r := range requests {
		page.Rows = append(page.Rows, h.deskRequestRow(r))
	}
	if page.PendingCount, err = v.Desk.PendingCount(v.ctx()); err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) deskRequestRow(r store.DeskRequest) pages.DeskRequestRow {
	return pages.DeskRequestRow{
		UnlockRequest: unlockRequest(r.Request), TeamSlug: r.Team.Slug, TeamName: r.Team.Name,
		Environment: h.environment(r.Environment),
	}
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
	for _, r := range file.Requests {
		if r.ID != request.Request.ID {
			page.Earlier = append(page.Earlier, h.deskRequestRow(fileRequest(file, r)))
		}
	}
	return page, nil
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
			Interactions: file.Interactions[environment.ID],
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

package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// lockedShow says how to unlock the environment, or to renew its agreement. ?request opens the form for it.
func (h *Handlers) lockedShow(v *EnvironmentVisit, status int, section layout.Section) error {
	page, err := h.lockedPage(v, section)
	if err != nil {
		return err
	}
	page.Asking = v.QueryParams().Has("request") && page.CanRequest && page.Pending == nil
	return render(v, status, page)
}

// UnlockShow is where a team asks for an unlock while the environment's pages are readable: it has a trial, its
// agreement ends soon, or it is locked again.
func (h *Handlers) UnlockShow(v *EnvironmentVisit) error {
	if !v.Environment.Requestable(h.Store.Now()) {
		return v.Redirect(http.StatusSeeOther, v.here(layout.Overview))
	}
	return h.lockedShow(v, http.StatusOK, layout.Overview)
}

// TrialStart unlocks Development by the trial, if it is still offered as the page said.
func (h *Handlers) TrialStart(v *EnvironmentVisit) error {
	if v.Environment.Kind != models.Development || h.Trial == (models.TrialOffer{}) {
		return models.ErrNotFound()
	}
	var err error
	if h.Trial.String() == v.FormValue("offer") {
		err = v.Team.StartTrial(v.ctx(), h.Trial)
	} else {
		err = models.Errorf(models.Conflict, "The trial is not offered like this any more. Look at the page again.")
	}
	return h.backToEnvironment(v, err, good("The trial has begun", "Development has its keys. Get going."))
}

func (h *Handlers) lockedPage(v *EnvironmentVisit, section layout.Section) (pages.Locked, error) {
	base, err := h.environmentBase(v, v.Environment.Kind.Name()+" is locked", section)
	if err != nil {
		return pages.Locked{}, err
	}
	base.Lock = nil // it is what this page is about
	page := pages.Locked{Base: base, Apart: v.Environment.Readable(base.Now), CanRequest: v.Team.May(models.RequestUnlock),
		UseCaseMax: models.MaxUseCase}
	if h.Trial.Open(v.Environment) {
		page.Offer, page.OfferPerDay = h.Trial.String(), h.Trial.PerDay
		page.TrialEnds = models.LastDay(h.Trial.Terms(base.Now).EndsAt)
	}
	cover := v.Environment.Cover(base.Now)
	if v.Environment.Unlocked(base.Now) {
		page.Base.Title = "Unlock " + v.Environment.Kind.Name()
		if page.Trial = agreement(cover); !page.Trial.Trial {
			page.Base.Title = "Renew the agreement of " + v.Environment.Kind.Name()
			page.Trial, page.Ending = nil, page.Trial
		}
	} else if cover != nil {
		page.LockReason = cover.LockReason
	} else if next := v.Environment.Next(base.Now); next != nil {
		page.Begins = next.StartsAt
	}
	page.Lapsed = agreement(v.Environment.Lapsed(base.Now))
	requests, err := v.Team.UnlockRequests(v.ctx(), v.Environment.Kind)
	if err != nil {
		return page, err
	}
	for _, request := range requests {
		row := unlockRequest(request)
		if request.State == models.Pending {
			page.Pending = &row
			if page.LastReply, err = h.lastReply(v, request.ID); err != nil {
				return page, err
			}
		} else {
			page.Earlier = append(page.Earlier, row)
		}
	}
	if !page.CanRequest {
		var people []store.Person
		people, err = v.Team.People(v.ctx())
		page.Managers = managers(people, models.RequestUnlock)
	}
	return page, err
}

// UnlockRequest asks for an unlock.
func (h *Handlers) UnlockRequest(v *EnvironmentVisit) error {
	_, err := v.Team.RequestUnlock(v.ctx(), v.Environment.Kind, models.UnlockWish{UseCase: v.FormValue("use_case"),
		StartsOn: v.FormValue("starts"), DailyRequests: v.FormValue("daily_requests")})
	if wrong := fieldErrors(err); wrong != nil && v.Environment.Requestable(h.Store.Now()) {
		page, err := h.lockedPage(v, layout.Overview)
		if err != nil {
			return err
		}
		page.Asking, page.UseCase, page.UseCaseError = true, v.FormValue("use_case"), wrong["use_case"]
		page.Starts, page.StartsError = v.FormValue("starts"), wrong["starts"]
		page.DailyRequests, page.DailyRequestsError = v.FormValue("daily_requests"), wrong["daily_requests"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	detail := "This page changes by itself when they have decided."
	if v.Environment.Unlocked(h.Store.Now()) {
		detail = "You are told by mail when they have decided."
	}
	return h.backToEnvironment(v, err, good("Request sent", "A solutions engineer will look at it. "+detail))
}

// UnlockWithdraw takes the request back.
func (h *Handlers) UnlockWithdraw(v *EnvironmentVisit) error {
	err := v.Team.WithdrawUnlock(v.ctx(), v.Environment.Kind, v.Param("request"))
	done := good("Request withdrawn", "You can ask again at any time.")
	done.Undo = v.requestAddress() + "/withdraw/undo"
	return h.backToEnvironment(v, err, done)
}

// UnlockWithdrawUndo has the request wait again.
func (h *Handlers) UnlockWithdrawUndo(v *EnvironmentVisit) error {
	err := v.Team.UndoWithdrawUnlock(v.ctx(), v.Environment.Kind, v.Param("request"))
	return h.backToEnvironment(v, err, good("The request waits again", "The solutions engineers are told."))
}

// backToEnvironment goes on to the environment's page, with the change done or with
// who was first.
func (h *Handlers) backToEnvironment(v *EnvironmentVisit, err error, done layout.Flash) error {
	if models.CodeOf(err) == models.Conflict {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), layout.Overview), done)
}

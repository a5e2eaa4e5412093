package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
)

// UnlockRequests returns the environment's latest requests, newest first.
func (t *TeamScope) UnlockRequests(ctx context.Context, kind models.EnvironmentKind) ([]models.UnlockRequest, error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return nil, err
	}
	var requests []models.UnlockRequest
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		return db.Where("environment_id = ?", environment.ID).Order("created_at DESC, id DESC").Limit(20).
			Find(&requests).Error
	})
	return requests, err
}

// UnlockRequest returns one of the environment's requests, with what was written about it.
func (t *TeamScope) UnlockRequest(ctx context.Context, kind models.EnvironmentKind, requestID string) (
	request models.UnlockRequest, replies []models.RequestReply, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return request, nil, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		if err := db.Where("id = ? AND environment_id = ?", requestID, environment.ID).Take(&request).Error; err != nil {
			return err
		}
		replies, err = repliesTo(db, request.ID)
		return err
	})
	return request, replies, err
}

// RequestUnlock asks the solutions engineers to unlock the environment. It is
// Conflict when the environment is unlocked or a request is pending.
func (t *TeamScope) RequestUnlock(ctx context.Context, kind models.EnvironmentKind,
	wish models.UnlockWish) (models.UnlockRequest, error) {
	var request models.UnlockRequest
	err := t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) (err error) {
		if request, err = models.NewUnlockRequest(wish, c.now); err != nil {
			return err
		}
		if !environment.Requestable(c.now) {
			return models.Errorf(models.Conflict, "%s is unlocked already. There is nothing to request.",
				environment.Kind.Name())
		}
		if err := c.noPendingRequest(environment); err != nil {
			return err
		}
		request.ID, request.TeamID, request.EnvironmentID = models.NewID(), t.Team.ID, environment.ID
		request.CreatedBy = c.actor.Sign(models.AsMember)
		if err := c.create(&request); err != nil {
			return err
		}
		if err := c.notifyOfRequest(models.RequestMadeEvent, environment, &request, models.AsMember,
			models.NotificationDetail{Text: request.UseCase, StartsAt: request.StartsOn}); err != nil {
			return err
		}
		line := event(models.UnlockRequested, environment, request.ID)
		line.Detail.Text = request.UseCase
		return c.audit(line, models.AsMember)
	})
	return request, err
}

// noPendingRequest fails when a request waits. One whose time is over is ended first, since the
// sweep may not have come to it yet.
func (c *change) noPendingRequest(environment models.Environment) error {
	var pending models.UnlockRequest
	err := c.Where("environment_id = ? AND state = ?", environment.ID, models.Pending).Take(&pending).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil
	case err != nil:
		return err
	case !c.now.Before(pending.LapsesAt()):
		return c.lapseRequest(environment, &pending)
	}
	return models.Errorf(models.Conflict,
		"%s already requested this on %s. It is waiting for a solutions engineer.",
		models.Isolated(pending.CreatedBy.Name), pending.CreatedAt.UTC().Format("2 January 2006 at 15:04 UTC"))
}

// WithdrawUnlock takes a pending request back. It is Conflict when it was
// decided meanwhile.
func (t *TeamScope) WithdrawUnlock(ctx context.Context, kind models.EnvironmentKind, requestID string) error {
	return t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) error {
		request, err := c.requestOf(environment, requestID)
		if err != nil {
			return err
		}
		if err := request.Withdraw(c.actor.Sign(models.AsMember), c.now); err != nil {
			return err
		}
		if err := c.saveDecision(&request); err != nil {
			return err
		}
		if err := c.notifyOfRequest(models.RequestWithdrawnEvent, environment, &request, models.AsMember,
			models.NotificationDetail{}); err != nil {
			return err
		}
		return c.audit(event(models.UnlockWithdrawn, environment, request.ID), models.AsMember)
	})
}

// UndoWithdrawUnlock has a request wait again that was withdrawn within [models.UndoLife]. It is Conflict once that is
// over, when another request waits, and when there is nothing to ask for any more.
func (t *TeamScope) UndoWithdrawUnlock(ctx context.Context, kind models.EnvironmentKind, requestID string) error {
	return t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) error {
		request, err := c.requestOf(environment, requestID)
		if err != nil {
			return err
		}
		if err := request.UndoWithdraw(c.now); err != nil {
			return err
		}
		if !environment.Requestable(c.now) {
			return models.Errorf(models.Conflict, "%s is unlocked already. There is nothing to request.",
				environment.Kind.Name())
		}
		if err := c.noPendingRequest(environment); err != nil {
			return err
		}
		if err := c.saveDecision(&request); err != nil {
			return err
		}
		if err := c.notifyOfRequest(models.RequestMadeEvent, environment, &request, models.AsMember,
			models.NotificationDetail{Text: request.UseCase, StartsAt: request.StartsOn}); err != nil {
			return err
		}
		return c.audit(event(models.UnlockResumed, environment, request.ID), models.AsMember)
	})
}

// requestOf returns a request for the environment, whose row it holds.
func (c *change) requestOf(environment models.Environment, requestID string) (request models.UnlockRequest,
	err error) {
	err = c.lock().Where("id = ? AND environment_id = ?", requestID, environment.ID).Take(&request).Error
	return request, err
}

func (c *change) saveDecision(request *models.UnlockRequest) error {
	return c.update(request, "state", "decided_at", "decided_by_id", "decided_by_name", "decided_by_capacity",
		"agreement", "ends_at", "answer")
}

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

// RequestUnlock asks the solutions engineers to unlock the environment. It is
// Conflict when the environment is unlocked or a request is pending.
func (t *TeamScope) RequestUnlock(ctx context.Context, kind models.EnvironmentKind,
	useCase string) (models.UnlockRequest, error) {
	var request models.UnlockRequest
	err := t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) error {
		useCase, err := models.CheckUseCase(useCase)
		if err != nil {
			return err
		}
		if environment.Unlocked(c.now) {
			return models.Errorf(models.Conflict, "%s is unlocked already. There is nothing to request.",
				environment.Kind.Name())
		}
		if err := c.noPendingRequest(environment); err != nil {
			return err
		}
		request = models.UnlockRequest{
			ID: models.NewID(), TeamID: t.Team.ID, EnvironmentID: environment.ID, State: models.Pending,
			UseCase: useCase, CreatedAt: c.now, CreatedBy: c.actor.Sign(models.AsMember),
		}
		if err := c.create(&request); err != nil {
			return err
		}
		line := event(models.UnlockRequested, environment, request.ID)
		line.Detail.Text = useCase
		return c.audit(line, models.AsMember)
	})
	return request, err
}

func (c *change) noPendingRequest(environment models.Environment) error {
	var pending models.UnlockRequest
	err := c.Where("environment_id = ? AND state = ?", environment.ID, models.Pending).Take(&pending).Error
	if err == nil {
		return models.Errorf(models.Conflict,
			"%s already requested this on %s. It is waiting for a solutions engineer.",
			pending.CreatedBy.Name, pending.CreatedAt.UTC().Format("2 January 2006 at 15:04 UTC"))
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	return err
}

// WithdrawUnlock takes a pending request back. It is Conflict when it was
// decided meanwhile.
func (t *TeamScope) WithdrawUnlock(ctx context.Context, kind models.EnvironmentKind, requestID string) error {
	return t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) error {
		var request models.UnlockRequest
		if err := c.lock().Where("id = ? AND environment_id = ?", requestID, environment.ID).Take(&request).
			Error; err != nil {
			return err
		}
		if err := request.Withdraw(c.actor.Sign(models.AsMember), c.now); err != nil {
			return err
		}
		if err := c.saveDecision(&request); err != nil {
			return err
		}
		return c.audit(event(models.UnlockWithdrawn, environment, request.ID), models.AsMember)
	})
}

func (c *change) saveDecision(request *models.UnlockRequest) error {
	return c.update(request, "state", "decided_at", "decided_by_id", "decided_by_name", "decided_by_capacity",
		"agreement", "ends_at", "answer")
}

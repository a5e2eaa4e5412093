package store

import (
	"context"
	"time"

	"dojo/models"
)

// Approve unlocks the environment that the request is for, under the agreement.
// On the first unlock its keys are issued. The first decision on a request
// wins; the second is Conflict.
func (d *Desk) Approve(ctx context.Context, requestID string, agreement models.Agreement) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			by := c.actor.Sign(models.AsEngineer)
			if err := request.Approve(by, agreement, c.now); err != nil {
				return err
			}
			environment.Unlock(by, agreement, c.now)
			if err := c.update(&environment, "unlocked_at", "unlocked_by_id", "unlocked_by_name",
				"unlocked_by_capacity", "agreement", "agreement_ends_at"); err != nil {
				return err
			}
			c.keysChanged(environment.ID)
			if err := c.notifyOfRequest(models.RequestApprovedEvent, environment, request, models.AsEngineer,
				models.NotificationDetail{Agreement: agreement.Reference, EndsAt: &agreement.EndsAt}); err != nil {
				return err
			}
			line := event(models.UnlockApproved, environment, request.ID)
			line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, &agreement.EndsAt
			if err := c.audit(line, models.AsEngineer); err != nil {
				return err
			}
			return c.issueMissingKeys(environment, models.AsEngineer)
		})
}

// Decline refuses a request, with a reason that the team reads.
func (d *Desk) Decline(ctx context.Context, requestID, reason string) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			if err := request.Decline(c.actor.Sign(models.AsEngineer), reason, c.now); err != nil {
				return err
			}
			if err := c.notifyOfRequest(models.RequestDeclinedEvent, environment, request, models.AsEngineer,
				models.NotificationDetail{Text: request.Answer}); err != nil {
				return err
			}
			line := event(models.UnlockDeclined, environment, request.ID)
			line.Detail.Text = request.Answer
			return c.audit(line, models.AsEngineer)
		})
}

func (d *Desk) decide(ctx context.Context, requestID string, decision requestSteps) (DeskRequest, error) {
	var decided DeskRequest
	err := d.changeRequest(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			if err := decision(c, request, environment); err != nil {
				return err
			}
			if err := c.saveDecision(request); err != nil {
				return err
			}
			list, err := deskRequests(c.DB, []models.UnlockRequest{*request})
			if err == nil {
				decided = list[0]
			}
			return err
		})
	return decided, err
}

type requestSteps func(c *change, request *models.UnlockRequest, environment models.Environment) error

// changeRequest is a change of a request, which it holds with the environment that it is for.
func (d *Desk) changeRequest(ctx context.Context, requestID string, steps requestSteps) error {
	return d.change(ctx, models.DecideUnlock, func(c *change) error {
		var environment models.Environment
		if err := c.lock().Where("id = (SELECT environment_id FROM unlock_requests WHERE id = ?)", requestID).
			Take(&environment).Error; err != nil {
			return err
		}
		request, err := c.requestOf(environment, requestID)
		if err != nil {
			return err
		}
		return steps(c, &request, environment)
	})
}

// Undo takes the actor's own decision on a request back, within models.UndoLife: the request waits
// again, and an environment that was unlocked is locked. It is Conflict once a key of the
// environment was viewed, or when something else has happened to it since.
func (d *Desk) Undo(ctx context.Context, requestID string) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			decided := *request
			if err := request.Undo(c.actor.Sign(models.AsEngineer), c.now); err != nil {
				return err
			}
			if err := c.Where("id = ? AND deleted_at IS NULL", request.TeamID).Take(&models.Team{}).Error; err != nil {
				return err
			}
			if err := c.takeBack(decided, environment); err != nil {
				return err
			}
			if err := c.notifyOfRequest(models.DecisionUndoneEvent, environment, request, models.AsEngineer,
				models.NotificationDetail{}); err != nil {
				return err
			}
			return c.audit(event(models.UnlockUndone, environment, request.ID), models.AsEngineer)
		})
}

// takeBack brings the environment to where it was before the decision.
func (c *change) takeBack(decided models.UnlockRequest, environment models.Environment) error {
	if decided.State == models.Declined {
		if environment.Unlocked(c.now) {
			return models.Errorf(models.Conflict, "%s was unlocked since. The decision stands.", environment.Kind.Name())
		}
		return c.noPendingRequest(environment)
	}
	if environment.UnlockedAt == nil || !environment.UnlockedAt.Equal(*decided.DecidedAt) ||
		environment.Agreement != decided.Agreement {
		return models.Errorf(models.Conflict, "The agreement of %s was changed since. The decision stands.",
			environment.Kind.Name())
	}
	if err := c.noKeyViewedSince(environment, *decided.DecidedAt); err != nil {
		return err
	}
	environment.UnlockedAt, environment.Agreement, environment.AgreementEndsAt = nil, "", nil
	if err := c.update(&environment, "unlocked_at", "agreement", "agreement_ends_at"); err != nil {
		return err
	}
	c.keysNarrowed(environment.ID, "")
	return nil
}

// noKeyViewedSince fails when somebody has a key of the environment in their hands since the moment.
func (c *change) noKeyViewedSince(environment models.Environment, moment time.Time) error {
	var viewed []models.Key
	if err := c.Omit("Sealed").Where("environment_id = ? AND last_viewed_at >= ?", environment.ID, moment).
		Limit(1).Find(&viewed).Error; err != nil || len(viewed) == 0 {
		return err
	}
	return models.Errorf(models.Conflict, "%s viewed the %s key since, so the decision stands. Lock the environment instead.",
		models.Isolated(viewed[0].LastViewedBy.Name), viewed[0].Kind)
}

package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"dojo/models"
)

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
		// The team is held first, as by all changes of its agreements.
		if err := c.lock().Where("id = (SELECT team_id FROM unlock_requests WHERE id = ?)", requestID).
			Take(&models.Team{}).Error; err != nil {
			return err
		}
		environment, err := c.environment("id = (SELECT environment_id FROM unlock_requests WHERE id = ?)", requestID)
		if err != nil {
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
		if !environment.Requestable(c.now) {
			return models.Errorf(models.Conflict, "%s was unlocked since. The decision stands.", environment.Kind.Name())
		}
		return c.noPendingRequest(environment)
	}
	if err := c.noKeyViewedSince(environment, *decided.DecidedAt); err != nil {
		return err
	}
	return c.uncover(decided, environment)
}

// uncover takes away what an approval has covered, and the agreement with it if that was made
// by the approval and covers nothing else. It is Conflict when the agreement was changed since.
func (c *change) uncover(decided models.UnlockRequest, environment models.Environment) error {
	for i := range environment.Covers {
		cover := &environment.Covers[i]
		if cover.Agreement.Reference != decided.Agreement || cover.Ended(c.now) {
			continue
		}
		var agreement models.Agreement
		if err := c.Where("id = ?", cover.AgreementID).Take(&agreement).Error; err != nil {
			return err
		}
		var latest models.AgreementVersion
		if err := c.Where("agreement_id = ? AND version = ?", agreement.ID, agreement.Version).Take(&latest).
			Error; err != nil {
			return err
		}
		if !latest.At.Equal(*decided.DecidedAt) {
			break
		}
		c.keysNarrowed(environment.ID, "")
		if agreement.Version > 1 {
			err := c.coverLess(&agreement, environment)
			return errors.Join(err, c.resumeTrial(environment, *decided.DecidedAt))
		}
		if err := c.dropAgreement(agreement.ID); err != nil {
			return err
		}
		return c.resumeTrial(environment, *decided.DecidedAt)
	}
	return models.Errorf(models.Conflict, "The agreement of %s was changed since. The decision stands.",
		environment.Kind.Name())
}

// coverLess has an agreement not cover an environment any more, as if it never had.
func (c *change) coverLess(agreement *models.Agreement, environment models.Environment) error {
	before, err := termsOf(c.DB, *agreement)
	if err != nil {
		return err
	}
	after := before
	after.Covers = slices.DeleteFunc(slices.Clone(before.Covers),
		func(kind models.EnvironmentKind) bool { return kind == environment.Kind })
	if err := c.rewrite(agreement, before, after, "", models.AsEngineer); err != nil {
		return err
	}
	return c.Exec("DELETE FROM agreement_covers WHERE agreement_id = ? AND environment_id = ?", agreement.ID,
		environment.ID).Error
}

// dropAgreement removes an agreement that has only been made by mistake.
func (c *change) dropAgreement(id string) error {
	for _, statement := range []string{
		"DELETE FROM agreement_covers WHERE agreement_id = ?",
		"DELETE FROM agreement_versions WHERE agreement_id = ?",
		"DELETE FROM agreement_notes WHERE agreement_id = ?",
		"DELETE FROM agreements WHERE id = ?",
	} {
		if err := c.Exec(statement, id).Error; err != nil {
			return err
		}
	}
	return nil
}

// noKeyViewedSince fails when somebody has a key of the environment in their hands since the moment.
func (c *change) noKeyViewedSince(environment models.Environment, moment time.Time) error {
	var viewed []models.Key
	if err := c.Omit("Sealed").Where("environment_id = ? AND last_viewed_at >= ?", environment.ID, moment).
		Limit(1).Find(&viewed).Error; err != nil || len(viewed) == 0 {
		return err
	}
	took := "viewed"
	if viewed[0].LastCopied {
		took = "copied"
	}
	return models.Errorf(models.Conflict,
		"%s %s the %s key since, so the decision stands. Lock the environment instead.",
		models.Isolated(viewed[0].LastViewedBy.Name), took, viewed[0].Kind)
}

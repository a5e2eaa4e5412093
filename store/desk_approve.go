package store

import (
	"context"
	"errors"
	"slices"

	"dojo/models"
)

// Approve unlocks the environment that the request is for, under an agreement with these
// terms: one that the team has with the same reference and end, or a new one. On the first
// unlock its keys are issued. The first decision on a request wins; the second is Conflict,
// as it is when another agreement covers the environment.
func (d *Desk) Approve(ctx context.Context, requestID string, terms models.Terms) (DeskRequest, error) {
	return d.approve(ctx, requestID, func(
		c *change, environment models.Environment,
	) (models.Agreement, func() error, error) {
		var same []models.Agreement
		err := c.Where("team_id = ? AND reference = ? AND kind = ? AND ends_at = ?", environment.TeamID, terms.Reference,
			models.Ordinary, terms.EndsAt).Order("created_at, id").Limit(1).Find(&same).Error
		if err != nil {
			return models.Agreement{}, nil, err
		}
		if len(same) == 1 && !terms.EndsAt.IsZero() {
			return same[0], func() error { return c.coverToo(&same[0], environment) }, nil
		}
		terms.Covers = []models.EnvironmentKind{environment.Kind}
		if terms.EngineerID == "" {
			terms.EngineerID = c.actor.UserID
		}
		made, err := c.makeAgreement(environment.TeamID, models.Ordinary, terms, "", models.AsEngineer)
		return made, func() error { return c.setCovers(made, terms, models.AsEngineer) }, err
	})
}

// ApproveUnder is Approve under an agreement that the team has, from the agreement's first
// day on. It is Conflict for one that has ended.
func (d *Desk) ApproveUnder(ctx context.Context, requestID, agreementID string) (DeskRequest, error) {
	return d.approve(ctx, requestID, func(
		c *change, environment models.Environment,
	) (models.Agreement, func() error, error) {
		var a models.Agreement
		err := c.Where("id = ? AND team_id = ?", agreementID, environment.TeamID).Take(&a).Error
		if err == nil && a.Kind == models.Trial {
			err = models.Errorf(models.Conflict, "A trial is what the team took by itself. Make an agreement.")
		}
		if err == nil && a.Ended(c.now) {
			err = models.Errorf(models.Conflict, "Agreement %s has ended. Renew it first.", models.Isolated(a.Reference))
		}
		return a, func() error { return c.coverToo(&a, environment) }, err
	})
}

// coverToo has an agreement cover an environment too, and ends an engineer's lock of it.
func (c *change) coverToo(agreement *models.Agreement, environment models.Environment) error {
	before, err := termsOf(c.DB, *agreement)
	if err != nil {
		return err
	}
	for _, cover := range environment.Covers {
		if cover.AgreementID == agreement.ID && cover.InForce(c.now) && cover.LockedAt != nil {
			if err := cover.Unlock(); err != nil {
				return err
			}
			c.keysChanged(environment.ID)
			return c.update(&cover, "locked_at", "locked_by_id", "locked_by_name", "locked_by_capacity", "lock_reason")
		}
	}
	if slices.Contains(before.Covers, environment.Kind) {
		return nil
	}
	after := before
	after.Covers = append(slices.Clone(before.Covers), environment.Kind)
	slices.Sort(after.Covers)
	return c.rewrite(agreement, before, after, "", models.AsEngineer)
}

func (d *Desk) approve(ctx context.Context, requestID string,
	agree func(c *change, environment models.Environment) (a models.Agreement, cover func() error, err error),
) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			// Asked first: who comes second is told who was first.
			by, decided := c.actor.Sign(models.AsEngineer), *request
			if err := decided.Approve(by, models.Terms{}, c.now); err != nil {
				return err
			}
			var team models.Team
			if err := c.Where("id = ?", request.TeamID).Take(&team).Error; err != nil {
				return err
			}
			if team.DeletedAt != nil {
				return models.Errorf(models.Conflict, "This team is deleted. Restore it first.")
			}
			agreement, cover, err := agree(c, environment)
			if err != nil {
				return err
			}
			terms := models.Terms{Reference: agreement.Reference}
			if agreement.EndsAt != nil {
				terms.EndsAt = *agreement.EndsAt
			}
			if err := request.Approve(by, terms, c.now); err != nil {
				return err
			}
			detail := models.NotificationDetail{Agreement: agreement.Reference, EndsAt: agreement.EndsAt}
			if agreement.FirstAt.After(c.now) {
				detail.StartsAt = &agreement.FirstAt
			}
			err = c.notifyOfRequest(models.RequestApprovedEvent, environment, request, models.AsEngineer, detail)
			if err != nil {
				return err
			}
			line := event(models.UnlockApproved, environment, request.ID)
			line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, agreement.EndsAt
			if err := c.audit(line, models.AsEngineer); err != nil {
				return err
			}
			err = cover()
			if wrong, ok := errors.AsType[*models.Error](err); ok && wrong.Fields["covers"] != "" {
				err = models.Errorf(models.Conflict, "%s", wrong.Message)
			}
			return err
		})
}

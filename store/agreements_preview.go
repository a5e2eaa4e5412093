package store

import (
	"context"

	"dojo/models"
)

// Effect is what a change of an agreement would do to one environment.
type Effect struct {
	Before, After     models.Environment // with their covers
	RequestsYesterday int64              // in UTC
	Keys              int                // that are not revoked
}

// PreviewCreate returns what CreateAgreement would do to the team's environments, and fails
// as it would. Nothing is changed.
func (d *Desk) PreviewCreate(ctx context.Context, teamSlug string, terms models.Terms) ([]Effect, error) {
	return d.preview(ctx, func(c *change) (teamID string, do func() error, err error) {
		team, err := c.teamOfAgreement("slug = ?", teamSlug)
		return team.ID, func() error {
			agreement, err := c.makeAgreement(team.ID, models.Ordinary, terms, "", models.AsEngineer)
			if err != nil {
				return err
			}
			return c.setCovers(agreement, terms, models.AsEngineer)
		}, err
	})
}

// PreviewChange returns what ChangeAgreement would do to the team's environments, and fails
// as it would. Nothing is changed.
func (d *Desk) PreviewChange(ctx context.Context, id string, terms models.Terms) ([]Effect, error) {
	return d.preview(ctx, func(c *change) (teamID string, do func() error, err error) {
		agreement, before, err := c.agreement(id)
		return agreement.TeamID, func() error {
			return c.rewrite(&agreement, before, terms, "", models.AsEngineer)
		}, err
	})
}

// preview makes a change, looks at what it has done, and takes it back.
func (d *Desk) preview(
	ctx context.Context, prepare func(c *change) (teamID string, do func() error, err error),
) (effects []Effect, err error) {
	err = d.change(ctx, models.DecideUnlock, func(c *change) error {
		teamID, do, err := prepare(c)
		if err != nil {
			return err
		}
		before, err := environmentsOf(c.DB, []string{teamID})
		if err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
		after, err := environmentsOf(c.DB, []string{teamID})
		if err != nil {
			return err
		}
		for i, environment := range before[teamID] {
			if environment.Kind == models.Playground {
				continue
			}
			effect := Effect{Before: environment, After: after[teamID][i]}
			if err := c.weigh(&effect); err != nil {
				return err
			}
			effects = append(effects, effect)
		}
		return errUnchanged
	})
	return effects, err
}

// weigh adds how much the environment is used.
func (c *change) weigh(effect *Effect) error {
	today := models.DayOf(c.now)
	err := c.Raw("SELECT coalesce(sum(requests), 0) FROM request_counts "+
		"WHERE environment_id = ? AND hour >= ? AND hour < ?", effect.Before.ID, today.AddDate(0, 0, -1), today).
		Scan(&effect.RequestsYesterday).Error
	if err != nil {
		return err
	}
	var keys int64
	err = c.Model(&models.Key{}).Where("environment_id = ? AND state <> ?", effect.Before.ID, models.Revoked).
		Count(&keys).Error
	effect.Keys = int(keys)
	return err
}

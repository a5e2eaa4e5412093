package store

import (
	"context"
	"time"

	"dojo/models"
)

// StartTrial unlocks the team's Development under the offer, by an agreement of its own. It
// is Conflict when the offer is not open to the team (models.TrialOffer.Open): it had one,
// or an agreement has covered Development or will.
func (t *TeamScope) StartTrial(ctx context.Context, offer models.TrialOffer) error {
	return t.change(ctx, models.RequestUnlock, models.Development, func(
		c *change, environment models.Environment,
	) error {
		if !offer.Open(environment) {
			return models.Errorf(models.Conflict, "A team has one trial of its Development, before its first agreement. "+
				"Request an unlock instead.")
		}
		terms := offer.Terms(c.now)
		trial, err := c.makeAgreement(t.Team.ID, models.Trial, terms, "", models.AsMember)
		if err != nil {
			return err
		}
		line := event(models.TrialStarted, environment, trial.ID)
		line.Detail.Agreement, line.Detail.EndsAt, line.Detail.Count = trial.Reference, trial.EndsAt, terms.PerDay
		if err := c.audit(line, models.AsMember); err != nil {
			return err
		}
		if err := c.setCovers(trial, terms, models.AsMember); err != nil {
			return err
		}
		return c.notifyOfUnlocked(trial, models.AsMember)
	})
}

// endTrial has the environment's trial end where an ordinary agreement begins to cover it.
func (c *change) endTrial(agreement models.Agreement, environment models.Environment, cover models.Cover,
	as models.Capacity) error {
	for i := range environment.Covers {
		trial := &environment.Covers[i]
		if agreement.Kind == models.Trial || trial.Agreement.Kind != models.Trial || !trial.Overlaps(&cover) {
			continue
		}
		before, err := termsOf(c.DB, trial.Agreement)
		if err != nil {
			return err
		}
		after := before
		after.EndsAt = cover.StartsAt
		note := "Agreement " + agreement.Reference + " takes its place."
		if err := c.setTrialEnd(trial, before, after, note, as); err != nil {
			return err
		}
	}
	return nil
}

// resumeTrial has a trial that the change of that moment ended go on as before.
func (c *change) resumeTrial(environment models.Environment, ended time.Time) error {
	for i := range environment.Covers {
		trial := &environment.Covers[i]
		if trial.Agreement.Kind != models.Trial {
			continue
		}
		var latest models.AgreementVersion
		if err := c.Where("agreement_id = ? AND version = ?", trial.AgreementID, trial.Agreement.Version).Take(&latest).
			Error; err != nil {
			return err
		}
		if latest.Before == nil || !latest.At.Equal(ended) {
			continue
		}
		return c.setTrialEnd(trial, latest.After, *latest.Before, "The decision was taken back.", models.AsEngineer)
	}
	return nil
}

// setTrialEnd gives a trial another end.
func (c *change) setTrialEnd(trial *models.Cover, before, after models.Terms, note string, as models.Capacity) error {
	trial.EndsAt, trial.ClosedAt = orNone(after.EndsAt), nil
	if trial.Ended(c.now) {
		trial.ClosedAt = &c.now
	}
	if err := c.update(trial, "ends_at", "closed_at"); err != nil {
		return err
	}
	setTerms(&trial.Agreement, after)
	trial.Agreement.Version++
	if err := c.update(&trial.Agreement, "ends_at", "version"); err != nil {
		return err
	}
	return c.keepVersion(trial.Agreement, &before, after, note, as)
}

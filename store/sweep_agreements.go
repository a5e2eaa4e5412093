package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// sweepAgreements writes down which covers have begun and which have ended. The gate knows
// both by its clock.
func (s *Store) sweepAgreements(ctx context.Context) error {
	now := s.Now()
	if err := s.sweepCovers(ctx, (*change).open, "opened_at IS NULL AND starts_at <= ?", now); err != nil {
		return err
	}
	if err := s.sweepCovers(ctx, (*change).lapse, "closed_at IS NULL AND ends_at <= ?", now); err != nil {
		return err
	}
	for _, days := range models.AgreementWarnings() {
		err := s.sweepCovers(ctx, (*change).warn, "closed_at IS NULL AND (warned = 0 OR warned > ?) AND ends_at <= ? "+
			"AND "+notFollowed, days, now.AddDate(0, 0, days))
		if err != nil {
			return err
		}
	}
	return nil
}

// notFollowed is of covers at whose end the environment is locked: no other one begins then.
const notFollowed = "NOT EXISTS (SELECT 1 FROM agreement_covers n " +
	"WHERE n.environment_id = agreement_covers.environment_id " +
	"AND n.agreement_id <> agreement_covers.agreement_id AND n.starts_at = agreement_covers.ends_at)"

// sweepCovers takes a step with each cover that is due.
func (s *Store) sweepCovers(
	ctx context.Context, step func(c *change, environment models.Environment, cover *models.Cover) error,
	due string, args ...any,
) error {
	var covers []models.Cover
	err := s.read(ctx, func(db *gorm.DB) error { return db.Where(due, args...).Order("starts_at").Find(&covers).Error })
	for _, cover := range covers {
		err := s.change(ctx, dojo, func(c *change) error {
			environment, err := c.environment("id = ?", cover.EnvironmentID)
			if err != nil {
				return err
			}
			for i := range environment.Covers {
				if environment.Covers[i].AgreementID == cover.AgreementID {
					return step(c, environment, &environment.Covers[i])
				}
			}
			return errUnchanged // it was taken away meanwhile
		})
		if err != nil {
			return err
		}
	}
	return err
}

// open writes down that a cover has begun, unless somebody has.
func (c *change) open(environment models.Environment, cover *models.Cover) error {
	if cover.OpenedAt != nil || !cover.Begun(c.now) {
		return errUnchanged
	}
	cover.OpenedAt = &c.now
	if err := c.update(cover, "opened_at"); err != nil {
		return err
	}
	c.keysChanged(environment.ID)
	if err := c.notifyOfCover(models.EnvironmentUnlockedEvent, environment, cover, models.AsSystem); err != nil {
		return err
	}
	line := event(models.AgreementBegun, environment, cover.AgreementID)
	line.Detail.Agreement, line.Detail.EndsAt = cover.Agreement.Reference, cover.EndsAt
	return c.audit(line, models.AsSystem)
}

// lapse writes down that a cover has ended, unless it was changed meanwhile.
func (c *change) lapse(environment models.Environment, cover *models.Cover) error {
	if cover.ClosedAt != nil || !cover.Ended(c.now) {
		return errUnchanged
	}
	cover.ClosedAt = &c.now
	if err := c.update(cover, "closed_at"); err != nil {
		return err
	}
	c.keysNarrowed(environment.ID, "")
	line := event(models.AgreementLapsed, environment, cover.AgreementID)
	line.Detail.Agreement, line.Detail.EndsAt = cover.Agreement.Reference, cover.EndsAt
	if next := environment.Following(cover); next != nil {
		line.Detail.Text = next.Agreement.Reference
	} else if err := c.notifyOfCover(models.AgreementEndedEvent, environment, cover, models.AsSystem); err != nil {
		return err
	}
	return c.audit(line, models.AsSystem)
}

// warn tells that a cover ends soon, unless somebody has.
func (c *change) warn(environment models.Environment, cover *models.Cover) error {
	due := cover.WarningDue(c.now)
	if due == 0 || environment.Following(cover) != nil || cover.Warned > 0 && cover.Warned <= due ||
		!cover.InForce(c.now) {
		return errUnchanged
	}
	cover.Warned = due
	if err := c.update(cover, "warned"); err != nil {
		return err
	}
	if err := c.notifyOfCover(models.AgreementEndingEvent, environment, cover, models.AsSystem); err != nil {
		return err
	}
	line := event(models.AgreementEnding, environment, cover.AgreementID)
	line.Detail.Agreement, line.Detail.EndsAt = cover.Agreement.Reference, cover.EndsAt
	return c.audit(line, models.AsSystem)
}

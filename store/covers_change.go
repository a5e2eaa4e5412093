package store

import (
	"context"
	"slices"

	"dojo/models"
)

// setCovers has an agreement cover what its terms say from now on. What it does not cover
// any more is locked at once.
func (c *change) setCovers(agreement models.Agreement, terms models.Terms, as models.Capacity) error {
	var environments []models.Environment
	if err := c.lock().Where("team_id = ? AND kind <> ?", agreement.TeamID, models.Playground).Order("id").
		Find(&environments).Error; err != nil {
		return err
	}
	if err := addCovers(c.DB, environments); err != nil {
		return err
	}
	for _, environment := range environments {
		var before *models.Cover
		for i := range environment.Covers {
			if environment.Covers[i].AgreementID == agreement.ID {
				before = &environment.Covers[i]
			}
		}
		err := c.setCover(agreement, terms, environment, before, slices.Contains(terms.Covers, environment.Kind), as)
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *change) setCover(
	agreement models.Agreement, terms models.Terms, environment models.Environment, before *models.Cover, covered bool,
	as models.Capacity,
) error {
	switch {
	case agreement.Ended(c.now) || !covered && (before == nil || before.Ended(c.now)):
		return nil // what has ended stays as it is
	case !covered && !before.Begun(c.now):
		c.keysNarrowed(environment.ID, "")
		return c.Exec("DELETE FROM agreement_covers WHERE agreement_id = ? AND environment_id = ?", agreement.ID,
			environment.ID).Error
	case !covered:
		before.EndsAt, before.ClosedAt = &c.now, &c.now
		c.keysNarrowed(environment.ID, "")
		return c.update(before, "ends_at", "closed_at")
	case before == nil:
		cover := models.Cover{AgreementID: agreement.ID, EnvironmentID: environment.ID, TeamID: agreement.TeamID}
		c.fill(&cover, agreement, terms)
		if err := c.makeRoom(agreement, environment, cover, as); err != nil {
			return err
		}
		c.keysChanged(environment.ID)
		if err := c.create(&cover); err != nil {
			return err
		}
		return c.issueMissingKeys(environment, as)
	}
	cover := *before
	if cover.Ended(c.now) || !cover.Begun(c.now) {
		c.fill(&cover, agreement, terms)
	} else {
		cover.EndsAt = agreement.EndsAt
		cover.PerSecond, cover.PerDay = terms.PerSecond, terms.PerDay
	}
	if !sameMoment(cover.EndsAt, before.EndsAt) {
		cover.Warned = cover.WarningDue(c.now) // of this change people are told anyway
	}
	if err := c.makeRoom(agreement, environment, cover, as); err != nil {
		return err
	}
	c.keysNarrowed(environment.ID, "")
	return c.update(&cover, "starts_at", "ends_at", "per_second", "per_day", "opened_at", "closed_at", "warned")
}

// fill has a cover begin with its agreement, or now if that has begun.
func (c *change) fill(cover *models.Cover, agreement models.Agreement, terms models.Terms) {
	cover.StartsAt, cover.EndsAt = agreement.FirstAt, agreement.EndsAt
	cover.OpenedAt, cover.ClosedAt = nil, nil
	if !cover.StartsAt.After(c.now) {
		cover.StartsAt, cover.OpenedAt = c.now, &c.now
	}
	cover.Warned = cover.WarningDue(cover.StartsAt)
	cover.PerSecond, cover.PerDay = terms.PerSecond, terms.PerDay
}

// makeRoom ends a trial where the cover begins, and refuses the cover at a time at which another
// agreement covers the environment.
func (c *change) makeRoom(
	agreement models.Agreement, environment models.Environment, cover models.Cover, as models.Capacity,
) error {
	if err := c.endTrial(agreement, environment, cover, as); err != nil {
		return err
	}
	return apart(environment, cover)
}

// apart refuses a cover at a time at which another agreement covers the environment.
func apart(environment models.Environment, cover models.Cover) error {
	for i := range environment.Covers {
		other := &environment.Covers[i]
		if other.AgreementID == cover.AgreementID || !other.Overlaps(&cover) {
			continue
		}
		until := "for good"
		if other.EndsAt != nil {
			until = "until " + models.LastDay(*other.EndsAt).Format("2 January 2006")
		}
		return models.InvalidField("covers", "Agreement %s covers %s %s. End that one first, or begin after it.",
			models.Isolated(other.Agreement.Reference), environment.Kind.Name(), until)
	}
	return nil
}

// LockEnvironment refuses the environment's keys from now on, for a reason that the team
// reads. It is Conflict when the environment is not unlocked.
func (d *Desk) LockEnvironment(ctx context.Context, teamSlug string, kind models.EnvironmentKind, reason string) error {
	return d.changeCover(ctx, teamSlug, kind, func(c *change, environment models.Environment, cover *models.Cover) error {
		if err := cover.Lock(c.actor.Sign(models.AsEngineer), reason, c.now); err != nil {
			return err
		}
		c.keysNarrowed(environment.ID, "")
		n := notice(models.EnvironmentLockedEvent, environment, cover.AgreementID, models.AsEngineer)
		n.Detail.Text, n.Detail.Agreement, n.Detail.EngineerID = cover.LockReason, cover.Agreement.Reference,
			cover.Agreement.EngineerID
		if err := c.notify(n); err != nil {
			return err
		}
		line := event(models.EnvironmentLocked, environment, cover.AgreementID)
		line.Detail.Agreement, line.Detail.Text = cover.Agreement.Reference, cover.LockReason
		return c.audit(line, models.AsEngineer)
	})
}

// UnlockEnvironment accepts the environment's keys again, under the agreement that
// covers it. It is Conflict when no engineer has locked it.
func (d *Desk) UnlockEnvironment(ctx context.Context, teamSlug string, kind models.EnvironmentKind) error {
	return d.changeCover(ctx, teamSlug, kind, func(c *change, environment models.Environment, cover *models.Cover) error {
		if err := cover.Unlock(); err != nil {
			return err
		}
		c.keysChanged(environment.ID)
		if err := c.notifyOfCover(models.EnvironmentUnlockedEvent, environment, cover, models.AsEngineer); err != nil {
			return err
		}
		line := event(models.EnvironmentOpened, environment, cover.AgreementID)
		line.Detail.Agreement, line.Detail.EndsAt = cover.Agreement.Reference, cover.EndsAt
		return c.audit(line, models.AsEngineer)
	})
}

// changeCover changes the lock of the cover that is in force.
func (d *Desk) changeCover(ctx context.Context, teamSlug string, kind models.EnvironmentKind,
	steps func(c *change, environment models.Environment, cover *models.Cover) error) error {
	return d.change(ctx, models.DecideUnlock, func(c *change) error {
		environment, err := c.environment("kind = ? AND team_id = (SELECT id FROM teams WHERE slug = ?)", kind, teamSlug)
		if err != nil {
			return err
		}
		cover := environment.Cover(c.now)
		if cover == nil {
			return models.Errorf(models.Conflict, "No agreement covers %s at the moment.", kind.Name())
		}
		if err := steps(c, environment, cover); err != nil {
			return err
		}
		return c.update(cover, "locked_at", "locked_by_id", "locked_by_name", "locked_by_capacity", "lock_reason")
	})
}

// notifyOfCover tells of what happened to a cover.
func (c *change) notifyOfCover(
	event models.Event, environment models.Environment, cover *models.Cover, as models.Capacity,
) error {
	n := notice(event, environment, cover.AgreementID, as)
	n.Detail = models.NotificationDetail{
		Agreement: cover.Agreement.Reference, EngineerID: cover.Agreement.EngineerID, EndsAt: cover.EndsAt,
		Trial: cover.Agreement.Kind == models.Trial,
	}
	if event == models.AgreementEndingEvent {
		n.Detail.Days = cover.DaysLeft(c.now)
	}
	return c.notify(n)
}

package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"dojo/models"
)

// CreateAgreement makes an agreement for a team, whether or not the team has asked for an
// unlock. The environments that it covers are unlocked from its first day on, and have keys
// from now on. It is Invalid when another agreement covers one of them at the same time,
// and Conflict for a deleted team.
func (d *Desk) CreateAgreement(
	ctx context.Context, teamSlug string, terms models.Terms, note string,
) (agreement models.Agreement, err error) {
	err = d.change(ctx, models.DecideUnlock, func(c *change) error {
		team, err := c.teamOfAgreement("slug = ?", teamSlug)
		if err != nil {
			return err
		}
		agreement, err = c.makeAgreement(team.ID, models.Ordinary, terms, note, models.AsEngineer)
		if err != nil {
			return err
		}
		if err := c.auditAgreement(models.AgreementMade, agreement, terms.Covers, "", models.AsEngineer); err != nil {
			return err
		}
		if err := c.setCovers(agreement, terms, models.AsEngineer); err != nil {
			return err
		}
		return c.notifyOfUnlocked(agreement, models.AsEngineer)
	})
	return agreement, err
}

// notifyOfUnlocked tells of the environments that an agreement unlocks at once.
func (c *change) notifyOfUnlocked(agreement models.Agreement, as models.Capacity) error {
	environments, err := environmentsOf(c.DB, []string{agreement.TeamID})
	for _, environment := range environments[agreement.TeamID] {
		if cover := environment.Cover(c.now); cover != nil && cover.AgreementID == agreement.ID {
			err = errors.Join(err, c.notifyOfCover(models.EnvironmentUnlockedEvent, environment, cover, as))
		}
	}
	return err
}

// teamOfAgreement holds the team, so that it is not deleted meanwhile.
func (c *change) teamOfAgreement(condition string, args ...any) (team models.Team, err error) {
	if err = c.lock().Where(condition, args...).Where("NOT open_to_guests").Take(&team).Error; err != nil {
		return team, err
	}
	if team.DeletedAt != nil {
		err = models.Errorf(models.Conflict, "This team is deleted. Restore it first.")
	}
	return team, err
}

// makeAgreement writes an agreement and its first version. It covers nothing until
// setCovers.
func (c *change) makeAgreement(
	teamID string, kind models.AgreementKind, terms models.Terms, note string, as models.Capacity,
) (models.Agreement, error) {
	if err := kind.Check(terms); err != nil {
		return models.Agreement{}, err
	}
	if terms.FirstAt.IsZero() || terms.FirstAt.Before(c.now) {
		terms.FirstAt = c.now
	}
	agreement := models.Agreement{
		ID: models.NewID(), TeamID: teamID, Kind: kind, CreatedAt: c.now, CreatedBy: c.actor.Sign(as),
	}
	setTerms(&agreement, terms)
	if err := c.engineerOf(terms); err != nil {
		return agreement, err
	}
	agreement.Version = 1
	if err := c.create(&agreement); err != nil {
		return agreement, err
	}
	return agreement, c.keepVersion(agreement, nil, terms, note, as)
}

func setTerms(agreement *models.Agreement, terms models.Terms) {
	agreement.Reference, agreement.Signatory, agreement.EngineerID = terms.Reference, terms.Signatory, terms.EngineerID
	agreement.FirstAt, agreement.EndsAt = terms.FirstAt, orNone(terms.EndsAt)
}

// orNone returns nil for the zero moment.
func orNone(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

func (c *change) notifyOfAgreement(event models.Event, agreement models.Agreement, as models.Capacity) error {
	return c.notify(models.Notification{
		Event: event, TeamID: agreement.TeamID, SubjectID: agreement.ID, Actor: models.Signature{Capacity: as},
		Detail: models.NotificationDetail{
			Agreement: agreement.Reference, EngineerID: agreement.EngineerID, EndsAt: agreement.EndsAt,
			Trial: agreement.Kind == models.Trial,
		},
	})
}

// engineerOf refuses that somebody looks after an agreement who is no engineer.
func (c *change) engineerOf(terms models.Terms) error {
	if terms.EngineerID == "" {
		return nil
	}
	var known int64
	err := c.Model(&models.User{}).Where("id = ? AND engineer AND disabled_at IS NULL", terms.EngineerID).
		Count(&known).Error
	if err == nil && known == 0 {
		err = models.InvalidField("engineer", "Choose a solutions engineer from the list.")
	}
	return err
}

func (c *change) keepVersion(
	agreement models.Agreement, before *models.Terms, after models.Terms, note string, as models.Capacity,
) error {
	if note != "" {
		var err error
		if note, err = models.CheckNote(note); err != nil {
			return err
		}
	}
	return c.create(&models.AgreementVersion{
		AgreementID: agreement.ID, Version: agreement.Version, At: c.now, By: c.actor.Sign(as), Before: before,
		After: after, Note: note,
	})
}

// auditAgreement writes the line about an agreement: of the environment when it is about
// one, and of the team otherwise.
func (c *change) auditAgreement(
	action models.AuditAction, agreement models.Agreement, covered []models.EnvironmentKind, text string,
	as models.Capacity,
) error {
	line := models.AuditEvent{Action: action, TeamID: agreement.TeamID, SubjectID: agreement.ID}
	if len(covered) == 1 {
		var environment models.Environment
		err := c.Where("team_id = ? AND kind = ?", agreement.TeamID, covered[0]).Take(&environment).Error
		if err != nil {
			return err
		}
		line = event(action, environment, agreement.ID)
	}
	line.Detail.Agreement, line.Detail.EndsAt, line.Detail.Text = agreement.Reference, agreement.EndsAt, text
	return c.audit(line, as)
}

// agreement reads an agreement and what it says now. It holds the agreement's team, as
// every change of its agreements does.
func (c *change) agreement(id string) (agreement models.Agreement, terms models.Terms, err error) {
	_, err = c.teamOfAgreement("id = (SELECT team_id FROM agreements WHERE id = ?)", id)
	if err != nil {
		return agreement, terms, err
	}
	if err = c.Where("id = ?", id).Take(&agreement).Error; err != nil {
		return agreement, terms, err
	}
	terms, err = termsOf(c.DB, agreement)
	return agreement, terms, err
}

// ChangeAgreement has an agreement say something else. version is the one that the change
// was made from: it is Conflict when somebody has changed the agreement since. It is
// Invalid when another agreement covers one of the environments at the same time.
func (d *Desk) ChangeAgreement(
	ctx context.Context, id string, version int, terms models.Terms, note string,
) (agreement models.Agreement, err error) {
	return d.changeAgreement(ctx, id, note, func(
		a models.Agreement, before models.Terms, _ time.Time,
	) (models.Terms, error) {
		if a.Version != version {
			return before, models.Errorf(models.Conflict,
				"Somebody has changed this agreement meanwhile. Look at it as it is now, and change it again.")
		}
		return terms, nil
	})
}

func (d *Desk) changeAgreement(
	ctx context.Context, id, note string,
	changed func(a models.Agreement, before models.Terms, now time.Time) (models.Terms, error),
) (agreement models.Agreement, err error) {
	err = d.change(ctx, models.DecideUnlock, func(c *change) error {
		var before, after models.Terms
		if agreement, before, err = c.agreement(id); err != nil {
			return err
		}
		if after, err = changed(agreement, before, c.now); err != nil {
			return err
		}
		environments, err := environmentsOf(c.DB, []string{agreement.TeamID})
		if err != nil {
			return err
		}
		if err := c.rewrite(&agreement, before, after, note, models.AsEngineer); err != nil {
			return err
		}
		if err := c.notifyOfAgreement(models.AgreementChangedEvent, agreement, models.AsEngineer); err != nil {
			return err
		}
		return c.notifyOfSwitched(agreement, environments[agreement.TeamID], models.AsEngineer)
	})
	return agreement, err
}

// notifyOfSwitched tells of the environments that a change of an agreement has locked or unlocked at
// once, given as they were before it.
func (c *change) notifyOfSwitched(agreement models.Agreement, before []models.Environment, as models.Capacity) error {
	environments, err := environmentsOf(c.DB, []string{agreement.TeamID})
	for i, environment := range environments[agreement.TeamID] {
		was, is := before[i].Unlocked(c.now), environment.Unlocked(c.now)
		switch {
		case was && !is:
			n := notice(models.EnvironmentLockedEvent, environment, agreement.ID, as)
			n.Detail.Agreement, n.Detail.EngineerID = agreement.Reference, agreement.EngineerID
			err = errors.Join(err, c.notify(n))
		case is && !was:
			err = errors.Join(err, c.notifyOfCover(models.EnvironmentUnlockedEvent, environment, environment.Cover(c.now), as))
		}
	}
	return err
}

// rewrite has an agreement say something else from now on.
func (c *change) rewrite(
	agreement *models.Agreement, before, after models.Terms, note string, as models.Capacity,
) error {
	if err := errors.Join(agreement.Kind.Check(after), c.engineerOf(after)); err != nil {
		return err
	}
	setTerms(agreement, after)
	agreement.Version++
	if err := c.update(agreement, "reference", "signatory", "engineer_id", "first_at", "ends_at", "version"); err != nil {
		return err
	}
	if err := c.setCovers(*agreement, after, as); err != nil {
		return err
	}
	if err := c.keepVersion(*agreement, &before, after, note, as); err != nil {
		return err
	}
	covered := slices.Concat(before.Covers, after.Covers)
	slices.Sort(covered)
	return c.auditAgreement(models.AgreementChanged, *agreement, slices.Compact(covered), "", as)
}

// RenewAgreement has an agreement last a year longer: from its last day, or from today if
// that is over. It is Conflict for one that is open-ended or a trial.
func (d *Desk) RenewAgreement(ctx context.Context, id string) (models.Agreement, error) {
	return d.changeAgreement(ctx, id, "", func(a models.Agreement, t models.Terms, now time.Time) (models.Terms, error) {
		var err error
		t.EndsAt, err = a.Renewed(now)
		return t, err
	})
}

// EndAgreement makes today, in UTC, the agreement's last day. It is Conflict when it has
// ended, or has not begun.
func (d *Desk) EndAgreement(ctx context.Context, id string) (models.Agreement, error) {
	return d.changeAgreement(ctx, id, "", func(a models.Agreement, t models.Terms, now time.Time) (models.Terms, error) {
		switch {
		case a.Ended(now):
			return t, models.Errorf(models.Conflict, "This agreement has ended already.")
		case a.FirstAt.After(now):
			return t, models.Errorf(models.Conflict, "This agreement has not begun. Change its days instead.")
		}
		t.EndsAt = models.DayOf(now).AddDate(0, 0, 1)
		return t, nil
	})
}

// NoteAgreement keeps a note for other engineers.
func (d *Desk) NoteAgreement(ctx context.Context, id, text string) error {
	return d.change(ctx, models.DecideUnlock, func(c *change) error {
		text, err := models.CheckNote(text)
		if err != nil {
			return err
		}
		var agreement models.Agreement
		if err := c.Where("id = ?", id).Take(&agreement).Error; err != nil {
			return err
		}
		err = c.create(&models.AgreementNote{ID: models.NewID(), AgreementID: id, At: c.now,
			By: c.actor.Sign(models.AsEngineer), Text: text})
		if err != nil {
			return err
		}
		// Without the team, which must not see it.
		return c.audit(models.AuditEvent{Action: models.AgreementNoted, SubjectID: id,
			Detail: models.AuditDetail{Agreement: agreement.Reference}}, models.AsEngineer)
	})
}

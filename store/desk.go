package store

import (
	"context"

	"dojo/models"
)

// Desk is what solutions engineers may see and change, across teams.
type Desk struct {
	store *Store
	actor models.Actor
}

// Desk opens the desk for the actor. It is NotFound for everybody who is not a
// solutions engineer.
func (s *Store) Desk(ctx context.Context, actor models.Actor) (*Desk, error) {
	user, err := s.SessionUser(ctx, actor.UserID)
	if err == nil && !user.Role().May(models.ViewDesk) {
		err = models.ErrNotFound()
	}
	if err != nil {
		return nil, err
	}
	return &Desk{store: s, actor: actor}, nil
}

func (d *Desk) change(ctx context.Context, action models.Action, steps func(c *change) error) error {
	return d.store.change(ctx, d.actor, func(c *change) error {
		if err := c.engineer(action); err != nil {
			return err
		}
		return steps(c)
	})
}

// ChangeAgreement puts an unlocked environment under another agreement, or the
// same one with another end. A locked one needs a request first.
func (d *Desk) ChangeAgreement(ctx context.Context, teamSlug string, kind models.EnvironmentKind,
	agreement models.Agreement) error {
	return d.change(ctx, models.DecideUnlock, func(c *change) error {
		var environment models.Environment
		err := c.lock().Where("kind = ? AND team_id = (SELECT id FROM teams WHERE slug = ?)", kind, teamSlug).
			Take(&environment).Error
		if err != nil {
			return err
		}
		if kind == models.Playground || !environment.Unlocked(c.now) {
			return models.Errorf(models.Conflict,
				"%s is not unlocked under an agreement. The team has to request an unlock.", kind.Name())
		}
		environment.SetAgreement(agreement)
		if err := c.update(&environment, "agreement", "agreement_ends_at"); err != nil {
			return err
		}
		c.keysNarrowed(environment.ID, "")
		line := event(models.AgreementChanged, environment, environment.ID)
		line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, &agreement.EndsAt
		return c.audit(line, models.AsEngineer)
	})
}

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

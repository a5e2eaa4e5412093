package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
)

// notify writes down, in the change's own transaction, that people and webhooks are to
// be told of something. Moment and actor are the change's; in which capacity the actor
// did it is what the notification says, as a member unless it says anything.
func (c *change) notify(n models.Notification) error {
	as := n.Actor.Capacity
	if as == "" {
		as = models.AsMember
	}
	n.At, n.Actor = c.now, c.actor.Sign(as)
	n = n.Redacted()
	c.notified = true
	return c.create(&n)
}

// announce is a transaction of Dojo's own that changes nothing but who is told of what, and
// so leaves no line in the activity list.
func (s *Store) announce(ctx context.Context, steps func(c *change) error) error {
	c := &change{store: s, actor: dojo}
	err := s.write(ctx, func(db *gorm.DB) error {
		c.DB, c.now = db, s.Now()
		return steps(c)
	})
	if c.mailed {
		s.tellOfMail()
	}
	if c.delivers {
		s.tellOfDeliveries()
	}
	if c.notified {
		s.tellOfNotification()
	}
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

func (s *Store) tellOfNotification() {
	if s.onNotified != nil {
		s.onNotified()
	}
}

// notice begins a notification about the environment.
func notice(event models.Event, environment models.Environment, subjectID string,
	as models.Capacity) models.Notification {
	return models.Notification{
		Event: event, TeamID: environment.TeamID, EnvironmentID: environment.ID, Environment: environment.Kind,
		SubjectID: subjectID, Actor: models.Signature{Capacity: as},
	}
}

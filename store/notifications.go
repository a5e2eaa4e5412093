package store

import "dojo/models"

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

// notice begins a notification about the environment.
func notice(event models.Event, environment models.Environment, subjectID string,
	as models.Capacity) models.Notification {
	return models.Notification{
		Event: event, TeamID: environment.TeamID, EnvironmentID: environment.ID, Environment: environment.Kind,
		SubjectID: subjectID, Actor: models.Signature{Capacity: as},
	}
}

package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// sweepRequests reminds the solutions engineers of requests that wait, and ends those that
// nobody decided in time.
func (s *Store) sweepRequests(ctx context.Context) error {
	var waiting []models.UnlockRequest
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("state = ? AND created_at <= ?", models.Pending, s.Now().Add(-firstReminder())).
			Order("created_at, id").Find(&waiting).Error
	})
	for _, request := range waiting {
		if request.RemindersDue(s.Now()) == request.Reminders && s.Now().Before(request.LapsesAt()) {
			continue
		}
		if err := s.change(ctx, dojo, func(c *change) error { return c.waitOn(request) }); err != nil {
			return err
		}
	}
	return err
}

func firstReminder() time.Duration { return models.RequestReminders()[0] }

// waitOn does what a request's age asks for, unless somebody decided it or another process was
// first.
func (c *change) waitOn(found models.UnlockRequest) error {
	var environment models.Environment
	err := c.lock().Where("id = ?", found.EnvironmentID).Take(&environment).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errUnchanged // its team was removed for good
	}
	if err != nil {
		return err
	}
	request, err := c.requestOf(environment, found.ID)
	if err != nil {
		return err
	}
	if request.State == models.Pending && !c.now.Before(request.LapsesAt()) {
		return c.lapseRequest(environment, &request)
	}
	due := request.RemindersDue(c.now)
	if due <= request.Reminders {
		return errUnchanged
	}
	request.Reminders = due
	if err := c.update(&request, "reminders"); err != nil {
		return err
	}
	days := int(models.RequestReminders()[due-1] / (24 * time.Hour))
	if err := c.notifyOfRequest(models.RequestWaitingEvent, environment, &request, models.AsSystem,
		models.NotificationDetail{Days: days, Text: request.UseCase}); err != nil {
		return err
	}
	return c.audit(event(models.UnlockReminded, environment, request.ID), models.AsSystem)
}

// lapseRequest ends a request that nobody decided in time. Time does that, whoever finds it.
func (c *change) lapseRequest(environment models.Environment, request *models.UnlockRequest) error {
	actor := c.actor
	c.actor = dojo
	defer func() { c.actor = actor }()
	if err := request.Lapse(dojo.Sign(models.AsSystem), c.now); err != nil {
		return err
	}
	if err := c.saveDecision(request); err != nil {
		return err
	}
	if err := c.notifyOfRequest(models.RequestLapsedEvent, environment, request, models.AsSystem,
		models.NotificationDetail{}); err != nil {
		return err
	}
	return c.audit(event(models.UnlockLapsed, environment, request.ID), models.AsSystem)
}

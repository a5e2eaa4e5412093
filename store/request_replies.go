package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// maxReplies is how many replies a request can have.
const maxReplies = 200

// Reply writes about a request to the solutions engineers, whether or not it is decided.
func (t *TeamScope) Reply(ctx context.Context, kind models.EnvironmentKind, requestID, text string) error {
	return t.change(ctx, models.RequestUnlock, kind, func(c *change, environment models.Environment) error {
		request, err := c.requestOf(environment, requestID)
		if err != nil {
			return err
		}
		return c.reply(environment, request, text, models.AsMember)
	})
}

// Reply writes about a request to the team, whether or not it is decided.
func (d *Desk) Reply(ctx context.Context, requestID, text string) error {
	return d.changeRequest(ctx, requestID, func(c *change, request *models.UnlockRequest,
		environment models.Environment) error {
		if err := c.Where("id = ? AND deleted_at IS NULL", request.TeamID).Take(&models.Team{}).Error; err != nil {
			return err
		}
		return c.reply(environment, *request, text, models.AsEngineer)
	})
}

// Replies returns what was written about a request, in order.
func (d *Desk) Replies(ctx context.Context, requestID string) (replies []models.RequestReply, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		if err := db.Select("id").Where("id = ?", requestID).Take(&models.UnlockRequest{}).Error; err != nil {
			return err
		}
		replies, err = repliesTo(db, requestID)
		return err
	})
	return replies, err
}

func (c *change) reply(environment models.Environment, request models.UnlockRequest, text string,
	as models.Capacity) error {
	text, err := models.CheckReply(text)
	if err != nil {
		return err
	}
	var replies int64
	if err := c.Model(&models.RequestReply{}).Where("request_id = ?", request.ID).Count(&replies).Error; err != nil {
		return err
	}
	if replies >= maxReplies {
		return models.InvalidField("reply", "This request has %d replies, and takes no more.", maxReplies)
	}
	reply := models.RequestReply{RequestID: request.ID, TeamID: request.TeamID, At: c.now, By: c.actor.Sign(as),
		Text: text}
	if err := c.create(&reply); err != nil {
		return err
	}
	if err := c.notifyOfRequest(models.RequestRepliedEvent, environment, &request, as,
		models.NotificationDetail{Text: text}); err != nil {
		return err
	}
	return c.audit(event(models.UnlockReplied, environment, request.ID), as)
}

// notifyOfRequest writes down that people are to be told of what has happened to a request. It
// concerns whoever made it and whoever wrote about it.
func (c *change) notifyOfRequest(event models.Event, environment models.Environment, request *models.UnlockRequest,
	as models.Capacity, detail models.NotificationDetail) error {
	err := c.Model(&models.RequestReply{}).Where("request_id = ? AND by_id <> ? AND by_id <> ''", request.ID,
		request.CreatedBy.ID).Distinct().Order("by_id").Pluck("by_id", &detail.People).Error
	if err != nil {
		return err
	}
	if request.CreatedBy.ID != "" {
		detail.People = append(detail.People, request.CreatedBy.ID)
	}
	if cover := environment.Cover(c.now); event != models.RequestApprovedEvent && environment.Unlocked(c.now) &&
		cover != nil {
		detail.Agreement, detail.EndsAt, detail.Trial = cover.Agreement.Reference, cover.EndsAt,
			cover.Agreement.Kind == models.Trial
	}
	n := notice(event, environment, request.ID, as)
	n.Detail = detail
	return c.notify(n)
}

// repliesTo returns what was written about a request, in order.
func repliesTo(db *gorm.DB, requestID string) (replies []models.RequestReply, err error) {
	err = db.Where("request_id = ?", requestID).Order("id").Limit(maxReplies).Find(&replies).Error
	return replies, err
}

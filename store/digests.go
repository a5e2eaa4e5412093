package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// digestHour is when, in UTC, the mail with a day's notifications is sent: before work
// begins in Europe, and after it ends in America.
const digestHour = 6

// maxDigest is how many notifications a day's mail lists; the page lists all.
const maxDigest = 30

// lastDigest is the moment from which the mail of the day is due.
func lastDigest(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), digestHour, 0, 0, 0, time.UTC)
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	return at
}

// sweepNotifications sends the mails of the day that are due, and removes notifications
// that are no longer kept, from people's lists too.
func (s *Store) sweepNotifications(ctx context.Context) error {
	due := lastDigest(s.Now())
	var users []string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT DISTINCT user_id FROM notices WHERE for_digest AND NOT EXISTS "+
			"(SELECT 1 FROM digests WHERE digests.user_id = notices.user_id AND sent_at >= ?)", due).Scan(&users).Error
	})
	if err != nil {
		return err
	}
	for _, user := range users {
		if err := s.writeDigest(ctx, user, due); err != nil {
			return err
		}
	}
	return s.purgeRows(ctx, "notifications", "at <= ?", s.Now().Add(-models.NotificationsKept))
}

// writeDigest writes one person's mail of the day, unless another process has. What
// happened since the mail was due waits for the next.
func (s *Store) writeDigest(ctx context.Context, userID string, due time.Time) error {
	return s.announce(ctx, func(c *change) error {
		claimed := c.Exec("INSERT INTO digests VALUES (?, ?) ON CONFLICT (user_id) "+
			"DO UPDATE SET sent_at = excluded.sent_at WHERE digests.sent_at < ?", userID, c.now, due)
		if claimed.Error != nil || claimed.RowsAffected == 0 {
			return claimed.Error
		}
		told, count, err := c.digested(userID, due)
		if err != nil || count == 0 {
			return err
		}
		var user models.User
		if err := c.Where("id = ?", userID).Take(&user).Error; err != nil || user.DisabledAt != nil {
			return err
		}
		return c.mail(models.DigestMail, user.Email, models.MailContent{Told: told, More: count - len(told)})
	})
}

// digested takes a person's notifications from before the moment, oldest first, and counts
// those that they may still see.
func (c *change) digested(userID string, due time.Time) (told []models.Told, count int, err error) {
	const waiting = "for_digest AND notification_id IN (SELECT id FROM notifications WHERE at < ?)"
	var all int64
	if err := noticesOf(c.DB, userID).Where(waiting, due).Count(&all).Error; err != nil {
		return nil, 0, err
	}
	rows, err := toldTo(c.DB, noticesOf(c.DB, userID).Where(waiting, due).Order("notification_id").Limit(maxDigest))
	if err != nil {
		return nil, 0, err
	}
	for _, row := range rows {
		told = append(told, row.Told)
	}
	return told, int(all), c.Exec("UPDATE notices SET for_digest = false WHERE user_id = ? AND "+waiting, userID, due).
		Error
}

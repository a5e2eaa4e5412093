package store

import (
	"time"

	"dojo/models"
)

// device is a browser that a user has signed in with.
type device struct {
	UserID     string `gorm:"primaryKey"`
	Digest     []byte `gorm:"primaryKey"`
	CreatedAt  time.Time
	LastSeenAt time.Time
}

// seeDevice notes the browser, and mails the user when it is a new one. The
// browser of the very first sign-in is no news.
func (c *change) seeDevice(user models.User, digest []byte, userAgent string) error {
	seen := c.Model(&device{}).Where("user_id = ? AND digest = ?", user.ID, digest).Update("last_seen_at", c.now)
	if seen.Error != nil || seen.RowsAffected == 1 {
		return seen.Error
	}
	var others int64
	if err := c.Model(&device{}).Where("user_id = ?", user.ID).Count(&others).Error; err != nil {
		return err
	}
	if err := c.create(&device{UserID: user.ID, Digest: digest, CreatedAt: c.now, LastSeenAt: c.now}); err != nil ||
		others == 0 {
		return err
	}
	return c.mail(models.NewDeviceMail, user.Email, models.MailContent{UserAgent: userAgent})
}

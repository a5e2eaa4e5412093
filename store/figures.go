package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Figures counts what should not pile up. Its queries take indexes; they are those of a few
// rows as long as nothing has piled up.
func (s *Store) Figures(ctx context.Context) (f models.Figures, err error) {
	now := s.Now()
	var row struct {
		Live, Out, OpenReceipts, Mails, FailedMails int
		ReceiptAge                                  float64 // in seconds
	}
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Raw(`SELECT
			(SELECT count(*) FROM processes WHERE out_at IS NULL) AS live,
			(SELECT count(*) FROM processes WHERE out_at > ?) AS "out",
			(SELECT count(*) FROM changes WHERE narrows AND settled_at IS NULL) AS open_receipts,
			(SELECT COALESCE(MAX(`+s.engine.Age("committed_at")+`), 0) FROM changes
				WHERE narrows AND settled_at IS NULL) AS receipt_age,
			(SELECT count(*) FROM mails WHERE sent_at IS NULL AND failed_at IS NULL) AS mails,
			(SELECT count(*) FROM mails WHERE failed_at IS NOT NULL) AS failed_mails`,
			time.Now().UTC().Add(-outShown)).Scan(&row).Error
	})
	if err != nil {
		return f, err
	}
	due := struct{ At *time.Time }{}
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Mail{}).Select("next_try_at AS at").
			Where("sent_at IS NULL AND failed_at IS NULL AND next_try_at <= ?", now).
			Order("next_try_at").Limit(1).Scan(&due).Error
	})
	f = models.Figures{
		Live: row.Live, Out: row.Out, OpenReceipts: row.OpenReceipts, Mails: row.Mails, FailedMails: row.FailedMails,
		OldestReceipt: seconds(row.ReceiptAge),
	}
	if due.At != nil {
		f.OldestMail = now.Sub(*due.At)
	}
	return f, err
}

// seconds is a duration that the database has measured. It is never less than 0, whatever a
// clock that is set back says.
func seconds(age float64) time.Duration { return max(0, time.Duration(age*float64(time.Second))) }

// Pools are the pools of connections.
func (s *Store) Pools() []models.Pool { return s.engine.Pools() }

// HandedIn is how many uploads and deletions of the API wait for the database.
func (s *Store) HandedIn() int { return s.ingest.Waiting() }

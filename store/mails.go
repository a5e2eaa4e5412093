package store

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
	"dojo/vault"
)

// mail writes a mail that is sent once the change is committed.
func (c *change) mail(kind models.MailKind, to string, content models.MailContent) error {
	return c.writeMail(models.Mail{Kind: kind, Recipient: to}, content)
}

// unsentMail does the work of a mail and sends none, so that whoever asks for a
// mail cannot tell by the time whether the address has an account. The sender is
// woken for it too, for the same reason.
func (c *change) unsentMail(kind models.MailKind, content models.MailContent) error {
	return c.writeMail(models.Mail{Kind: kind, SentAt: &c.now}, content)
}

func (c *change) writeMail(row models.Mail, content models.MailContent) error {
	row.ID, row.CreatedAt, row.NextTryAt = models.NewID(), c.now, c.now
	content.At, content.Address = c.now, cmp.Or(content.Address, c.actor.Address)
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	sealed, err := c.store.vault.Seal(string(text), mailContext(row))
	if err != nil {
		return err
	}
	row.Sealed = sealed
	c.mailed = true
	return c.create(&row)
}

// mailContext keeps one mail's content from opening as another's, or as a key.
func mailContext(m models.Mail) vault.KeyContext {
	return vault.KeyContext{KeyID: m.ID, Kind: "mail"}
}

// DueMail is a mail that is to be sent now.
type DueMail struct {
	models.Mail
	Content models.MailContent
}

// mailLease is how long a sender that claimed a mail has to send it (a lease, also
// called a visibility timeout). When the sender dies, the mail is claimed again
// after it.
const mailLease = 5 * time.Minute

// ClaimMails takes up to limit mails that are due, for the caller to send. Each
// is claimed by one caller at a time.
func (s *Store) ClaimMails(ctx context.Context, limit int) ([]DueMail, error) {
	var due []DueMail
	err := s.write(ctx, func(db *gorm.DB) error {
		var rows []models.Mail
		query := db.Where("sent_at IS NULL AND failed_at IS NULL AND next_try_at <= ?", s.Now()).
			Order("next_try_at, id").Limit(limit)
		if s.engine.Dialect == database.Postgres {
			query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate,
				Options: clause.LockingOptionsSkipLocked})
		}
		if err := query.Find(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			row.Tries++
			claimed := map[string]any{"tries": row.Tries, "next_try_at": s.Now().Add(mailLease)}
			if err := db.Model(&models.Mail{}).Where("id = ?", row.ID).Updates(claimed).Error; err != nil {
				return err
			}
			mail, err := s.openMail(row)
			if err != nil { // one bad mail does not hold the others up
				lost := map[string]any{"failed_at": s.Now(),
					"last_error": "The mail's content does not open with this keyring."}
				if err := db.Model(&models.Mail{}).Where("id = ?", row.ID).Updates(lost).Error; err != nil {
					return err
				}
				continue
			}
			due = append(due, mail)
		}
		return nil
	})
	return due, err
}

func (s *Store) openMail(row models.Mail) (DueMail, error) {
	mail := DueMail{Mail: row}
	text, err := s.vault.Unseal(row.Sealed, mailContext(row))
	if err != nil {
		return mail, err
	}
	return mail, json.Unmarshal([]byte(text), &mail.Content)
}

// MailSent notes that claimed mails were sent, and forgets what they said.
func (s *Store) MailSent(ctx context.Context, mails ...models.Mail) error {
	ids := make([]string, len(mails))
	for i := range mails {
		ids[i] = mails[i].ID
	}
	sent := map[string]any{"sent_at": s.Now(), "sealed": nil, "last_error": ""}
	return s.updateMail(ctx, sent, "id IN ?", ids)
}

// MailFailed notes that a claimed mail could not be sent. It is tried again
// later, or given up and shown at the desk. Nothing is noted when the lease was
// over and somebody else has claimed the mail since: it is theirs.
func (s *Store) MailFailed(ctx context.Context, mail models.Mail, reason string) error {
	mail.Failed(reason, s.Now())
	failed := map[string]any{"next_try_at": mail.NextTryAt, "failed_at": mail.FailedAt, "last_error": mail.LastError}
	return s.updateMail(ctx, failed, "id = ? AND tries = ? AND sent_at IS NULL", mail.ID, mail.Tries)
}

func (s *Store) updateMail(ctx context.Context, columns map[string]any, condition string, args ...any) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Mail{}).Where(condition, args...).Updates(columns).Error
	})
}

// deskLimit is how many mails the desk lists.
const deskLimit = 200

// TroubledMails returns mails that could not be sent so far, or were given up,
// without what they say.
func (d *Desk) TroubledMails(ctx context.Context) ([]models.Mail, error) {
	var rows []models.Mail
	err := d.store.read(ctx, func(db *gorm.DB) error {
		return db.Omit("Sealed").Where("last_error <> '' AND sent_at IS NULL").Order("created_at DESC, id").
			Limit(deskLimit).Find(&rows).Error
	})
	return rows, err
}

package store

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/vault"
)

type keptForm struct {
	Digest    []byte `gorm:"primaryKey"`
	UserID    string
	Sealed    []byte
	CreatedAt time.Time
}

// FormMark is what the forms of pages that are shown to the user carry: whoever sends one says with it by whom it was
// filled in. Nobody can make it who was not shown a page of theirs.
func (s *Store) FormMark(userID string) string {
	digest := s.vault.Digest("forms of " + userID)
	return userID + "." + base64.RawURLEncoding.EncodeToString(digest[:12])
}

// FormOf returns the id of the user whose mark it is; empty for what is no mark.
func (s *Store) FormOf(mark string) (userID string) {
	userID, _, _ = strings.Cut(mark, ".")
	if userID == "" || !hmac.Equal([]byte(mark), []byte(s.FormMark(userID))) {
		return ""
	}
	return userID
}

// KeepForm keeps a form for the user who has filled it in, for [models.FormKept], and returns the token by which it is
// found. Nothing is changed that anybody is told of, so the activity list has no line. It is NotFound where there is no
// such account, or it is disabled.
func (s *Store) KeepForm(ctx context.Context, userID string, form models.KeptForm) (token string, err error) {
	text, err := json.Marshal(form)
	if err != nil {
		return "", err
	}
	row := keptForm{UserID: userID, CreatedAt: s.Now()}
	token, row.Digest = models.NewToken()
	if row.Sealed, err = s.vault.Seal(string(text), keptContext(userID)); err != nil {
		return "", err
	}
	return token, s.write(ctx, func(db *gorm.DB) error {
		if err := db.Where("id = ? AND disabled_at IS NULL", userID).Take(&models.User{}).Error; err != nil {
			return err
		}
		var older [][]byte
		if err := db.Model(&keptForm{}).Where("user_id = ?", userID).Order("created_at DESC").Offset(models.MaxKeptForms-1).
			Limit(models.MaxKeptForms).Pluck("digest", &older).Error; err != nil {
			return err
		}
		if len(older) > 0 {
			if err := db.Where("digest IN ?", older).Delete(&keptForm{}).Error; err != nil {
				return err
			}
		}
		return db.Create(&row).Error
	})
}

// KeptForm returns the form with the token. It is NotFound for everybody but the person who has filled it in, and once
// its time is over.
func (s *Store) KeptForm(ctx context.Context, actor models.Actor, token string) (form models.KeptForm, err error) {
	var row keptForm
	err = s.read(ctx, func(db *gorm.DB) error {
		return db.Where("digest = ? AND user_id = ? AND created_at > ?", models.TokenDigest(token), actor.UserID,
			s.Now().Add(-models.FormKept)).Take(&row).Error
	})
	if err != nil {
		return form, err
	}
	text, err := s.vault.Unseal(row.Sealed, keptContext(row.UserID))
	if err != nil {
		return form, err
	}
	return form, json.Unmarshal([]byte(text), &form)
}

func keptContext(userID string) vault.KeyContext {
	return vault.KeyContext{Kind: "form", KeyID: userID}
}

// sweepForms removes the forms whose time is over.
func sweepForms(db *gorm.DB, now time.Time) error {
	return db.Where("created_at <= ?", now.Add(-models.FormKept)).Delete(&keptForm{}).Error
}

// onlyShown is the key by which a context says that nothing is to be changed.
type onlyShown struct{}

// OnlyShown has each change that is made with the context refuse itself before it does anything: as Invalid, naming no
// field. A form that was kept is shown by it: it comes back filled in, as one that was not right.
func OnlyShown(ctx context.Context) context.Context { return context.WithValue(ctx, onlyShown{}, true) }

// IsOnlyShown reports whether the context is one of OnlyShown.
func IsOnlyShown(ctx context.Context) bool { return ctx.Value(onlyShown{}) != nil }

// errOnlyShown is what a change ends with then.
func errOnlyShown() error {
	return &models.Error{Code: models.Invalid, Message: "Nothing was sent.", Fields: map[string]string{}}
}

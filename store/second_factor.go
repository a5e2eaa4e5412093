package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/vault"
)

// Factors is how a user can prove who they are beside a password.
type Factors struct {
	TOTP          bool
	RecoveryCodes int // how many are left
	Passkeys      []models.Passkey
}

// Any reports whether there is a second factor at all.
func (f Factors) Any() bool { return f.TOTP || len(f.Passkeys) > 0 }

// Factors returns the user's second factors, for signing in.
func (s *Store) Factors(ctx context.Context, userID string) (Factors, error) {
	var f Factors
	err := s.read(ctx, func(db *gorm.DB) error {
		var user models.User
		if err := db.Where("id = ?", userID).Take(&user).Error; err != nil {
			return err
		}
		f.TOTP = user.HasTOTP()
		var left int64
		if err := db.Model(&models.RecoveryCode{}).Where("user_id = ? AND used_at IS NULL", userID).Count(&left).
			Error; err != nil {
			return err
		}
		f.RecoveryCodes = int(left)
		return db.Where("user_id = ?", userID).Order("created_at, id").Find(&f.Passkeys).Error
	})
	return f, err
}

// totpContext ties a sealed secret to its user.
func totpContext(userID string) vault.KeyContext {
	return vault.KeyContext{KeyID: userID, Kind: "totp"}
}

// TOTPSecret returns the secret of the user's authenticator app, confirmed or
// not. It is NotFound when there is none.
func (s *Store) TOTPSecret(ctx context.Context, userID string) (string, error) {
	user, err := s.SessionUser(ctx, userID)
	if err == nil && user.TOTPSealed == nil {
		err = models.ErrNotFound()
	}
	if err != nil {
		return "", err
	}
	return s.vault.Unseal(user.TOTPSealed, totpContext(userID))
}

// UseTOTPStep spends the code of a time step: of the codes of one step or an
// earlier one, none is accepted again, whoever saw it
// (https://www.rfc-editor.org/rfc/rfc6238, section 5.2).
func (s *Store) UseTOTPStep(ctx context.Context, userID string, step int64) (fresh bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		result := db.Model(&models.User{}).Where("id = ? AND totp_step < ?", userID, step).Update("totp_step", step)
		fresh = result.RowsAffected == 1
		return result.Error
	})
	return fresh, err
}

// UseRecoveryCode spends one of the user's recovery codes, and notes it.
func (s *Store) UseRecoveryCode(ctx context.Context, actor models.Actor, code string) (good bool, err error) {
	err = s.change(ctx, actor, func(c *change) error {
		digest := s.recoveryDigest(actor.UserID, code)
		result := c.Model(&models.RecoveryCode{}).Where("digest = ? AND user_id = ? AND used_at IS NULL", digest,
			actor.UserID).Update("used_at", c.now)
		if result.Error != nil {
			return result.Error
		}
		if good = result.RowsAffected == 1; !good {
			return errUnchanged
		}
		return c.auditUser(actor.UserID, "a recovery code was used")
	})
	return good && err == nil, err
}

func (s *Store) recoveryDigest(userID, code string) []byte {
	// Keyed, so that a copy of the database does not allow trying codes; and with the user's id, so that it works for
	// this user only.
	digest := s.vault.Digest("recovery code of " + userID + ": " + models.NormalizeRecoveryCode(code))
	return digest[:]
}

// BeginTOTP keeps the secret of an authenticator app that the user has yet to
// confirm with a code.
func (a *Account) BeginTOTP(ctx context.Context, secret string) error {
	return a.change(ctx, func(c *change, user *models.User) (err error) {
		if user.HasTOTP() {
			return models.Errorf(models.Conflict, "There is an authenticator app already. Remove it first.")
		}
		if user.TOTPSealed, err = c.store.vault.Seal(secret, totpContext(user.ID)); err != nil {
			return err
		}
		if err := c.update(user, "totp_sealed"); err != nil {
			return err
		}
		return c.auditUser(user.ID, "an authenticator app was shown its secret")
	})
}

// ConfirmTOTP makes the authenticator app with the secret the user's second
// factor, after a right code of the time step, and returns recovery codes to
// write down. It is Conflict when another app was begun meanwhile.
func (a *Account) ConfirmTOTP(ctx context.Context, secret string, step int64) (codes []string, err error) {
	err = a.change(ctx, func(c *change, user *models.User) error {
		if user.HasTOTP() || user.TOTPSealed == nil {
			return models.Errorf(models.Conflict, "There is no authenticator app to confirm.")
		}
		begun, err := c.store.vault.Unseal(user.TOTPSealed, totpContext(user.ID))
		if err != nil {
			return err
		}
		if begun != secret {
			return models.Errorf(models.Conflict, "Another authenticator app was set up meanwhile. Begin again.")
		}
		user.TOTPConfirmedAt, user.TOTPStep = &c.now, step
		if err := c.update(user, "totp_confirmed_at", "totp_step"); err != nil {
			return err
		}
		if codes, err = c.newRecoveryCodes(user); err != nil {
			return err
		}
		return c.factorChanged(user, "an authenticator app was added")
	})
	return codes, err
}

// RemoveTOTP removes the authenticator app, and the recovery codes that stood in
// for it.
func (a *Account) RemoveTOTP(ctx context.Context) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		user.TOTPSealed, user.TOTPConfirmedAt, user.TOTPStep = nil, nil, 0
		if err := c.update(user, "totp_sealed", "totp_confirmed_at", "totp_step"); err != nil {
			return err
		}
		if err := c.Where("user_id = ?", user.ID).Delete(&models.RecoveryCode{}).Error; err != nil {
			return err
		}
		return c.factorChanged(user, "the authenticator app was removed")
	})
}

// NewRecoveryCodes replaces all recovery codes and returns the new ones, which
// are shown once.
func (a *Account) NewRecoveryCodes(ctx context.Context) (codes []string, err error) {
	err = a.change(ctx, func(c *change, user *models.User) error {
		if !user.HasTOTP() {
			return models.Errorf(models.Conflict, "Recovery codes stand in for an authenticator app. Add one first.")
		}
		if codes, err = c.newRecoveryCodes(user); err != nil {
			return err
		}
		return c.factorChanged(user, "new recovery codes were made")
	})
	return codes, err
}

func (c *change) newRecoveryCodes(user *models.User) ([]string, error) {
	if err := c.Where("user_id = ?", user.ID).Delete(&models.RecoveryCode{}).Error; err != nil {
		return nil, err
	}
	codes := make([]string, models.RecoveryCodes)
	for i := range codes {
		codes[i] = models.NewRecoveryCode()
		row := models.RecoveryCode{Digest: c.store.recoveryDigest(user.ID, codes[i]), UserID: user.ID, CreatedAt: c.now}
		if err := c.create(&row); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// factorChanged notes the change, and tells the user by mail in case it was
// somebody else.
func (c *change) factorChanged(user *models.User, what string) error {
	if err := c.mail(models.FactorChangedMail, user.Email, models.MailContent{What: what}); err != nil {
		return err
	}
	return c.auditUser(user.ID, what)
}

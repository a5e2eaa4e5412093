package store

import (
	"context"
	"time"

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
		if err := db.Model(&models.RecoveryCode{}).Where("user_id = ? AND used_at IS NULL", userID).Count(&left).Error; err != nil {
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
		result := c.Model(&models.RecoveryCode{}).Where("digest = ? AND user_id = ? AND used_at IS NULL", digest, actor.UserID).Update("used_at", c.now)
		if good = result.RowsAffected == 1; !good {
			c.audited = true // nothing was changed
			return result.Error
		}
		return c.recordUser(actor.UserID, "a recovery code was used")
	})
	return good && err == nil, err
}

func (s *Store) recoveryDigest(userID, code string) []byte {
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
		return c.recordUser(user.ID, "an authenticator app was shown its secret")
	})
}

// ConfirmTOTP makes the authenticator app the user's second factor, after a
// right code of the time step, and returns recovery codes to write down.
func (a *Account) ConfirmTOTP(ctx context.Context, step int64) (codes []string, err error) {
	err = a.change(ctx, func(c *change, user *models.User) error {
		if user.HasTOTP() || user.TOTPSealed == nil {
			return models.Errorf(models.Conflict, "There is no authenticator app to confirm.")
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
	return c.recordUser(user.ID, what)
}

// AddPasskey adds a passkey under a name.
func (a *Account) AddPasskey(ctx context.Context, name string, credentialID, credential []byte) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		name, err := models.CheckPasskeyName(name)
		if err != nil {
			return err
		}
		row := models.Passkey{ID: models.NewID(), CredentialID: credentialID, UserID: user.ID, Name: name, Credential: credential, CreatedAt: c.now}
		if err := c.create(&row); err != nil {
			return err
		}
		return c.factorChanged(user, "the passkey "+name+" was added")
	})
}

// RenamePasskey gives one of the account's passkeys another name.
func (a *Account) RenamePasskey(ctx context.Context, id, name string) error {
	return a.changePasskey(ctx, id, func(c *change, user *models.User, passkey models.Passkey) error {
		name, err := models.CheckPasskeyName(name)
		if err != nil {
			return err
		}
		former := passkey.Name
		passkey.Name = name
		if err := c.update(&passkey, "name"); err != nil {
			return err
		}
		return c.recordUser(user.ID, "the passkey "+former+" is now called "+name)
	})
}

// RemovePasskey removes one of the account's passkeys.
func (a *Account) RemovePasskey(ctx context.Context, id string) error {
	return a.changePasskey(ctx, id, func(c *change, user *models.User, passkey models.Passkey) error {
		if err := c.Where("id = ?", passkey.ID).Delete(&models.Passkey{}).Error; err != nil {
			return err
		}
		return c.factorChanged(user, "the passkey "+passkey.Name+" was removed")
	})
}

func (a *Account) changePasskey(ctx context.Context, id string, steps func(c *change, user *models.User, passkey models.Passkey) error) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		var passkey models.Passkey
		if err := c.lock().Where("id = ? AND user_id = ?", id, user.ID).Take(&passkey).Error; err != nil {
			return err
		}
		return steps(c, user, passkey)
	})
}

// PasskeyUsed keeps what the WebAuthn library learnt from a sign-in, such as the
// authenticator's counter.
func (s *Store) PasskeyUsed(ctx context.Context, credentialID, credential []byte) error {
	return s.write(ctx, func(db *gorm.DB) error {
		columns := map[string]any{"credential": credential, "last_used_at": s.Now()}
		return db.Model(&models.Passkey{}).Where("credential_id = ?", credentialID).Updates(columns).Error
	})
}

// IdentityUser returns the user of an account at an OpenID Connect provider. An
// account seen for the first time is linked to the user with its address, which
// the provider must have verified. It is NotFound when there is none.
func (s *Store) IdentityUser(ctx context.Context, visitor models.Actor, issuer, subject, verifiedEmail string) (models.User, error) {
	var user models.User
	err := s.change(ctx, visitor, func(c *change) error {
		err := c.Where("id = (SELECT user_id FROM identities WHERE issuer = ? AND subject = ?) AND disabled_at IS NULL", issuer, subject).Take(&user).Error
		if models.CodeOf(translate(err)) != models.NotFound {
			c.audited = true // nothing was changed
			return err
		}
		if err := c.lock().Where("email = ? AND disabled_at IS NULL", verifiedEmail).Take(&user).Error; err != nil {
			return err
		}
		if err := c.create(&models.Identity{Issuer: issuer, Subject: subject, UserID: user.ID, CreatedAt: c.now}); err != nil {
			return err
		}
		c.actor.UserID, c.actor.Name = user.ID, user.Name
		return c.factorChanged(&user, "sign-in with "+issuer+" was linked")
	})
	return user, err
}

// HasIdentity reports whether the account at the provider is the user's.
func (s *Store) HasIdentity(ctx context.Context, userID, issuer, subject string) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Identity{}).Where("issuer = ? AND subject = ? AND user_id = ?", issuer, subject, userID).Count(&count).Error
	})
	return count > 0, err
}

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
	if err := c.create(&device{UserID: user.ID, Digest: digest, CreatedAt: c.now, LastSeenAt: c.now}); err != nil || others == 0 {
		return err
	}
	return c.mail(models.NewDeviceMail, user.Email, models.MailContent{UserAgent: userAgent})
}

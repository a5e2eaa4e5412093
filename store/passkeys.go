package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// maxPasskeys is how many passkeys an account has at most, since pages and challenges
// name all of them.
const maxPasskeys = 50

// AddPasskey adds a passkey under a name. It is Conflict when the account has 50.
func (a *Account) AddPasskey(ctx context.Context, name string, credentialID, credential []byte) error {
	return a.change(ctx, func(c *change, user *models.User) error {
		name, err := models.CheckPasskeyName(name)
		if err != nil {
			return err
		}
		var count int64
		if err := c.Model(&models.Passkey{}).Where("user_id = ?", user.ID).Count(&count).Error; err != nil {
			return err
		}
		if count >= maxPasskeys {
			return models.Errorf(models.Conflict,
				"This account has %d passkeys, and cannot have more. Remove one that you do not use.", count)
		}
		row := models.Passkey{ID: models.NewID(), CredentialID: credentialID, UserID: user.ID, Name: name,
			Credential: credential, CreatedAt: c.now}
		if err := c.create(&row); err != nil {
			return err
		}
		return c.factorChanged(user, "the passkey "+models.Isolated(name)+" was added")
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
		return c.auditUser(user.ID, "the passkey "+models.Isolated(former)+" is now called "+models.Isolated(name))
	})
}

// RemovePasskey removes one of the account's passkeys.
func (a *Account) RemovePasskey(ctx context.Context, id string) error {
	return a.changePasskey(ctx, id, func(c *change, user *models.User, passkey models.Passkey) error {
		if err := c.Where("id = ?", passkey.ID).Delete(&models.Passkey{}).Error; err != nil {
			return err
		}
		return c.factorChanged(user, "the passkey "+models.Isolated(passkey.Name)+" was removed")
	})
}

func (a *Account) changePasskey(ctx context.Context, id string,
	steps func(c *change, user *models.User, passkey models.Passkey) error) error {
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

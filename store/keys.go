package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/vault"
)

// Keys returns the environment's keys, newest first, those that work before the
// revoked ones, without what is sealed in them.
func (t *TeamScope) Keys(ctx context.Context, kind models.EnvironmentKind) ([]models.Key, error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return nil, err
	}
	var keys []models.Key
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		keys, err = keysOf(db, environment.ID)
		return err
	})
	return keys, err
}

// keyHistoryLimit is how many of an environment's keys are listed. Revoked ones
// never push one that works off the list.
const keyHistoryLimit = 100

func keysOf(db *gorm.DB, environmentID string) ([]models.Key, error) {
	var keys []models.Key
	err := listedKeys(db.Omit("Sealed"), environmentID).Find(&keys).Error
	return keys, err
}

// listedKeys are the keys of an environment that are listed.
func listedKeys(db *gorm.DB, environmentID string) *gorm.DB {
	return db.Model(&models.Key{}).Where("environment_id = ?", environmentID).
		Order("state = 'revoked', created_at DESC, id DESC").Limit(keyHistoryLimit)
}

// PublishableKey returns the text of the environment's active publishable key.
// It is no secret: every member may see it, and seeing it is not recorded. It
// is NotFound when there is none, and Locked where the environment never was unlocked.
func (t *TeamScope) PublishableKey(ctx context.Context, kind models.EnvironmentKind) (string, error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return "", err
	}
	if !environment.Readable(t.store.Now()) {
		return "", locked(environment)
	}
	var key models.Key
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		return db.Where("environment_id = ? AND kind = ? AND state = ?", environment.ID, models.Publishable,
			models.Active).Take(&key).Error
	})
	if err != nil {
		return "", err
	}
	return t.store.unseal(key)
}

// ViewKey returns the text of a key that works, to be shown. That it was viewed, by whom and
// from where, is on record before the key is opened. It is Locked while the environment is: nothing takes the key then,
// so that nobody needs to see it.
func (t *TeamScope) ViewKey(ctx context.Context, kind models.EnvironmentKind, keyID string) (string, error) {
	return t.openKey(ctx, kind, keyID, models.KeyViewed)
}

// CopyKey is ViewKey for a key that is copied without being shown, which is on record as such.
func (t *TeamScope) CopyKey(ctx context.Context, kind models.EnvironmentKind, keyID string) (string, error) {
	return t.openKey(ctx, kind, keyID, models.KeyCopied)
}

func (t *TeamScope) openKey(ctx context.Context, kind models.EnvironmentKind, keyID string,
	action models.AuditAction) (string, error) {
	var key models.Key
	err := t.change(ctx, models.ViewSecretKey, kind, func(c *change, environment models.Environment) (err error) {
		if !environment.Unlocked(c.now) {
			return locked(environment)
		}
		if key, err = c.key(environment, keyID); err != nil {
			return err
		}
		if err := t.maySeeSecret(c, environment); err != nil {
			return err
		}
		if key.StateAt(c.now) == models.Revoked {
			return models.Errorf(models.Conflict,
				"This key was revoked and is refused everywhere. There is no use in viewing it.")
		}
		key.LastViewedAt, key.LastViewedBy = &c.now, c.actor.Sign(models.AsMember)
		key.LastCopied = action == models.KeyCopied
		if err := c.update(&key, "last_viewed_at", "last_viewed_by_id", "last_viewed_by_name",
			"last_viewed_by_capacity", "last_copied"); err != nil {
			return err
		}
		if err := c.audit(keyEvent(action, environment, key), models.AsMember); err != nil {
			return err
		}
		return c.noteViewer(environment, key)
	})
	if err != nil {
		return "", err
	}
	return t.store.unseal(key)
}

// maySeeSecret applies the team's own rule about Production's secret, as it is
// at this moment.
func (t *TeamScope) maySeeSecret(c *change, environment models.Environment) error {
	var team models.Team
	if err := c.Where("id = ?", t.Team.ID).Take(&team).Error; err != nil {
		return err
	}
	member, err := memberOf(c.DB, t.Team.ID, t.actor.UserID)
	if err == nil && !team.MayViewSecret(member.Role, environment.Kind) {
		err = models.Errorf(models.Forbidden, "In this team, Production's secret key is for admins and owners.")
	}
	return err
}

// Replacement is a revoked key, with the one that takes its place.
type Replacement struct {
	Old models.Key
	New *models.Key // nil when none was issued
}

// RevokeKey carries out the revocation of a key. In the place of an active key a new
// one is issued in the same transaction; a retiring key has been replaced
// already, and a locked environment gets no new keys. There a key, which is refused anyway, ends at once: a grace
// period is Invalid. When it returns, the gate has heard of it.
func (t *TeamScope) RevokeKey(ctx context.Context, kind models.EnvironmentKind, keyID string,
	revocation models.Revocation) (Replacement, error) {
	var done Replacement
	err := t.change(ctx, models.ReplaceKey, kind, func(c *change, environment models.Environment) error {
		key, err := c.key(environment, keyID)
		if err != nil {
			return err
		}
		unlocked := environment.Unlocked(c.now)
		if !unlocked && revocation.Grace != 0 {
			return models.InvalidField("when", "%s is locked, so the key is refused already. Revoke it now.",
				environment.Kind.Name())
		}
		done, err = c.revoke(environment, key, revocation, unlocked && key.State == models.Active, models.AsMember)
		return err
	})
	return done, err
}

// IssueKey issues a key of the kind where there is no active one, with the name that the team
// gives it; see models.CheckKeyName.
func (t *TeamScope) IssueKey(ctx context.Context, kind models.EnvironmentKind, keyKind models.KeyKind,
	name string) (models.Key, error) {
	var key models.Key
	err := t.change(ctx, models.ReplaceKey, kind, func(c *change, environment models.Environment) (err error) {
		if !environment.Unlocked(c.now) {
			return locked(environment)
		}
		if !keyKind.Valid() {
			return models.ErrNotFound()
		}
		var active int64
		if err := c.Model(&models.Key{}).Where("environment_id = ? AND kind = ? AND state = ?", environment.ID, keyKind,
			models.Active).Count(&active).Error; err != nil {
			return err
		}
		if active > 0 {
			return models.Errorf(models.Conflict, "%s already has a %s key. Revoke it to get a new one.",
				environment.Kind.Name(), keyKind)
		}
		if name, err = models.CheckKeyName(name); err != nil {
			return err
		}
		if key, err = c.issueKey(environment, keyKind, name, models.AsMember); err != nil {
			return err
		}
		return c.audit(keyEvent(models.KeyIssued, environment, key), models.AsMember)
	})
	return key, err
}

// RenameKey changes what the team calls a key; see models.CheckKeyName. It is NotFound where there is no
// such key.
func (t *TeamScope) RenameKey(ctx context.Context, kind models.EnvironmentKind, keyID,
	name string) (models.Key, error) {
	var key models.Key
	err := t.change(ctx, models.ReplaceKey, kind, func(c *change, environment models.Environment) (err error) {
		if key, err = c.key(environment, keyID); err != nil {
			return err
		}
		before := key.Name
		if key.Name, err = models.CheckKeyName(name); err != nil {
			return err
		}
		if err := c.update(&key, "name"); err != nil {
			return err
		}
		line := keyEvent(models.KeyRenamed, environment, key)
		line.Detail.Text = before
		return c.audit(line, models.AsMember)
	})
	return key, err
}

// key finds a key of the environment and holds it.
func (c *change) key(environment models.Environment, keyID string) (models.Key, error) {
	var key models.Key
	err := c.lock().Where("id = ? AND environment_id = ?", keyID, environment.ID).Take(&key).Error
	return key, err
}

// revoke revokes the key, issues another if asked, and writes it all down.
func (c *change) revoke(environment models.Environment, key models.Key, revocation models.Revocation, replace bool,
	as models.Capacity) (Replacement, error) {
	revocation, err := revocation.Check()
	if err != nil {
		return Replacement{}, err
	}
	if err := key.Revoke(c.actor.Sign(as), revocation, c.now); err != nil {
		return Replacement{}, err
	}
	if err := c.update(&key, "state", "retires_at", "revoked_at", "revoked_by_id", "revoked_by_name",
		"revoked_by_capacity", "reason", "note"); err != nil {
		return Replacement{}, err
	}
	c.keysNarrowed(environment.ID, key.ID)
	done := Replacement{Old: key}
	line := keyEvent(models.KeyRevoked, environment, key)
	line.Detail.Reason, line.Detail.Note, line.Detail.RetiresAt = key.Reason, key.Note, key.RetiresAt
	if replace {
		fresh, err := c.issueKey(environment, key.Kind, revocation.NewName, as)
		if err != nil {
			return Replacement{}, err
		}
		done.New = &fresh
		line.Action, line.Detail.NewKeyID = models.KeyReplaced, fresh.ID
		line.Detail.NewKeyEnding, line.Detail.NewKeyName = fresh.Ending, fresh.Name
	}
	if err := c.audit(line, as); err != nil {
		return done, err
	}
	return done, c.notifyOfRevocation(environment, done, as)
}

// issueKey makes a new active key. The database refuses a second one of its
// kind.
func (c *change) issueKey(environment models.Environment, kind models.KeyKind, name string,
	as models.Capacity) (models.Key, error) {
	text := models.NewKey()
	digest := c.store.vault.Digest(text)
	key := models.Key{
		ID: models.NewID(), TeamID: environment.TeamID, EnvironmentID: environment.ID, Kind: kind,
		State: models.Active, Digest: digest[:], Ending: models.KeyEnding(text), Name: name, CreatedAt: c.now,
		CreatedBy: c.actor.Sign(as),
	}
	var err error
	if key.Sealed, err = c.store.vault.Seal(text, keyContext(key)); err != nil {
		return key, err
	}
	c.keysChanged(environment.ID)
	return key, c.create(&key)
}

// keyEvent begins a line of the activity list about a key.
func keyEvent(action models.AuditAction, environment models.Environment, key models.Key) models.AuditEvent {
	line := event(action, environment, key.ID)
	line.Detail.KeyKind, line.Detail.KeyEnding, line.Detail.KeyName = key.Kind, key.Ending, key.Name
	return line
}

// issueMissingKeys gives the environment an active key of each kind, as on its
// first unlock.
func (c *change) issueMissingKeys(environment models.Environment, as models.Capacity) error {
	for _, kind := range models.KeyKinds() {
		err := c.Where("environment_id = ? AND kind = ? AND state = ?", environment.ID, kind, models.Active).
			Take(&models.Key{}).Error
		if err == nil {
			continue
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		key, err := c.issueKey(environment, kind, "", as)
		if err != nil {
			return err
		}
		if err := c.audit(keyEvent(models.KeyIssued, environment, key), as); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) unseal(key models.Key) (string, error) {
	return s.vault.Unseal(key.Sealed, keyContext(key))
}

func keyContext(key models.Key) vault.KeyContext {
	return vault.KeyContext{TeamID: key.TeamID, EnvironmentID: key.EnvironmentID, KeyID: key.ID, Kind: string(key.Kind)}
}

func locked(environment models.Environment) error {
	return models.Errorf(models.Locked, "%s is locked. Request an unlock first.", environment.Kind.Name())
}

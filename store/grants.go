package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// loadTimeout is how long reading the grants of all keys may take.
const loadTimeout = time.Minute

// Grants calls take with the grant of every key, one after the other, all as they are at
// one moment. The grant is take's until it returns. Grants ends with take's first error.
func (s *Store) Grants(ctx context.Context, take func(*models.Grant) error) error {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	return database.Translate(s.eachGrant(s.engine.Reader.WithContext(ctx), take, "1 = 1"))
}

// EnvironmentGrants returns the grants of one environment's keys.
func (s *Store) EnvironmentGrants(ctx context.Context, environmentID string) ([]models.Grant, error) {
	return s.grants(ctx, "keys.environment_id = ?", environmentID)
}

// GrantByDigest returns the grant of the key with the digest, if there is one.
func (s *Store) GrantByDigest(ctx context.Context, digest [32]byte) (grant models.Grant, found bool, err error) {
	grants, err := s.grants(ctx, "keys.digest = ?", digest[:])
	if err != nil || len(grants) == 0 {
		return models.Grant{}, false, err
	}
	return grants[0], true, nil
}

func (s *Store) grants(ctx context.Context, condition string, args ...any) (grants []models.Grant, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		return s.eachGrant(db, func(grant *models.Grant) error {
			grants = append(grants, *grant)
			return nil
		}, condition, args...)
	})
	return grants, err
}

// eachGrant scans by itself, since GORM takes three times as long, which a start with a
// million keys would wait for. It fails where the database has another history than that in
// which this process joined.
func (s *Store) eachGrant(
	db *gorm.DB, take func(*models.Grant) error, condition string, args ...any,
) error {
	if history := s.history.Load(); history != nil && s.engine.Dialect == database.Postgres {
		db = db.Where("(SELECT same_history(?))", *history)
	}
	now := s.Now()
	today := models.DayNumber(now)
	rows, err := db.Table("keys").
		Select("keys.digest, keys.id, keys.kind, keys.state, keys.retires_at, keys.team_id, teams.slug, "+
			"keys.environment_id, environments.kind, environments.data_set_id, environments.allowed_origins, "+
			"environments.refuses_browser_secrets, "+periodsColumn(s.engine.Dialect, "keys.environment_id")+", "+
			"(SELECT count FROM day_counts WHERE day_counts.environment_id = keys.environment_id AND day = ?)", today).
		Joins("JOIN environments ON environments.id = keys.environment_id").
		Joins("JOIN teams ON teams.id = keys.team_id").
		Where("teams.deleted_at IS NULL OR keys.state = ?", models.Revoked).Where(condition, args...).
		Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		grant, err := scanGrant(rows, now)
		if err != nil {
			return err
		}
		if err := take(&grant); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanGrant(rows interface{ Scan(into ...any) error }, now time.Time) (grant models.Grant, err error) {
	var (
		digest    []byte
		state     models.KeyState
		retiresAt *time.Time
		covers    *string
		used      *int64
	)
	err = rows.Scan(&digest, &grant.KeyID, &grant.Kind, &state, &retiresAt, &grant.TeamID, &grant.TeamSlug,
		&grant.EnvironmentID, &grant.Environment, &grant.DataSetID, &grant.AllowedOrigins,
		&grant.RefusesBrowserSecrets, &covers, &used)
	if err != nil {
		return models.Grant{}, err
	}
	copy(grant.Digest[:], digest)
	grant.Revoked, grant.RetiresAt = state == models.Revoked, utc(retiresAt)
	if covers == nil {
		covers = new(string)
	}
	if used != nil {
		grant.Today, grant.UsedToday = models.DayNumber(now), *used
	}
	grant.Periods, err = periods(grant.Environment, *covers, now)
	return grant, err
}

// utc returns the time, or the zero one for NULL.
func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

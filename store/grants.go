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
	return database.Translate(s.eachGrant(s.engine.Reader.WithContext(ctx),
		grantsQuery{environment: "1 = 1", key: "1 = 1"}, take))
}

// EnvironmentGrants returns the grants of one environment's keys.
func (s *Store) EnvironmentGrants(ctx context.Context, environmentID string) ([]models.Grant, error) {
	return s.grants(ctx, grantsQuery{environment: "environments.id = ?", key: "1 = 1", args: []any{environmentID}})
}

// GrantByDigest returns the grant of the key with the digest, if there is one.
func (s *Store) GrantByDigest(ctx context.Context, digest [32]byte) (grant models.Grant, found bool, err error) {
	grants, err := s.grants(ctx, grantsQuery{
		environment: "environments.id = (SELECT environment_id FROM keys WHERE digest = ?)",
		key:         "keys.digest = ?", args: []any{digest[:], digest[:]},
	})
	if err != nil || len(grants) == 0 {
		return models.Grant{}, false, err
	}
	return grants[0], true, nil
}

func (s *Store) grants(ctx context.Context, query grantsQuery) (grants []models.Grant, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		return s.eachGrant(db, query, func(grant *models.Grant) error {
			grants = append(grants, *grant)
			return nil
		})
	})
	return grants, err
}

// grantsQuery says which grants are read: of which environments, and of these of which keys.
type grantsQuery struct {
	environment, key string
	args             []any // of both
}

// grantsSQL is the query. What is known of an environment is found out once and not for each of its
// keys, of which it may have many that are revoked. It fails where the database has another history
// than that in which this process joined.
func (s *Store) grantsSQL(query grantsQuery, now time.Time) (string, []any) {
	args := append([]any{models.DayNumber(now)}, query.args...)
	same := ""
	if history := s.history.Load(); history != nil && s.engine.Dialect == database.Postgres {
		same, args = " AND (SELECT same_history(?))", append(args, *history)
	}
	return "WITH facts AS MATERIALIZED (SELECT environments.id, kind, data_set_id, allowed_origins, " +
		"refuses_browser_secrets, team_id, slug, deleted_at IS NOT NULL AS deleted, " +
		periodsColumn(s.engine.Dialect, "environments.id") + " AS covers, " +
		"(SELECT count FROM day_counts WHERE environment_id = environments.id AND day = ?) AS used " +
		"FROM environments JOIN teams ON teams.id = environments.team_id WHERE " + query.environment + ") " +
		"SELECT keys.digest, keys.id, keys.kind, keys.state, keys.retires_at, facts.team_id, slug, facts.id, facts.kind, " +
		"data_set_id, allowed_origins, refuses_browser_secrets, covers, used " +
		"FROM facts JOIN keys ON keys.environment_id = facts.id " +
		"WHERE (NOT deleted OR keys.state = 'revoked') AND " + query.key + same, args
}

// eachGrant scans by itself, since GORM takes three times as long, which a start with a
// million keys would wait for.
func (s *Store) eachGrant(db *gorm.DB, query grantsQuery, take func(*models.Grant) error) error {
	now := s.Now()
	text, args := s.grantsSQL(query, now)
	rows, err := db.Raw(text, args...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	var last coversRead
	for rows.Next() {
		grant, err := scanGrant(rows, now, &last)
		if err != nil {
			return err
		}
		if err := take(&grant); err != nil {
			return err
		}
	}
	return rows.Err()
}

// coversRead is what was made out of the covers of the row before: those of the same environment
// mostly.
type coversRead struct {
	text    string
	kind    models.EnvironmentKind
	periods []models.Period
}

func scanGrant(
	rows interface{ Scan(into ...any) error }, now time.Time, last *coversRead,
) (grant models.Grant, err error) {
	var (
		digest    []byte
		state     models.KeyState
		retiresAt *time.Time
		covers    []byte
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
	if used != nil {
		grant.Today, grant.UsedToday = models.DayNumber(now), *used
	}
	if last.periods == nil || last.kind != grant.Environment || last.text != string(covers) {
		*last = coversRead{text: string(covers), kind: grant.Environment}
		last.periods, err = periods(grant.Environment, last.text, now)
	}
	grant.Periods = last.periods
	return grant, err
}

// utc returns the time, or the zero one for NULL.
func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

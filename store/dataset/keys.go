package dataset

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// keysQuery asks for what decides whether keys are good. It finds no key of a deleted
// team that is not revoked, as no key that was removed with its team.
//
// On PostgreSQL it holds each key and its environment until the commit, so that a
// revocation or a lock waits for it, and what was held by one is read anew once that has
// committed. The environment is held before its key and before data sets, as all changes
// do, and several in the order of their ids. On SQLite a transaction that writes is alone
// from its start.
func keysQuery(dialect database.Dialect) database.Query {
	text := "SELECT keys.id, keys.state, keys.retires_at, environments.unlocked_at, environments.agreement_ends_at " +
		"FROM keys JOIN environments ON environments.id = keys.environment_id JOIN teams ON teams.id = keys.team_id " +
		"WHERE keys.id " + dialect.In("$1") + " AND (teams.deleted_at IS NULL OR keys.state = 'revoked')"
	if dialect == database.Postgres {
		text += " ORDER BY environments.id, keys.id FOR SHARE OF environments, keys"
	}
	return database.Query(text)
}

// checkKeys returns the jobs of a group whose keys are good at this moment and stay so
// until the commit. The others get their errors.
func (in *Ingest) checkKeys(ctx context.Context, tx gorm.ConnPool, group []*job) (good []*job, err error) {
	asked := map[string]bool{}
	for _, j := range group {
		asked[j.keyID] = true
	}
	known, err := in.grantsOf(ctx, tx, slices.Collect(maps.Keys(asked)))
	if err != nil {
		return nil, err
	}
	now := in.clock()
	for _, j := range group {
		outcome := models.UnknownKey
		if grant, ok := known[j.keyID]; ok {
			outcome = grant.Standing(now)
		}
		if outcome == models.Accepted {
			good = append(good, j)
		} else {
			j.err = &models.KeyRefused{Outcome: outcome}
		}
	}
	return good, nil
}

// grantsOf holds keys, and returns of their grants what decides whether they are good.
func (in *Ingest) grantsOf(ctx context.Context, tx gorm.ConnPool, ids []string) (map[string]*models.Grant, error) {
	dialect, grants := in.engine.Dialect, make(map[string]*models.Grant, len(ids))
	return grants, keysQuery(dialect).Each(ctx, in.engine, tx, func(row *sql.Rows) error {
		var id string
		var state models.KeyState
		var retires, unlocked, until sql.NullTime
		if err := row.Scan(&id, &state, &retires, &unlocked, &until); err != nil {
			return err
		}
		grants[id] = &models.Grant{
			Revoked: state == models.Revoked, RetiresAt: retires.Time, Unlocked: unlocked.Valid, UnlockedUntil: until.Time,
		}
		return nil
	}, dialect.Texts(ids))
}

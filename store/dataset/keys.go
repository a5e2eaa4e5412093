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

// keysQuery asks for what decides whether keys are good, but for the covers of their
// environments. It finds no key of a deleted team that is not revoked, as no key that was
// removed with its team.
//
// On PostgreSQL it holds each key and its environment until the commit, so that a
// revocation or a lock waits for it, and what was held by one is read anew once that has
// committed. The environment is held before its key and before data sets, as all changes
// do, and several in the order of their ids. On SQLite a transaction that writes is alone
// from its start.
func keysQuery(dialect database.Dialect) database.Query {
	text := "SELECT keys.id, keys.state, keys.retires_at, keys.environment_id, environments.kind " +
		"FROM keys JOIN environments ON environments.id = keys.environment_id JOIN teams ON teams.id = keys.team_id " +
		"WHERE keys.id " + dialect.In("$1") + " AND (teams.deleted_at IS NULL OR keys.state = 'revoked')"
	if dialect == database.Postgres {
		text += " ORDER BY environments.id, keys.id FOR SHARE OF environments, keys"
	}
	return database.Query(text)
}

// coversQuery asks for the covers of environments. It is a query of its own and comes
// second: whoever changes covers holds their environment, so that this one sees what was
// committed while keysQuery waited.
func coversQuery(dialect database.Dialect) database.Query {
	return database.Query("SELECT environment_id, starts_at, ends_at, locked_at, closed_at FROM agreement_covers " +
		"WHERE environment_id " + dialect.In("$1"))
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
	environments := map[string]bool{}
	err := keysQuery(dialect).Each(ctx, in.engine, tx, func(row *sql.Rows) error {
		var id string
		var state models.KeyState
		var retires sql.NullTime
		g := &models.Grant{}
		if err := row.Scan(&id, &state, &retires, &g.EnvironmentID, &g.Environment); err != nil {
			return err
		}
		g.Revoked, g.RetiresAt = state == models.Revoked, retires.Time
		grants[id], environments[g.EnvironmentID] = g, true
		return nil
	}, dialect.Texts(ids))
	if err != nil {
		return nil, err
	}
	covers, err := in.coversOf(ctx, tx, slices.Collect(maps.Keys(environments)))
	now := in.clock()
	for _, g := range grants {
		if g.Periods = models.Always(); g.Environment != models.Playground {
			g.Periods = models.PeriodsOf(covers[g.EnvironmentID], now)
		}
	}
	return grants, err
}

func (in *Ingest) coversOf(ctx context.Context, tx gorm.ConnPool, ids []string) (map[string][]models.Cover, error) {
	dialect, covers := in.engine.Dialect, map[string][]models.Cover{}
	return covers, coversQuery(dialect).Each(ctx, in.engine, tx, func(row *sql.Rows) error {
		var c models.Cover
		if err := row.Scan(&c.EnvironmentID, &c.StartsAt, &c.EndsAt, &c.LockedAt, &c.ClosedAt); err != nil {
			return err
		}
		covers[c.EnvironmentID] = append(covers[c.EnvironmentID], c)
		return nil
	}, dialect.Texts(ids))
}

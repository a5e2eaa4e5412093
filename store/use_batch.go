package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// idsPerQuery is how many ids one query names, where there may be more.
const idsPerQuery = 500

// Whether what is added is later than what is there, which another process may have seen.
const (
	usedLater = "(key_uses.last_at IS NULL OR excluded.last_at >= key_uses.last_at)"
	seenLater = "(excluded.last_seen_at >= key_exposures.last_seen_at)"
)

// The statements that add what was seen to what was seen before. Batches of one process
// arrive in the order in which they were seen, and those of another one in between.
var (
	addCounts = database.NewInsert(database.Into{
		Table:   "request_counts",
		Columns: "environment_id text, hour timestamptz, key_id text, endpoint text, outcome text, requests bigint",
		Conflict: `ON CONFLICT (environment_id, hour, key_id, endpoint, outcome) DO UPDATE SET
			requests = request_counts.requests + excluded.requests`,
	}, func(c *models.RequestCount, values []any) []any {
		return append(values, c.EnvironmentID, c.Hour, c.KeyID, c.Endpoint, string(c.Outcome), c.Requests)
	})
	addKeyUses = database.NewInsert(database.Into{
		Table: "key_uses",
		Columns: "key_id text, accepted bigint, refused bigint, " +
			"last_at timestamptz, last_address text, last_user_agent text, last_refused_at timestamptz",
		Conflict: `ON CONFLICT (key_id) DO UPDATE SET
			accepted = key_uses.accepted + excluded.accepted,
			refused = key_uses.refused + excluded.refused,
			last_at = CASE WHEN ` + usedLater + ` THEN excluded.last_at ELSE key_uses.last_at END,
			last_address = CASE WHEN ` + usedLater + ` THEN excluded.last_address ELSE key_uses.last_address END,
			last_user_agent = CASE WHEN ` + usedLater + ` THEN excluded.last_user_agent ELSE key_uses.last_user_agent END,
			last_refused_at = CASE WHEN key_uses.last_refused_at IS NULL
				OR excluded.last_refused_at >= key_uses.last_refused_at
				THEN excluded.last_refused_at ELSE key_uses.last_refused_at END`,
	}, func(u *models.KeyUse, values []any) []any {
		return append(values, u.KeyID, u.Accepted, u.Refused,
			orNull(u.LastAt), u.LastAddress, u.LastUserAgent, orNull(u.LastRefusedAt))
	})
	addCallers = database.NewInsert(database.Into{
		Table: "callers",
		Columns: "key_id text, address text, user_agent text, origin text, environment_id text, " +
			"first_seen_at timestamptz, last_seen_at timestamptz, accepted bigint, refused bigint",
		Conflict: `ON CONFLICT (key_id, address, user_agent, origin) DO UPDATE SET
			first_seen_at = CASE WHEN excluded.first_seen_at < callers.first_seen_at
				THEN excluded.first_seen_at ELSE callers.first_seen_at END,
			last_seen_at = CASE WHEN excluded.last_seen_at > callers.last_seen_at
				THEN excluded.last_seen_at ELSE callers.last_seen_at END,
			accepted = callers.accepted + excluded.accepted,
			refused = callers.refused + excluded.refused`,
	}, func(c *models.Caller, values []any) []any {
		return append(values, c.KeyID, c.Address, c.UserAgent, c.Origin, c.EnvironmentID,
			c.FirstSeenAt, c.LastSeenAt, c.Accepted, c.Refused)
	})
	addRequests = database.NewInsert(database.Into{
		Table: "requests",
		Columns: "id text, environment_id text, key_id text, at timestamptz, method text, path text, endpoint text, " +
			"status integer, outcome text, origin text, address text, user_agent text, duration bigint",
		Conflict: "ON CONFLICT (id) DO NOTHING",
	}, func(r *models.Request, values []any) []any {
		return append(values, r.ID, r.EnvironmentID, r.KeyID, r.At, r.Method, r.Path, r.Endpoint,
			int64(r.Status), string(r.Outcome), r.Origin, r.Address, r.UserAgent, r.Duration.Microseconds())
	})
	addExposures = database.NewInsert(database.Into{
		Table: "key_exposures",
		Columns: "environment_id text, kind text, key_id text, program text, " +
			"first_seen_at timestamptz, last_seen_at timestamptz, requests bigint, address text, user_agent text, origin text",
		Conflict: `ON CONFLICT (environment_id, kind, key_id, program) DO UPDATE SET
			first_seen_at = CASE WHEN excluded.first_seen_at < key_exposures.first_seen_at
				THEN excluded.first_seen_at ELSE key_exposures.first_seen_at END,
			last_seen_at = CASE WHEN ` + seenLater + ` THEN excluded.last_seen_at ELSE key_exposures.last_seen_at END,
			requests = key_exposures.requests + excluded.requests,
			address = CASE WHEN ` + seenLater + ` THEN excluded.address ELSE key_exposures.address END,
			user_agent = CASE WHEN ` + seenLater + ` THEN excluded.user_agent ELSE key_exposures.user_agent END,
			origin = CASE WHEN ` + seenLater + ` THEN excluded.origin ELSE key_exposures.origin END`,
	}, func(e *models.Exposure, values []any) []any {
		return append(values, e.EnvironmentID, string(e.Kind), e.KeyID, e.Program, e.FirstSeenAt, e.LastSeenAt,
			e.Requests, e.Address, e.UserAgent, e.Origin)
	})
)

// AddUse adds what was seen of keys' use to what was seen before, all of it or
// nothing, and removes what is more than is kept. What concerns keys that are gone,
// with their team, is left out. It writes a mail to a team one of whose keys turns
// out to be where it should not be.
func (s *Store) AddUse(ctx context.Context, use models.Use) error {
	err := s.write(ctx, func(db *gorm.DB) error {
		if err := leaveOutGone(db, &use); err != nil {
			return err
		}
		if err := s.insertUse(db, &use); err != nil {
			return err
		}
		if err := trimCallers(db, use.Callers); err != nil {
			return err
		}
		if err := trimExposures(db, use.Exposures); err != nil {
			return err
		}
		if err := s.logged.trim(db, use.Requests); err != nil {
			return err
		}
		return s.notifyOfExposures(db, use.Exposures)
	})
	if err == nil {
		s.logged.note(use.Requests)
	}
	if len(use.Exposures) > 0 { // which the team may have to be told of
		s.tellOfNotification()
	}
	return err
}

func (s *Store) insertUse(db *gorm.DB, use *models.Use) error {
	ctx, tx := db.Statement.Context, db.Statement.ConnPool
	if err := addCounts.Add(ctx, s.engine, tx, use.Counts); err != nil {
		return err
	}
	if err := addKeyUses.Add(ctx, s.engine, tx, use.Keys); err != nil {
		return err
	}
	if err := addCallers.Add(ctx, s.engine, tx, use.Callers); err != nil {
		return err
	}
	if err := addRequests.Add(ctx, s.engine, tx, use.Requests); err != nil {
		return err
	}
	return addExposures.Add(ctx, s.engine, tx, use.Exposures)
}

// leaveOutGone leaves out what concerns keys that no longer exist. The lists that
// the use has are the caller's, who may come with them again, and stay as they are.
func leaveOutGone(db *gorm.DB, use *models.Use) error {
	there := map[string]bool{"": true}
	for some := range slices.Chunk(use.Keys, idsPerQuery) {
		ids := make([]string, len(some))
		for i := range some {
			ids[i] = some[i].KeyID
		}
		var known []string
		if err := db.Model(&models.Key{}).Where("id IN ?", ids).Pluck("id", &known).Error; err != nil {
			return err
		}
		for _, id := range known {
			there[id] = true
		}
	}
	if len(there) == len(use.Keys)+1 {
		return nil
	}
	use.Counts = only(use.Counts, func(c *models.RequestCount) bool { return there[c.KeyID] })
	use.Keys = only(use.Keys, func(u *models.KeyUse) bool { return there[u.KeyID] })
	use.Callers = only(use.Callers, func(c *models.Caller) bool { return there[c.KeyID] })
	use.Requests = only(use.Requests, func(r *models.Request) bool { return there[r.KeyID] })
	use.Exposures = only(use.Exposures, func(e *models.Exposure) bool { return there[e.KeyID] })
	return nil
}

func only[T any](rows []T, wanted func(row *T) bool) (kept []T) {
	for i := range rows {
		if wanted(&rows[i]) {
			kept = append(kept, rows[i])
		}
	}
	return kept
}

func orNull(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

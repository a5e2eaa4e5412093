package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// purgeBatch is how many rows one transaction removes of what there may be
// millions of, so that others who write do not wait long.
const purgeBatch = 5000

// sweepTeams removes for good the teams that nobody can restore any more. The
// activity list keeps its lines about them.
func (s *Store) sweepTeams(ctx context.Context) error {
	var due []models.Team
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("deleted_at <= ?", s.Now().Add(-models.TeamKept)).Find(&due).Error
	})
	for _, team := range due {
		if err := s.purge(ctx, team); err != nil {
			return err
		}
	}
	return err
}

// purge removes a team: first what there may be much of, a part at a time, and
// then the rest in one change.
func (s *Store) purge(ctx context.Context, team models.Team) error {
	for _, table := range []string{"interactions", "products", "end_users", "tasks", "attribute_types"} {
		if err := s.purgeRows(ctx, table,
			"data_set_id IN (SELECT data_set_id FROM environments WHERE team_id = ? AND kind <> 'playground')",
			team.ID); err != nil {
			return err
		}
	}
	for _, table := range []string{"requests", "callers", "request_counts", "exposures", "key_exposures",
		"accepted_programs"} {
		if err := s.purgeRows(ctx, table, "environment_id IN (SELECT id FROM environments WHERE team_id = ?)",
			team.ID); err != nil {
			return err
		}
	}
	if err := s.purgeRows(ctx, "notifications", "team_id = ?", team.ID); err != nil {
		return err
	}
	return s.change(ctx, dojo, func(c *change) error { return c.purge(team.ID) })
}

// purgeRows removes the rows of a table that the condition, a constant, names. That a part is small does not say that
// it was the last one: another process may have removed the same rows meanwhile.
func (s *Store) purgeRows(ctx context.Context, table, condition string, args ...any) error {
	row := map[database.Dialect]string{database.SQLite: "rowid", database.Postgres: "ctid"}[s.engine.Dialect]
	rows := "SELECT " + row + " FROM " + table + " WHERE " + condition + " LIMIT ?"
	for {
		var left bool
		err := s.write(ctx, func(db *gorm.DB) error {
			if err := db.Raw("SELECT EXISTS ("+rows+")", append(args, 1)...).Scan(&left).Error; err != nil || !left {
				return err
			}
			return db.Exec("DELETE FROM "+table+" WHERE "+row+" IN ("+rows+")", append(args, purgeBatch)...).Error
		})
		if err != nil || !left {
			return err
		}
	}
}

// purge removes what a deleted team is made of. Whoever restores the team holds
// its row: one of the two comes first.
func (c *change) purge(teamID string) error {
	var team models.Team
	err := c.lock().Where("id = ? AND deleted_at <= ?", teamID, c.now.Add(-models.TeamKept)).Take(&team).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errUnchanged // it was restored, or removed by somebody else
	}
	if err != nil {
		return err
	}
	var environments []models.Environment
	if err := c.lock().Where("team_id = ?", team.ID).Order("id").Find(&environments).Error; err != nil {
		return err
	}
	for _, statement := range []string{
		// No receipt is kept, and the sweep removes them: a gap would have processes that have not
		// read so far lose their leases.
		"UPDATE changes SET narrows = false WHERE environment_id IN (SELECT id FROM environments WHERE team_id = ?)",
		"DELETE FROM key_uses WHERE key_id IN (SELECT id FROM keys WHERE team_id = ?)",
		"DELETE FROM keys WHERE team_id = ?",
		"DELETE FROM notifications WHERE team_id = ?",
		"DELETE FROM request_replies WHERE team_id = ?",
		"DELETE FROM team_notes WHERE team_id = ?",
		"DELETE FROM viewings WHERE team_id = ?",
		"DELETE FROM unlock_requests WHERE team_id = ?",
		"DELETE FROM agreement_covers WHERE team_id = ?",
		"DELETE FROM agreement_versions WHERE agreement_id IN (SELECT id FROM agreements WHERE team_id = ?)",
		"DELETE FROM agreement_notes WHERE agreement_id IN (SELECT id FROM agreements WHERE team_id = ?)",
		"DELETE FROM agreements WHERE team_id = ?",
		"DELETE FROM day_counts WHERE environment_id IN (SELECT id FROM environments WHERE team_id = ?)",
		"DELETE FROM environments WHERE team_id = ?",
		"DELETE FROM invitations WHERE team_id = ?",
		"DELETE FROM webhooks WHERE team_id = ?",
		"DELETE FROM members WHERE team_id = ?",
		"DELETE FROM former_slugs WHERE team_id = ?",
		"DELETE FROM teams WHERE id = ?",
	} {
		if err := c.Exec(statement, team.ID).Error; err != nil {
			return err
		}
	}
	for _, environment := range environments {
		if environment.DataSetID != models.PlaygroundDataSet {
			// The copies of deleted records go with it.
			if err := c.Exec("DELETE FROM data_sets WHERE id = ?", environment.DataSetID).Error; err != nil {
				return err
			}
		}
		c.keysChanged(environment.ID)
	}
	return c.audit(models.AuditEvent{Action: models.TeamPurged, TeamID: team.ID,
		Detail: models.AuditDetail{Subject: team.Name}}, models.AsSystem)
}

package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// demoState is the row that says how far the building of a demo has come.
type demoState struct {
	ID    int
	Built bool
}

func (demoState) TableName() string { return "demo" }

// BeginDemo reports whether a demo is to be built here. Then the database holds none of
// the rows of one that was not built to its end; [Store.EndDemo] says that the new one is.
// With fresh it empties a demo that was. A database with another solutions engineer than the
// one with the address, who is the demo's, is somebody's own, and is refused with Conflict.
func (s *Store) BeginDemo(ctx context.Context, engineer string, fresh bool) (build bool, err error) {
	err = s.write(ctx, func(db *gorm.DB) error {
		var rows []demoState
		if err := db.Find(&rows).Error; err != nil {
			return err
		}
		var engineers []string
		if err := db.Model(&models.User{}).Where("engineer").Pluck("email", &engineers).Error; err != nil {
			return err
		}
		// Before the row there was, a demo was known by its engineer.
		old := len(rows) == 0 && slices.Contains(engineers, engineer)
		switch {
		case len(rows) == 0 && len(engineers) > 0 && !old:
			return models.Errorf(models.Conflict, "this database has solutions engineers of its own, "+
				"so no demo is put into it: choose another one with --database-url, or leave that out")
		case !fresh && (old || len(rows) > 0 && rows[0].Built):
			return nil
		}
		if len(rows) > 0 || old {
			if err := empty(db); err != nil {
				return err
			}
		}
		build = true
		return db.Create(&demoState{ID: 1}).Error
	})
	return build, err
}

// EndDemo says that the demo is built.
func (s *Store) EndDemo(ctx context.Context) error {
	return s.write(ctx, func(db *gorm.DB) error {
		// Nobody waits for mail of the story.
		if err := db.Where("kind IN ?", []models.MailKind{models.NotificationMail, models.DigestMail}).
			Delete(&models.Mail{}).Error; err != nil {
			return err
		}
		if err := db.Model(&models.Notice{}).Where("for_digest").Update("for_digest", false).Error; err != nil {
			return err
		}
		// Everybody has looked at their lists until two days ago.
		old := db.Model(&models.Notification{}).Select("id").Where("at < ?", s.Now().Add(-2*24*time.Hour))
		if err := db.Model(&models.Notice{}).Where("notification_id IN (?)", old).Update("seen_at", s.Now()).
			Error; err != nil {
			return err
		}
		// The story's clock was set back, and receipts are of the database's: they would not fit.
		if err := db.Where("true").Delete(&models.Change{}).Error; err != nil {
			return err
		}
		return db.Model(&demoState{}).Where("id = 1").Update("built", true).Error
	})
}

// lasting are the tables that stay when a database is emptied: its version and who can live with it, the
// installation that it belongs to, which processes have it, and where the feed ends.
var lasting = []string{"goose_db_version", "compatibility", "instance", "serving", "processes", "feed"}

// empty removes all rows of a demo, those of its activity list among them.
func empty(db *gorm.DB) error {
	tables, err := db.Migrator().GetTables()
	if err != nil {
		return err
	}
	tables = slices.DeleteFunc(tables, func(table string) bool {
		return slices.Contains(lasting, table) || strings.HasPrefix(table, "sqlite_")
	})
	if database.DialectOf(db) == database.Postgres {
		return execute(db,
			"ALTER TABLE audit_events DISABLE TRIGGER audit_events_keep",
			"TRUNCATE "+strings.Join(tables, ", "),
			"ALTER TABLE audit_events ENABLE TRIGGER audit_events_keep")
	}
	const trigger = "audit_events_keep_delete"
	var text string
	err = db.Raw("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", trigger).Scan(&text).Error
	if err != nil {
		return err
	}
	statements := []string{"PRAGMA defer_foreign_keys = 1", "DROP TRIGGER " + trigger}
	for _, table := range tables {
		statements = append(statements, "DELETE FROM "+table)
	}
	return execute(db, append(statements, text)...)
}

func execute(db *gorm.DB, statements ...string) error {
	for _, statement := range statements {
		if err := db.Exec(statement).Error; err != nil {
			return err
		}
	}
	return nil
}

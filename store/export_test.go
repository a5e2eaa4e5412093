package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"dojo/models"
)

// CreateSession adds a session as it stands. The program has them by SignIn alone.
func (s *Store) CreateSession(ctx context.Context, session models.Session) error {
	return s.write(ctx, func(db *gorm.DB) error { return db.Create(&session).Error })
}

// LimitPages makes SQLite answer as on a full disk (SQLITE_FULL) when the file
// would grow beyond so many pages; fewer than it has means no growth at all.
// It must be said on the writing connection, which nothing outside can reach.
func LimitPages(s *Store, pages int) error {
	var limit int
	return s.engine.Writer.Raw(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&limit).Error
}

// HandedIn is how many changes of records wait for a transaction, or are in the one
// that is being written, or was last.
func HandedIn(s *Store) int { return s.ingest.HandedIn() }

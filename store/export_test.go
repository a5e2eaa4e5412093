package store

import "fmt"

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

package store

import (
	"fmt"
	"strings"

	"dojo/store/database"
)

// LimitPages makes SQLite answer as on a full disk (SQLITE_FULL) when the file
// would grow beyond so many pages; fewer than it has means no growth at all.
// It must be said on the writing connection, which nothing outside can reach.
func LimitPages(s *Store, pages int) error {
	var limit int
	return s.engine.Writer.Raw(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&limit).Error
}

// HandedIn is how many changes of records wait for a transaction, or are in the one
// that is being written, or was last.
func HandedIn(s *Store) (count int) {
	for _, w := range s.writers {
		w.mu.Lock()
		count += len(w.waiting) + w.last
		w.mu.Unlock()
	}
	return count
}

// PlanOf is how the database goes about the query of a list, for a test that it
// goes by an index.
func PlanOf(s *Store, dataSetID string, query any) (string, error) {
	db, explain := s.engine.Reader, "EXPLAIN QUERY PLAN "
	if s.engine.Dialect == database.Postgres {
		explain = "EXPLAIN "
	}
	var text string
	var args []any
	switch q := query.(type) {
	case RecordsQuery:
		list := q.list(productShelf, dataSetID)
		list.reach = 500 // far less than the table has, as with a million
		text, args = list.find(db, q, q.limit())
	case InteractionsQuery:
		text, args, _ = q.sources()[0].in(dataSetID).between(q.After, q.Before).query(db, q)
		text, args = text+" LIMIT ?", append(args, q.limit()+1)
	case Deletion:
		text, args = s.statements.remove(interactionsTable), []any{dataSetID, s.statements.list(q.InteractionsOf)}
	case []string:
		text, args = productShelf.byIDs(), []any{dataSetID, q}
	case nil:
		text, args = typesQuery, []any{dataSetID, dataSetID, maxTypes}
	}
	var lines []struct {
		Detail    string
		QueryPlan string `gorm:"column:QUERY PLAN"`
	}
	err := db.Raw(explain+text, args...).Scan(&lines).Error
	var plan strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&plan, line.Detail+line.QueryPlan)
	}
	return plan.String(), err
}

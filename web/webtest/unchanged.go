package webtest

import (
	"strings"
	"testing"
)

// Unchanged checks that the steps leave the database as it was, but for what is
// noted of a visit.
func (s *Site) Unchanged(t testing.TB, what string, steps func()) {
	t.Helper()
	before := s.Dump()
	steps()
	if after := s.Dump(); after != before {
		t.Errorf("%s changed the database.\n%s", what, FirstDifference(before, after))
	}
}

// Dump is the database without when an environment and a session were used, and
// without the counts of tries and the files that are chosen and not uploaded.
func (s *Site) Dump() string {
	s.T.Helper()
	var kept []string
	for _, table := range strings.Split(s.Database.Dump(), "== ") {
		if !strings.HasPrefix(table, "members\n") && !strings.HasPrefix(table, "sessions\n") &&
			!strings.HasPrefix(table, "sign_in_tries\n") && !strings.HasPrefix(table, "upload_") {
			kept = append(kept, table)
		}
	}
	kept = append(kept,
		s.Column("SELECT team_id || ' ' || user_id || ' ' || role FROM members ORDER BY 1"),
		s.Column("SELECT user_id || ' ' || id FROM sessions WHERE user_id <> '' ORDER BY 1"))
	return strings.Join(kept, "== ")
}

// Column is what the query finds, a line each.
func (s *Site) Column(query string) string {
	s.T.Helper()
	rows, err := s.Database.SQL().Query(query)
	s.Ok(err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		s.Ok(rows.Scan(&line))
		lines = append(lines, line)
	}
	s.Ok(rows.Err())
	return strings.Join(lines, "\n")
}

func FirstDifference(before, after string) string {
	old, fresh := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(old), len(fresh)) {
		if old[i] != fresh[i] {
			return "- " + old[i] + "\n+ " + fresh[i]
		}
	}
	return "one is longer than the other"
}

package web_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkDesk measures the server's time for pages of the desk, in a database with 10,000 teams
// and 20,000 agreements, and reports the median.
func BenchmarkDesk(b *testing.B) {
	path := filepath.Join(b.TempDir(), "dojo.db")
	cfg := benchConfig(b, "sqlite:"+path)
	crowd(b, path, 10_000)
	agreeAll(b, path)
	s := openBench(b, cfg, nil)
	handler := s.Handler()
	cookie := signInAs(b, handler, "sol@dojo.example")
	for _, path := range []string{"/desk", "/desk/requests", "/desk/teams", "/desk/teams?sort=newest",
		"/desk/teams?state=ending", "/desk/teams?q=crowd-77", "/desk/teams/acme"} {
		b.Run(path, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				request := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
				request.AddCookie(cookie)
				answer := httptest.NewRecorder()
				start := time.Now()
				handler.ServeHTTP(answer, request)
				times = append(times, time.Since(start))
				if answer.Code != http.StatusOK {
					b.Fatalf("%s: status %d", path, answer.Code)
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
		})
	}
}

// agreeAll gives each team of the crowd two agreements, one of which has ended, and every tenth a
// request that waits.
func agreeAll(b *testing.B, path string) {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	must(b, err)
	defer db.Close()
	now := time.Now().UTC()
	for i, statement := range []string{
		`INSERT INTO agreements SELECT 'old-' || id, id, 'MSA-OLD-' || slug, '', '', ?1, ?2, 'ordinary', 1, ?1, '', '', ''
			FROM teams WHERE slug LIKE 'crowd-%'`,
		`INSERT INTO agreements SELECT 'new-' || id, id, 'MSA-' || slug, '', '', ?2, ?3, 'ordinary', 1, ?1, '', '', ''
			FROM teams WHERE slug LIKE 'crowd-%'`,
		`INSERT INTO agreement_covers SELECT 'new-' || team_id, id, team_id, ?2, ?3, 0, 0, NULL, '', '', '', '', ?2, NULL, 0
			FROM environments WHERE kind = 'development' AND team_id IN (SELECT id FROM teams WHERE slug LIKE 'crowd-%')
			AND ?1 < ?3`,
		`INSERT INTO unlock_requests (id, team_id, environment_id, state, use_case, created_at, created_by_id,
			created_by_name, created_by_capacity, decided_by_id, decided_by_name, decided_by_capacity, agreement, answer)
			SELECT 'r-' || id, team_id, id, 'pending', 'Search', ?1, '', 'Crowd', 'member', '', '', '', '', '' FROM environments
			WHERE kind = 'production' AND team_id IN (SELECT id FROM teams WHERE slug LIKE 'crowd-%7') AND ?2 < ?3`,
	} {
		_, err := db.Exec(statement, now.AddDate(0, 0, -20), now.AddDate(0, 0, -10), now.AddDate(0, 0, 20+i))
		must(b, err)
	}
	for i := range 200 { // and some end later
		_, err := db.Exec("UPDATE agreement_covers SET ends_at = ? WHERE agreement_id = (SELECT 'new-' || id FROM teams "+
			"WHERE slug = ?)", now.AddDate(0, 0, 40+i), fmt.Sprintf("crowd-%d", i))
		must(b, err)
	}
}

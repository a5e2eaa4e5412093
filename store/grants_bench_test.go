package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// BenchmarkMillionGrants reads the grants of 1,000,000 keys of 500,000 environments, as a start does, with
// what they are read into left out.
func BenchmarkMillionGrants(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storetest.Database{
		storetest.SQLite: storetest.OpenSQLite, storetest.Postgres: storetest.OpenPostgres} {
		b.Run(name, func(b *testing.B) {
			w := storetest.NewFixture(b, open(b))
			millionKeys(w)
			var took time.Duration
			for b.Loop() {
				began, keys := time.Now(), 0
				if err := w.Store.Grants(b.Context(), func(*models.Grant) error { keys++; return nil }); err != nil {
					b.Fatal(err)
				}
				if took += time.Since(began); keys < 1_000_000 {
					b.Fatalf("there are %d keys", keys)
				}
			}
			b.ReportMetric(took.Seconds()/float64(b.N), "s/load")
		})
	}
}

// millionKeys makes 166,667 teams with two keys in each of their environments, by copying Acme's.
func millionKeys(w *storetest.Fixture) {
	w.Unlock(models.Development)
	w.Unlock(models.Production)
	d := w.Database
	d.Exec("CREATE TABLE numbers (n integer)")
	d.Exec("INSERT INTO numbers WITH RECURSIVE numbered (n) AS (SELECT 100001 UNION ALL SELECT n + 1 FROM numbered " +
		"WHERE n < 266667) " +
		"SELECT n FROM numbered")
	blob := "CAST(%s AS blob)"
	if d.Engine == storetest.Postgres {
		blob = "convert_to(%s, 'UTF8')"
	}
	digest := fmt.Sprintf(blob, "k.id || n")
	for _, statement := range []string{
		"INSERT INTO teams (id, slug, name, created_at) SELECT id || n, slug || n, name || n, created_at FROM teams, " +
			"numbers " +
			"WHERE slug = 'acme'",
		"INSERT INTO environments (id, team_id, kind, data_set_id, created_at, allowed_origins, refuses_browser_secrets) " +
			"SELECT e.id || n, team_id || n, kind, data_set_id, e.created_at, allowed_origins, refuses_browser_secrets " +
			"FROM environments e, numbers WHERE team_id = $1",
		"INSERT INTO agreements (id, team_id, reference, signatory, engineer_id, first_at, ends_at, kind, version, " +
			"created_at, " +
			"created_by_id, created_by_name, created_by_capacity) SELECT id || n, team_id || n, reference, signatory, " +
			"engineer_id, " +
			"first_at, ends_at, kind, version, created_at, created_by_id, created_by_name, created_by_capacity " +
			"FROM agreements, numbers WHERE team_id = $1",
		"INSERT INTO agreement_covers (agreement_id, environment_id, team_id, starts_at, ends_at, per_second, per_day, " +
			"locked_by_id, locked_by_name, locked_by_capacity, lock_reason, opened_at, warned) " +
			"SELECT agreement_id || n, environment_id || n, team_id || n, starts_at, ends_at, per_second, per_day, " +
			"locked_by_id, locked_by_name, locked_by_capacity, lock_reason, opened_at, warned " +
			"FROM agreement_covers, numbers WHERE team_id = $1",
		"INSERT INTO keys (id, team_id, environment_id, kind, state, digest, sealed, created_at, created_by_id, " +
			"created_by_name, " +
			"created_by_capacity, last_viewed_by_id, last_viewed_by_name, last_viewed_by_capacity, revoked_by_id, " +
			"revoked_by_name, revoked_by_capacity, reason, note) SELECT k.id || n, team_id || n, environment_id || n, kind, " +
			"state, " + digest + ", sealed, created_at, created_by_id, created_by_name, created_by_capacity, " +
			"last_viewed_by_id, " +
			"last_viewed_by_name, last_viewed_by_capacity, revoked_by_id, revoked_by_name, revoked_by_capacity, reason, note " +
			"FROM keys k, numbers WHERE team_id = $1",
	} {
		if strings.Contains(statement, "$1") {
			d.Exec(statement, w.Acme.ID)
		} else {
			d.Exec(statement)
		}
	}
	d.Exec("ANALYZE")
}

package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// BenchmarkSearch measures a search in 10,000 teams with 30,000 people and 40,000 keys, by an
// engineer, who may find all of it: the medians.
func BenchmarkSearch(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{storetest.SQLite, storetest.OpenSQLite}, {storetest.Postgres, storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			w := storetest.NewFixture(b, engine.open(b))
			tenThousandTeams(w)
			for name, query := range map[string]store.SearchQuery{
				"team":    {Names: []string{"teams 07777"}},
				"many":    {Names: []string{"e"}},
				"words":   {Names: []string{"team", "99"}},
				"none":    {Names: []string{"nothing is called like this"}},
				"ending":  {Ending: "0fff"},
				"request": {Request: models.NewID()},
			} {
				b.Run(name, func(b *testing.B) {
					var times []time.Duration
					for b.Loop() {
						start := time.Now()
						if _, err := w.Store.Search(ctx, w.Sol, query); err != nil {
							b.Fatal(err)
						}
						times = append(times, time.Since(start))
					}
					slices.Sort(times)
					b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
				})
			}
		})
	}
}

// tenThousandTeams adds teams with three members and four keys each.
func tenThousandTeams(w *storetest.Fixture) {
	const series = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 30000) "
	const four = "(SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)"
	now, byte16 := w.Store.Now(), "printf('%%04x', %s)"
	blob := "CAST(%s AS blob)"
	if w.Database.Engine == storetest.Postgres {
		byte16, blob = "lpad(to_hex(%s), 4, '0')", "convert_to(%s, 'UTF8')"
	}
	ending := fmt.Sprintf(byte16, "(t.n * 7 + k) % 65536")
	for _, statement := range []string{
		series + "INSERT INTO users (id, email, name, password_hash, engineer, created_at) SELECT 'u-' || n, " +
			"'someone-' || n || '@crowd.example', 'Somebody ' || n, '', false, $1 FROM n",
		series + "INSERT INTO teams (id, slug, name, created_at) SELECT 't-' || n, 'crowd-' || n, " +
			"'Crowded teams ' || substr('0000' || n, -5), $1 FROM n WHERE n <= 10000",
		series + "INSERT INTO members SELECT 't-' || (1 + n % 10000), 'u-' || n, 'owner', 'playground', NULL, $1 FROM n",
		series + "INSERT INTO environments (id, team_id, kind, data_set_id, created_at) SELECT 'e-' || n, 't-' || n, " +
			"'playground', 'playground', $1 FROM n WHERE n <= 10000",
		series + "INSERT INTO keys SELECT 'k-' || t.n || '-' || k, 't-' || t.n, 'e-' || t.n, " +
			"CASE WHEN k % 2 = 0 THEN 'secret' ELSE 'publishable' END, CASE WHEN k < 2 THEN 'active' ELSE 'revoked' END, " +
			fmt.Sprintf(blob, "'d-' || t.n || '-' || k") + ", " + fmt.Sprintf(blob, "'s'") + ", $1, '', '', '', NULL, '', '', " +
			"'', NULL, CASE WHEN k < 2 THEN NULL ELSE $1 END, '', '', '', '', '', " + ending + " FROM n t, " + four +
			" four WHERE t.n <= 10000",
		"ANALYZE",
	} {
		if w.Database.Engine == storetest.Postgres {
			statement = strings.NewReplacer("substr('0000' || n, -5)", "lpad(n::text, 5, '0')",
				"$1 ELSE", "$1", "NULL ELSE $1 END", "NULL ELSE $1::timestamptz END", ", $1,", ", $1::timestamptz,").
				Replace(statement)
		}
		if strings.Contains(statement, "$1") {
			w.Database.Exec(statement, now)
		} else {
			w.Database.Exec(statement)
		}
	}
}

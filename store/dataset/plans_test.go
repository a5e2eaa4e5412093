package dataset_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/database"
	"dojo/store/dataset"
	"dojo/store/storetest"
)

// slow is what no list may do: read a whole table, or sort it. A search may go
// through what an index gave it.
var slow = map[string]*regexp.Regexp{
	storetest.SQLite:   regexp.MustCompile(`SCAN (products|end_users|interactions|i)\b|TEMP B-TREE`),
	storetest.Postgres: regexp.MustCompile(`Seq Scan|Sort|Bitmap`),
}

// ofUser reports whether interactions are looked for by their user.
func ofUser(query any) bool {
	list, isList := query.(models.InteractionsQuery)
	_, isDeletion := query.(models.Deletion)
	return isList && list.User != "" || isDeletion
}

// The data set is one of two, so that an index on the id alone is no help.
func TestListsGoByAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		engine, err := database.Open(t.Context(), db.URL, false)
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		const id = "production"
		for _, name := range []string{id, "development"} {
			db.Exec("INSERT INTO data_sets (id, created_at) VALUES ($1, '2026-03-02 09:30:00+00:00')", name)
			db.Fill(name, 20_000)
		}
		if db.Engine == storetest.Postgres {
			db.Exec("VACUUM ANALYZE")
		}
		cursor := models.Cursor{At: db.Clock.Now(), Label: "Miso", ID: "sku-0010000"}
		var queries []any
		var page []string
		for i := range 50 {
			page = append(page, fmt.Sprintf("sku-%07d", i*7))
		}
		for _, sorting := range []models.Sorting{models.LastUpdated, models.FirstUpdated, models.ByID, models.ByLabel} {
			for _, search := range []string{"", "number 0000007"} {
				queries = append(queries, models.RecordsQuery{Sorting: sorting, Search: search},
					models.RecordsQuery{Sorting: sorting, Search: search, Cursor: cursor},
					models.RecordsQuery{Sorting: sorting, Search: search, Cursor: cursor.Backwards()})
			}
		}
		for _, q := range []models.InteractionsQuery{
			{}, {Type: "type-3"}, {User: "user-7"}, {Product: "sku-0000007"},
			{Type: "type-3", Product: "sku-0000007"}, {User: "user-7", Type: "type-3"},
		} {
			older, newer := q, q
			older.Cursor.ID, newer.Cursor = "30000", models.Cursor{ID: "10000", Back: true}
			oldest := q
			oldest.Oldest = true
			queries = append(queries, q, older, newer, oldest)
		}
		for _, query := range append(queries,
			models.Deletion{Collection: models.Interactions, IDs: []string{"user-7", "user-8"}}, nil) {
			plan, err := dataset.PlanOf(engine, id, query)
			if err != nil || plan == "" || slow[db.Engine].MatchString(plan) || ofUser(query) &&
				!strings.Contains(plan, "interactions_user") {
				t.Errorf("%+v: %v\n%s", query, err, plan)
			}
		}
		plan, err := dataset.PlanOf(engine, id, page)
		if err != nil || !strings.Contains(plan, "AND id=?") && !strings.Contains(plan, "id = ANY") {
			t.Errorf("a page of ids: %v\n%s", err, plan)
		}
	})
}

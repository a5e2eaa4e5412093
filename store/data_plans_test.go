package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
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
	list, isList := query.(store.InteractionsQuery)
	_, isDeletion := query.(store.Deletion)
	return isList && list.User != "" || isDeletion
}

// The data set is one of two, so that an index on the id alone is no help.
func TestListsGoByAnIndex(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, other := unlocked(t, w, models.Production), unlocked(t, w, models.Development)
		for _, g := range []models.Grant{grant, other} {
			w.Database.Fill(g.DataSetID, 20_000)
		}
		if w.Database.Engine == storetest.Postgres {
			w.Database.Exec("VACUUM ANALYZE")
		}
		place := store.Place{UpdatedAt: w.Store.Now(), Label: "Miso", ID: "sku-0010000"}
		var queries []any
		var page []string
		for i := range 50 {
			page = append(page, fmt.Sprintf("sku-%07d", i*7))
		}
		for _, sort := range []store.RecordsSort{store.LastUpdated, store.FirstUpdated, store.ByID, store.ByLabel} {
			for _, search := range []string{"", "number 0000007"} {
				queries = append(queries, store.RecordsQuery{Sort: sort, Search: search},
					store.RecordsQuery{Sort: sort, Search: search, Below: place}, store.RecordsQuery{Sort: sort, Search: search, Above: place})
			}
		}
		for _, q := range []store.InteractionsQuery{{}, {Type: "type-3"}, {User: "user-7"}, {Product: "sku-0000007"}, {Type: "type-3", Product: "sku-0000007"}, {User: "user-7", Type: "type-3"}} {
			older, newer := q, q
			older.Before, newer.After = 30_000, 10_000
			oldest := q
			oldest.Oldest = true
			queries = append(queries, q, older, newer, oldest)
		}
		for _, query := range append(queries, store.Deletion{InteractionsOf: []string{"user-7", "user-8"}}, nil) {
			plan, err := store.PlanOf(w.Store, grant.DataSetID, query)
			if err != nil || plan == "" || slow[w.Database.Engine].MatchString(plan) || ofUser(query) && !strings.Contains(plan, "interactions_user") {
				t.Errorf("%+v: %v\n%s", query, err, plan)
			}
		}
		plan, err := store.PlanOf(w.Store, grant.DataSetID, page)
		if err != nil || !strings.Contains(plan, "AND id=?") && !strings.Contains(plan, "id = ANY") {
			t.Errorf("a page of ids: %v\n%s", err, plan)
		}
	})
}

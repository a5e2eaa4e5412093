package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestRecordsSearchTakesTheTextAsItIs(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Products: []models.Product{
			product("sku_100%", "Salt, 100% sea"), product("sku-100x", "Salt 1000 g"), product(`sku\1`, `Back\slash`),
			product("SKU-UP", "ÉCLAIR of matcha"), product("it's", "O'Brien's; DROP TABLE products"), product("味噌-1", "赤味噌"),
		}}))
		for search, want := range map[string][]string{
			"100%":     {"sku_100%"},
			"sku_":     {"sku_100%"},
			`sku\`:     {`sku\1`},
			`k\s`:      {`sku\1`},
			"sku-up":   {"SKU-UP"},
			"SKU-100X": {"sku-100x"},
			"SALT":     {"sku-100x", "sku_100%"},
			"ÉCLAIR":   {"SKU-UP"},
			"Matcha":   {"SKU-UP"},
			"'s; drop": {"it's"},
			"味噌":       {"味噌-1"},
			"100x":     {}, // an id is found by its beginning only
			"  salt  ": {"sku-100x", "sku_100%"},
			"nothing":  {},
		} {
			rows, more, err := team.Products(ctx, models.Production, store.RecordsQuery{Search: search})
			ok(t, err)
			found := []string{}
			for _, row := range rows {
				found = append(found, row.ID)
			}
			slices.Sort(found)
			if !slices.Equal(found, want) || more {
				t.Errorf("searching %q found %q, more: %v; want %q", search, found, more, want)
			}
		}
	})
}

func TestRecordsPages(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		for batch := range 3 { // of one moment each
			var records store.Records
			for i := range 40 {
				records.EndUsers = append(records.EndUsers, endUser(fmt.Sprintf("u-%d-%02d", batch, i), "Aki"))
			}
			ok(t, w.Store.AddRecords(ctx, grant, records))
			w.Database.Clock.Add(100 * time.Millisecond)
		}
		var seen []models.EndUser
		query := store.RecordsQuery{}
		for more := true; more; {
			rows, next, err := team.EndUsers(ctx, models.Production, query)
			ok(t, err)
			seen = append(seen, rows...)
			last := rows[len(rows)-1]
			query.Before, more = store.Cursor{At: last.UpdatedAt.In(elsewhere(t)), ID: last.ID}, next
		}
		if len(seen) != 120 || seen[0].ID != "u-2-39" || seen[119].ID != "u-0-00" {
			t.Fatalf("the pages show %d rows, from %s to %s", len(seen), seen[0].ID, seen[len(seen)-1].ID)
		}
		for i := 1; i < len(seen); i++ {
			if a, b := seen[i-1], seen[i]; a.UpdatedAt.Before(b.UpdatedAt) || a.UpdatedAt.Equal(b.UpdatedAt) && a.ID <= b.ID {
				t.Fatalf("%s comes before %s", a.ID, b.ID)
			}
		}
		back, more, err := team.EndUsers(ctx, models.Production, store.RecordsQuery{After: store.Cursor{At: seen[60].UpdatedAt, ID: seen[60].ID}})
		ok(t, err)
		if len(back) != 50 || !more || back[49].ID != seen[59].ID || back[0].ID != seen[10].ID {
			t.Errorf("back from row 60: %d rows, more: %v", len(back), more)
		}
	})
}

func TestInteractionsFilter(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		named, anonymous := interaction("search", w.Store.Now()), interaction("product_detail_page_view", w.Store.Now())
		named.UserID, named.ProductIDs = "user-7", "p_1, p-2"
		anonymous.UserID, anonymous.AnonymousID = "", "anon-7"
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Interactions: []models.Interaction{named, anonymous, interaction("search", w.Store.Now())}}))
		for name, c := range map[string]struct {
			query store.InteractionsQuery
			want  int
		}{
			"all":               {store.InteractionsQuery{}, 3},
			"a type":            {store.InteractionsQuery{Type: "search"}, 2},
			"a user":            {store.InteractionsQuery{Search: "user-7"}, 1},
			"an anonymous user": {store.InteractionsQuery{Search: " anon-7 "}, 1},
			"a product":         {store.InteractionsQuery{Search: "p_1"}, 1},
			"a wildcard":        {store.InteractionsQuery{Search: "%"}, 0},
			"a type and a user": {store.InteractionsQuery{Type: "search", Search: "anon-7"}, 0},
		} {
			rows, _, err := team.Interactions(ctx, models.Production, c.query)
			if err != nil || len(rows) != c.want {
				t.Errorf("%s: %d rows, %v; want %d", name, len(rows), err, c.want)
			}
		}
		types, err := team.InteractionTypes(ctx, models.Production)
		if err != nil || !slices.Equal(types, []string{"product_detail_page_view", "search"}) {
			t.Errorf("InteractionTypes = %v, %v", types, err)
		}
	})
}

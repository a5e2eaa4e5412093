package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
			rows, reach, err := team.Products(ctx, models.Production, store.RecordsQuery{Search: search})
			ok(t, err)
			found := []string{}
			for _, row := range rows {
				found = append(found, row.ID)
			}
			slices.Sort(found)
			if !slices.Equal(found, want) || reach != (store.Reach{}) {
				t.Errorf("searching %q found %q, reach %+v; want %q", search, found, reach, want)
			}
		}
	})
}

// Three batches of one moment each; titles and ids go other ways than time.
func TestRecordsPages(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		for batch := range 3 {
			var records store.Records
			for i := range 40 {
				records.EndUsers = append(records.EndUsers, endUser(fmt.Sprintf("u-%02d-%d", i, batch), fmt.Sprintf("Aki %d", (i*7)%20)))
			}
			ok(t, w.Store.AddRecords(ctx, grant, records))
			w.Database.Clock.Add(100 * time.Millisecond)
		}
		byTime := func(a, b models.EndUser) int {
			return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.ID, b.ID))
		}
		for sort, order := range map[store.RecordsSort]func(a, b models.EndUser) int{
			store.LastUpdated:  func(a, b models.EndUser) int { return -byTime(a, b) },
			store.FirstUpdated: byTime,
			store.ByID:         func(a, b models.EndUser) int { return cmp.Compare(a.ID, b.ID) },
			store.ByLabel:      func(a, b models.EndUser) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) },
			"nonsense":         byTime,
		} {
			for _, search := range []string{"", "aki"} {
				t.Run(fmt.Sprint(sort, search), func(t *testing.T) {
					readThrough(t, team, store.RecordsQuery{Sort: sort, Search: search}, order)
				})
			}
		}
	})
}

// readThrough reads a list of 120 to its end and back.
func readThrough(t *testing.T, team *store.TeamScope, query store.RecordsQuery, order func(a, b models.EndUser) int) {
	place := func(u models.EndUser) store.Place {
		return store.Place{UpdatedAt: u.UpdatedAt.In(elsewhere(t)), Label: u.Name, ID: u.ID}
	}
	var seen []models.EndUser
	for more := true; more; {
		rows, reach, err := team.EndUsers(ctx, models.Production, query)
		ok(t, err)
		seen = append(seen, rows...)
		query.Below, more = place(rows[len(rows)-1]), reach.More
	}
	if len(seen) != 120 || !slices.IsSortedFunc(seen, order) {
		t.Fatalf("%d rows, sorted: %v", len(seen), slices.IsSortedFunc(seen, order))
	}
	query.Below, query.Above = store.Place{}, place(seen[60])
	back, reach, err := team.EndUsers(ctx, models.Production, query)
	ok(t, err)
	if len(back) != 50 || !reach.More || back[49].ID != seen[59].ID || back[0].ID != seen[10].ID {
		t.Errorf("back from row 60: %d rows, %+v", len(back), reach)
	}
}

// What a list holds of records is bounded by bytes too, when their JSON is wanted.
func TestRecordsWithBodies(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		var batch store.Records
		for i := range 4 {
			p, in := product(fmt.Sprint("p-", i), "Long"), interaction("search", w.Store.Now())
			p.Body = fmt.Appendf(nil, `{"n":%d,"html":"%s"}`, i, strings.Repeat("x", 1_500_000))
			in.Body = p.Body
			batch.Products, batch.Interactions = append(batch.Products, p), append(batch.Interactions, in)
		}
		ok(t, w.Store.AddRecords(ctx, grant, batch))
		query := store.RecordsQuery{Sort: store.ByID, Bodies: true}
		for _, want := range []int{2, 2} {
			rows, reach, err := team.Products(ctx, models.Production, query)
			ok(t, err)
			if len(rows) != want || reach.More != (query.Below.ID == "") || len(rows[0].Body) < 1_500_000 {
				t.Fatalf("%d rows, %+v", len(rows), reach)
			}
			query.Below = store.Place{ID: rows[len(rows)-1].ID}
		}
		rows, reach, err := team.Interactions(ctx, models.Production, store.InteractionsQuery{Oldest: true, Bodies: true})
		if err != nil || len(rows) != 2 || !reach.More || !strings.HasPrefix(string(rows[1].Body), `{"n":1`) {
			t.Errorf("%d interactions, %+v, %v", len(rows), reach, err)
		}
		plain, _, err := team.Products(ctx, models.Production, store.RecordsQuery{})
		if err != nil || len(plain) != 4 || plain[0].Body != nil {
			t.Errorf("%d rows, %v", len(plain), err)
		}
	})
}

func TestInteractionsFilter(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		named, anonymous := interaction("search", w.Store.Now()), interaction("product_detail_page_view", w.Store.Now())
		named.UserID, named.ProductIDs = "user-7", "p_1, p-2"
		anonymous.UserID, anonymous.AnonymousID = "", "anon-7"
		long := interaction("search", w.Store.Now())
		long.UserID, long.AnonymousID = "anon-7", strings.Repeat("ä", 300)
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Interactions: []models.Interaction{named, anonymous}}))
		w.Database.Clock.Add(time.Hour)
		noon := w.Store.Now()
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Interactions: []models.Interaction{long}}))
		w.Database.Clock.Add(time.Hour)
		evening := w.Store.Now()
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Interactions: []models.Interaction{interaction("search", w.Store.Now())}}))
		for name, c := range map[string]struct {
			query store.InteractionsQuery
			want  []int64
		}{
			"all":                 {store.InteractionsQuery{}, []int64{4, 3, 2, 1}},
			"the oldest first":    {store.InteractionsQuery{Oldest: true}, []int64{1, 2, 3, 4}},
			"a type":              {store.InteractionsQuery{Type: "search"}, []int64{4, 3, 1}},
			"a user":              {store.InteractionsQuery{User: "user-7"}, []int64{1}},
			"an id of two kinds":  {store.InteractionsQuery{User: "anon-7"}, []int64{3, 2}},
			"a long anonymous id": {store.InteractionsQuery{User: strings.Repeat("ä", 300)}, []int64{3}},
			"a longer one":        {store.InteractionsQuery{User: strings.Repeat("ä", 301)}, nil},
			"a product":           {store.InteractionsQuery{Product: "p_1"}, []int64{1}},
			"the last product":    {store.InteractionsQuery{Product: "p-2"}, []int64{1}},
			"part of a product":   {store.InteractionsQuery{Product: "p-"}, nil},
			"another case":        {store.InteractionsQuery{Product: "P_1"}, nil},
			"a wildcard":          {store.InteractionsQuery{Product: "%", User: ""}, nil},
			"a type and a user":   {store.InteractionsQuery{Type: "search", User: "anon-7"}, []int64{3}},
			"all three":           {store.InteractionsQuery{Type: "search", User: "user-7", Product: "p-2"}, []int64{1}},
			"since noon":          {store.InteractionsQuery{From: noon}, []int64{4, 3}},
			"until noon":          {store.InteractionsQuery{Until: noon}, []int64{2, 1}},
			"noon to evening":     {store.InteractionsQuery{From: noon, Until: evening}, []int64{3}},
			"before all":          {store.InteractionsQuery{Until: noon.AddDate(-1, 0, 0)}, nil},
			"after all":           {store.InteractionsQuery{From: noon.AddDate(1, 0, 0)}, nil},
			"below one":           {store.InteractionsQuery{Page: store.Page{Before: 3}}, []int64{2, 1}},
			"above one":           {store.InteractionsQuery{Page: store.Page{After: 2}}, []int64{4, 3}},
			"oldest, after one":   {store.InteractionsQuery{Oldest: true, Page: store.Page{After: 2}}, []int64{3, 4}},
			"oldest, before one":  {store.InteractionsQuery{Oldest: true, Page: store.Page{Before: 3}}, []int64{1, 2}},
			"until, and below":    {store.InteractionsQuery{Until: evening, Page: store.Page{Before: 2}}, []int64{1}},
		} {
			rows, reach, err := team.Interactions(ctx, models.Production, c.query)
			var ids []int64
			for _, row := range rows {
				ids = append(ids, row.ID)
			}
			if err != nil || !slices.Equal(ids, c.want) || reach != (store.InteractionsReach{}) {
				t.Errorf("%s: %v, %+v, %v; want %v", name, ids, reach, err, c.want)
			}
		}
		types, err := team.InteractionTypes(ctx, models.Production)
		if err != nil || !slices.Equal(types, []string{"product_detail_page_view", "search"}) {
			t.Errorf("InteractionTypes = %v, %v", types, err)
		}
	})
}

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
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		ok(t, w.Store.AddRecords(ctx, grant, productsOf(
			product("sku_100%", "Salt, 100% sea"), product("sku-100x", "Salt 1000 g"), product(`sku\1`, `Back\slash`),
			product("SKU-UP", "ÉCLAIR of matcha"), product("it's", "O'Brien's; DROP TABLE products"),
			product("味噌-1", "赤味噌"),
		)))
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
			list, err := team.Records(ctx, models.Production, models.Products, models.RecordsQuery{Search: search})
			ok(t, err)
			found := []string{}
			for _, row := range list.Rows {
				found = append(found, row.ID)
			}
			slices.Sort(found)
			if !slices.Equal(found, want) || list.More || list.Looked != 0 {
				t.Errorf("searching %q found %q, more: %v; want %q", search, found, list.More, want)
			}
		}
	})
}

// Three batches of one moment each; titles and ids go other ways than time.
func TestRecordsPages(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		for batch := range 3 {
			users := usersOf()
			for i := range 40 {
				users.Records = append(users.Records,
					endUser(fmt.Sprintf("u-%02d-%d", i, batch), fmt.Sprintf("Aki %d", (i*7)%20)))
			}
			add(t, w, grant, users)
			w.Database.Clock.Add(100 * time.Millisecond)
		}
		byTime := func(a, b models.Record) int {
			return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.ID, b.ID))
		}
		for sort, order := range map[models.Sorting]func(a, b models.Record) int{
			models.LastUpdated:  func(a, b models.Record) int { return -byTime(a, b) },
			models.FirstUpdated: byTime,
			models.ByID:         func(a, b models.Record) int { return cmp.Compare(a.ID, b.ID) },
			models.ByLabel: func(a, b models.Record) int {
				return cmp.Or(cmp.Compare(a.Label, b.Label),
					cmp.Compare(a.ID, b.ID))
			},
			"nonsense": byTime,
		} {
			for _, search := range []string{"", "aki"} {
				t.Run(fmt.Sprint(sort, search), func(t *testing.T) {
					readThrough(t, team, models.RecordsQuery{Sorting: sort, Search: search}, order)
				})
			}
		}
	})
}

// readThrough reads a list of 120 to its end and back.
func readThrough(t *testing.T, team *store.TeamScope, query models.RecordsQuery, order func(a, b models.Record) int) {
	var seen []models.Record
	for more := true; more; {
		list, err := team.Records(ctx, models.Production, models.EndUsers, query)
		ok(t, err)
		seen = append(seen, list.Rows...)
		query.Cursor, more = list.Next, list.More
		query.Cursor.At = query.Cursor.At.In(elsewhere(t))
	}
	if len(seen) != 120 || !slices.IsSortedFunc(seen, order) {
		t.Fatalf("%d rows, sorted: %v", len(seen), slices.IsSortedFunc(seen, order))
	}
	query.Cursor = seen[60].Cursor().Backwards()
	back, err := team.Records(ctx, models.Production, models.EndUsers, query)
	ok(t, err)
	if len(back.Rows) != 50 || !back.More || back.Rows[49].ID != seen[59].ID || back.Rows[0].ID != seen[10].ID ||
		back.Next.ID != seen[10].ID || !back.Next.Back {
		t.Errorf("back from row 60: %d rows, %+v", len(back.Rows), back.Next)
	}
}

// What a list holds of records is bounded by bytes too, when their JSON is wanted.
func TestRecordsWithBodies(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		products, interactions := productsOf(), interactionsOf()
		for i := range 4 {
			p, in := product(fmt.Sprint("p-", i), "Long"), interaction("search", w.Store.Now())
			p.Body = fmt.Appendf(nil, `{"n":%d,"html":"%s"}`, i, strings.Repeat("x", 400_000))
			in.Body = p.Body
			products.Records, interactions.Interactions = append(products.Records, p),
				append(interactions.Interactions, in)
		}
		add(t, w, grant, products, interactions)
		query := models.RecordsQuery{Sorting: models.ByID, Bodies: true}
		for _, want := range []int{2, 2} {
			list, err := team.Records(ctx, models.Production, models.Products, query)
			ok(t, err)
			if len(list.Rows) != want || list.More != query.Cursor.IsZero() || len(list.Rows[0].Body) < 400_000 {
				t.Fatalf("%d rows, more: %v", len(list.Rows), list.More)
			}
			query.Cursor = list.Next
		}
		list, err := team.Interactions(ctx, models.Production, models.InteractionsQuery{Oldest: true, Bodies: true})
		if err != nil || len(list.Rows) != 2 || !list.More || !strings.HasPrefix(string(list.Rows[1].Body), `{"n":1`) {
			t.Errorf("%d interactions, more: %v, %v", len(list.Rows), list.More, err)
		}
		plain, err := team.Records(ctx, models.Production, models.Products, models.RecordsQuery{})
		if err != nil || len(plain.Rows) != 4 || plain.Rows[0].Body != nil {
			t.Errorf("%d rows, %v", len(plain.Rows), err)
		}
	})
}

func TestInteractionsFilter(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Vic, w.Acme)
		named, anonymous := interaction("search", w.Store.Now()), interaction("product_detail_page_view", w.Store.Now())
		named.UserID, named.ProductIDs = "user-7", "p_1, p-2"
		anonymous.UserID, anonymous.AnonymousID = "", "anon-7"
		long := interaction("search", w.Store.Now())
		long.UserID, long.AnonymousID = "anon-7", strings.Repeat("ä", 300)
		ok(t, w.Store.AddRecords(ctx, grant, interactionsOf(named, anonymous)))
		w.Database.Clock.Add(time.Hour)
		noon := w.Store.Now()
		ok(t, w.Store.AddRecords(ctx, grant, interactionsOf(long)))
		w.Database.Clock.Add(time.Hour)
		evening := w.Store.Now()
		ok(t, w.Store.AddRecords(ctx, grant, interactionsOf(interaction("search", w.Store.Now()))))
		for name, c := range map[string]struct {
			query models.InteractionsQuery
			want  []int64
		}{
			"all":                 {models.InteractionsQuery{}, []int64{4, 3, 2, 1}},
			"the oldest first":    {models.InteractionsQuery{Oldest: true}, []int64{1, 2, 3, 4}},
			"a type":              {models.InteractionsQuery{Type: "search"}, []int64{4, 3, 1}},
			"a user":              {models.InteractionsQuery{User: "user-7"}, []int64{1}},
			"an id of two kinds":  {models.InteractionsQuery{User: "anon-7"}, []int64{3, 2}},
			"a long anonymous id": {models.InteractionsQuery{User: strings.Repeat("ä", 300)}, []int64{3}},
			"a longer one":        {models.InteractionsQuery{User: strings.Repeat("ä", 301)}, nil},
			"a product":           {models.InteractionsQuery{Product: "p_1"}, []int64{1}},
			"the last product":    {models.InteractionsQuery{Product: "p-2"}, []int64{1}},
			"part of a product":   {models.InteractionsQuery{Product: "p-"}, nil},
			"another case":        {models.InteractionsQuery{Product: "P_1"}, nil},
			"a wildcard":          {models.InteractionsQuery{Product: "%", User: ""}, nil},
			"a type and a user":   {models.InteractionsQuery{Type: "search", User: "anon-7"}, []int64{3}},
			"all three": {models.InteractionsQuery{Type: "search", User: "user-7", Product: "p-2"},
				[]int64{1}},
			"since noon":      {models.InteractionsQuery{From: noon}, []int64{4, 3}},
			"until noon":      {models.InteractionsQuery{Until: noon}, []int64{2, 1}},
			"noon to evening": {models.InteractionsQuery{From: noon, Until: evening}, []int64{3}},
			"before all":      {models.InteractionsQuery{Until: noon.AddDate(-1, 0, 0)}, nil},
			"after all":       {models.InteractionsQuery{From: noon.AddDate(1, 0, 0)}, nil},
			"below one":       {models.InteractionsQuery{Cursor: models.Cursor{ID: "3"}}, []int64{2, 1}},
			"above one":       {models.InteractionsQuery{Cursor: models.Cursor{ID: "2", Back: true}}, []int64{4, 3}},
			"oldest, after one": {models.InteractionsQuery{Oldest: true, Cursor: models.Cursor{ID: "2"}},
				[]int64{3, 4}},
			"oldest, before one": {models.InteractionsQuery{Oldest: true, Cursor: models.Cursor{ID: "3", Back: true}},
				[]int64{1, 2}},
			"no number": {models.InteractionsQuery{Cursor: models.Cursor{ID: "x", Back: true}},
				[]int64{4, 3, 2, 1}},
			"until, and below": {models.InteractionsQuery{Until: evening, Cursor: models.Cursor{ID: "2"}}, []int64{1}},
		} {
			list, err := team.Interactions(ctx, models.Production, c.query)
			var ids []int64
			for _, row := range list.Rows {
				ids = append(ids, row.ID)
			}
			if err != nil || !slices.Equal(ids, c.want) || list.More || list.Looked != 0 {
				t.Errorf("%s: %v, more: %v, %v; want %v", name, ids, list.More, err, c.want)
			}
		}
		types, err := team.InteractionTypes(ctx, models.Production)
		if err != nil || !slices.Equal(types, []string{"product_detail_page_view", "search"}) {
			t.Errorf("InteractionTypes = %v, %v", types, err)
		}
	})
}

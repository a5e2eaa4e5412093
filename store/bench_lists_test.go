package store_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// BenchmarkLists measures the queries of the pages on a million products, users
// and interactions each, in one SQLite file that is made once: the median of 21,
// after one that fills the caches.
func BenchmarkLists(b *testing.B) {
	db := storetest.OpenSQLite(b)
	w := storetest.NewWorld(b, db)
	w.Unlock(models.Production)
	team := w.Team(w.Vic, w.Acme)
	environment, err := team.Environment(models.Production)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	db.Exec("PRAGMA synchronous = OFF")
	fill(db, environment.DataSetID, 1_000_000)
	if info, err := os.Stat(db.Path); err == nil {
		b.Logf("filled %d MiB in %v", info.Size()>>20, time.Since(start).Round(time.Second))
	}
	list := func(query store.RecordsQuery) func() error {
		return func() error { _, _, err := team.Products(ctx, models.Production, query); return err }
	}
	visits := func(query store.InteractionsQuery) func() error {
		return func() error { _, _, err := team.Interactions(ctx, models.Production, query); return err }
	}
	middle := store.Place{UpdatedAt: time.Unix(1_700_500_000, 0), Label: "Miso number 0500000", ID: "sku-0500000"}
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"first page", list(store.RecordsQuery{})},
		{"page in the middle", list(store.RecordsQuery{Below: middle})},
		{"first page by id", list(store.RecordsQuery{Sort: store.ByID})},
		{"first page by title", list(store.RecordsQuery{Sort: store.ByLabel})},
		{"search that finds a page", list(store.RecordsQuery{Search: "cedar"})},
		{"search that finds one", list(store.RecordsQuery{Search: "number 0000007"})},
		{"search that finds nothing", list(store.RecordsQuery{Search: "nothing"})},
		{"search that finds nothing, by id", list(store.RecordsQuery{Search: "nothing", Sort: store.ByID})},
		{"search that finds nothing, by title", list(store.RecordsQuery{Search: "nothing", Sort: store.ByLabel})},
		{"a chunk of a download", list(store.RecordsQuery{Bodies: true, Limit: 500})},
		{"interactions", visits(store.InteractionsQuery{})},
		{"interactions of a type", visits(store.InteractionsQuery{Type: "type-3"})},
		{"interactions of a user", visits(store.InteractionsQuery{User: "user-7"})},
		{"interactions of a day", visits(store.InteractionsQuery{From: time.Unix(1_700_400_000, 0), Until: time.Unix(1_700_486_400, 0)})},
		{"interactions with a product", visits(store.InteractionsQuery{Product: "sku-0999993"})},
		{"interactions with no such product", visits(store.InteractionsQuery{Product: "nothing"})},
		{"types", func() error { _, err := team.InteractionTypes(ctx, models.Production); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				took = took[:0]
				for i := range 22 {
					start := time.Now()
					if err := c.run(); err != nil {
						b.Fatal(err)
					}
					if i > 0 {
						took = append(took, time.Since(start))
					}
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(0, "ns/op")
		})
	}
}

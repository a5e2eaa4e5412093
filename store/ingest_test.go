package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// hold keeps everybody else from writing records until the end.
func hold(t *testing.T, db *storetest.Database, dataSetID string) (end func()) {
	t.Helper()
	conn, err := db.SQL().Conn(ctx)
	ok(t, err)
	begin := []string{"BEGIN IMMEDIATE"}
	if db.Engine == storetest.Postgres {
		begin = []string{"BEGIN", "SELECT 1 FROM data_sets WHERE id = '" + dataSetID + "' FOR UPDATE"}
	}
	for _, statement := range begin {
		_, err := conn.ExecContext(ctx, statement)
		ok(t, err)
	}
	return func() {
		_, err := conn.ExecContext(ctx, "ROLLBACK")
		ok(t, err)
		ok(t, conn.Close())
	}
}

// held runs calls that all wait before the first of them is written: one begins a
// transaction that has to wait, or a few do, and the others gather behind it.
func held(t *testing.T, w *storetest.Fixture, grant models.Grant, n int, call func(i int) error) []error {
	t.Helper()
	end := hold(t, w.Database, grant.DataSetID)
	done := make(chan []error)
	go func() { done <- together(n, call) }()
	await(t, w.Store, n)
	end()
	return <-done
}

// await waits until so many changes are handed in.
func await(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for range 60_000 {
		if store.HandedIn(s) >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d changes were handed in; want %d", store.HandedIn(s), n)
}

func TestManyUploadsShareACommit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		var ticks atomic.Int64 // the clock is read once for each data set of a transaction
		w := storetest.NewFixture(t, db, func(options *store.Options) {
			options.Now = func() time.Time { return db.Clock.Now().Add(time.Duration(ticks.Add(1)) * time.Millisecond) }
		})
		grant := unlocked(t, w, models.Development)
		for _, err := range held(t, w, grant, 64, func(i int) error {
			return w.Store.AddRecords(ctx, grant, interactionsOf(interaction("search", w.Store.Now())))
		}) {
			ok(t, err)
		}
		if rows := db.Count("SELECT count(*) FROM interactions"); rows != 64 {
			t.Errorf("%d rows of 64", rows)
		}
		if moments := db.Count("SELECT count(DISTINCT received_at) FROM interactions"); moments > 2 {
			t.Errorf("64 uploads that waited took %d transactions; want 2", moments)
		}
	})
}

// One upload is refused for its types, one has a row that the database refuses, and
// the others that shared their transaction are kept all the same.
func TestABadUploadHurtsNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Development)
		ok(t, w.Store.AddRecords(ctx, grant,
			models.Batch{Collection: models.Products, Types: models.AttributeTypes{"size": "number"}}))
		errs := held(t, w, grant, 20, func(i int) error {
			batch := productsOf(product(fmt.Sprint("p-", i), "Miso"))
			switch i {
			case 5:
				batch.Types = models.AttributeTypes{"size": "string", "new": "string"}
			case 9:
				batch.Records[0].Body = nil
			case 12:
				batch.Types = models.AttributeTypes{"new": "number"}
			}
			return w.Store.AddRecords(ctx, grant, batch)
		})
		for i, err := range errs {
			if want := i == 5 || i == 9; want != (err != nil) {
				t.Errorf("upload %d: %v", i, err)
			}
		}
		conflict, ok := errors.AsType[*models.TypeConflict](errs[5])
		if !ok || len(conflict.Known) > 2 || conflict.Known["size"] != "number" {
			t.Errorf("upload 5 was refused with %v; want the type of size", errs[5])
		}
		if count := w.Database.Count("SELECT count(*) FROM products"); count != 18 {
			t.Errorf("%d products; want 18", count)
		}
		checkSizes(t, w)
	})
}

// checkSizes compares the kept sizes of all data sets with their rows.
func checkSizes(t *testing.T, w *storetest.Fixture) {
	t.Helper()
	for _, table := range []string{"products", "end_users", "interactions"} {
		if wrong := w.Database.Count("SELECT count(*) FROM data_sets WHERE " + table +
			" <> (SELECT count(*) FROM " + table + " WHERE data_set_id = data_sets.id)"); wrong != 0 {
			t.Errorf("%d data sets have a wrong number of %s", wrong, table)
		}
	}
}

func TestSizesAreThoseOfTheTables(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grants := []models.Grant{unlocked(t, w, models.Development), unlocked(t, w, models.Production)}
		for round := range 8 {
			for _, err := range together(36, func(i int) error {
				dice := rand.New(rand.NewPCG(uint64(round), uint64(i)))
				grant := grants[dice.IntN(2)]
				of := models.Collections[dice.IntN(3)]
				if dice.IntN(3) == 0 {
					return w.Store.DeleteRecords(ctx, grant, models.Deletion{Collection: of, IDs: someIDs(dice, of)})
				}
				return w.Store.AddRecords(ctx, grant, someRecords(dice, of))
			}) {
				ok(t, err)
			}
			checkSizes(t, w)
		}
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		ok(t, err)
		if n := w.Database.Count("SELECT count(*) FROM interactions WHERE data_set_id = $1",
			grants[1].DataSetID); counts.Interactions != int64(n) || n == 0 {
			t.Errorf("Counts says %+v; there are %d interactions", counts, n)
		}
	})
}

func someIDs(dice *rand.Rand, of models.Collection) (ids []string) {
	for range dice.IntN(12) {
		ids = append(ids, fmt.Sprintf("%s-%d", of.One(), dice.IntN(40)))
	}
	return ids
}

func someRecords(dice *rand.Rand, of models.Collection) models.Batch {
	batch := models.Batch{Collection: of}
	for _, id := range append(someIDs(dice, of), "interaction-1") {
		if of == models.Interactions {
			row := interaction("search", time.Now())
			row.UserID = id
			batch.Interactions = append(batch.Interactions, row)
		} else {
			batch.Records = append(batch.Records, product(id, "Miso"))
		}
	}
	return batch
}

// Of uploads that race and give an attribute different types, those of one type are
// kept, whichever it is.
func TestAnAttributeHasOneType(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, other := unlocked(t, w, models.Development), unlocked(t, w, models.Production)
		kinds := []string{"number", "string", "strings"}
		for round := range 10 {
			name := fmt.Sprint("attribute-", round)
			if round == 0 {
				name = strings.Repeat("長い", 2000) // longer than PostgreSQL takes into an index
			}
			errs := together(9, func(i int) error {
				return w.Store.AddRecords(ctx, grant, models.Batch{
					Collection: models.EndUsers, Records: []models.Record{endUser(fmt.Sprint(round, "-", i), "Aki")},
					Types: models.AttributeTypes{name: kinds[i%3]},
				})
			})
			winner := -1
			for i, err := range errs {
				if err != nil {
					refused(t, err, models.Invalid, "another type")
					continue
				}
				if winner >= 0 && winner != i%3 {
					t.Errorf("%q is both of %s and of %s", name, kinds[winner], kinds[i%3])
				}
				winner = i % 3
			}
			if rows := w.Database.Count("SELECT count(*) FROM end_users WHERE id LIKE $1",
				fmt.Sprint(round, "-%")); winner < 0 || rows != 3 {
				t.Errorf("%q: %d uploads were kept; want the 3 of one type", name, rows)
			}
			// Products, and other environments, have types of their own.
			ok(t, w.Store.AddRecords(ctx, grant,
				models.Batch{Collection: models.Products, Types: models.AttributeTypes{name: "boolean"}}))
			ok(t, w.Store.AddRecords(ctx, other,
				models.Batch{Collection: models.EndUsers, Types: models.AttributeTypes{name: "boolean"}}))
			refused(t, w.Store.CheckRecords(ctx, grant,
				models.Batch{Collection: models.Products, Types: models.AttributeTypes{name: "number"}}),
				models.Invalid, "another type")
			ok(t, w.Store.CheckRecords(ctx, grant,
				models.Batch{Collection: models.Products,
					Types: models.AttributeTypes{name: "boolean", "unheard of": "number"}}))
		}
	})
}

// Whoever goes away has got all of it done or nothing, and is told the truth when
// there is one.
func TestUploaderGone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Development)
		upload := func(ctx context.Context, name string) error {
			batch := productsOf()
			batch.Task = models.Task{ID: "task-" + name, Collection: models.Products, Code: 200}
			for i := range 30 {
				batch.Records = append(batch.Records, product(fmt.Sprint(name, "-", i), "Miso"))
			}
			return w.Store.AddRecords(ctx, grant, batch)
		}
		errs := together(200, func(i int) error {
			short, leave := context.WithTimeout(ctx, time.Duration(i)*100*time.Microsecond)
			defer leave()
			return upload(short, fmt.Sprintf("u%03d", i))
		})
		gone := 0
		for i, err := range errs {
			rows := w.Database.Count("SELECT count(*) FROM products WHERE id LIKE $1", fmt.Sprintf("u%03d-%%", i))
			tasks := w.Database.Count("SELECT count(*) FROM tasks WHERE id = $1", fmt.Sprintf("task-u%03d", i))
			if err != nil {
				refused(t, err, models.Unavailable, "")
				gone++
			}
			if whole := rows == 30 && tasks == 1; !whole && (rows != 0 || tasks != 0 || err == nil) {
				t.Errorf("upload %d (%v) has %d rows and %d tasks", i, err, rows, tasks)
			}
		}
		if gone == 0 {
			t.Error("nobody went away in time")
		}
		checkSizes(t, w)
	})
}

// What was handed in before the store is closed is written, and what comes later is
// refused.
func TestCloseWritesWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Development)
		upload := func(i int) error {
			return w.Store.AddRecords(ctx, grant, productsOf(product(fmt.Sprint("p-", i), "Miso")))
		}
		end := hold(t, w.Database, grant.DataSetID)
		done := make(chan []error)
		go func() { done <- together(32, upload) }()
		await(t, w.Store, 32)
		closed := make(chan error)
		go func() { closed <- w.Store.Close() }()
		end()
		for _, err := range <-done {
			ok(t, err)
		}
		ok(t, <-closed)
		refused(t, upload(99), models.Unavailable, "")
		if rows := w.Database.Count("SELECT count(*) FROM products"); rows != 32 {
			t.Errorf("%d products; want 32", rows)
		}
	})
}

func TestTasks(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, other := unlocked(t, w, models.Development), unlocked(t, w, models.Production)
		task := func(id string) models.Task { return models.Task{ID: id, Collection: models.Products, Code: 200} }
		added := productsOf(product("p", "Miso"))
		added.Task = task("added")
		add(t, w, grant, added)
		ok(t, w.Store.DeleteRecords(ctx, grant,
			models.Deletion{Collection: models.Products, IDs: []string{"p"}, Task: task("deleted")}))
		failed := models.Task{ID: "failed", Collection: models.Products, Code: 422, Lines: []string{"one", "two"}}
		ok(t, w.Store.AddTask(ctx, grant, failed))
		for id, want := range map[string]int{"added": 200, "deleted": 200, "failed": 422} {
			got, err := w.Store.Task(ctx, grant, models.Products, id)
			if err != nil || got.Code != want || len(got.Lines) != want/422*2 || !got.CreatedAt.Equal(w.Store.Now()) {
				t.Errorf("task %q is %+v, %v", id, got, err)
			}
			_, err = w.Store.Task(ctx, grant, models.EndUsers, id)
			refused(t, err, models.NotFound, "")
			_, err = w.Store.Task(ctx, other, models.Products, id)
			refused(t, err, models.NotFound, "")
		}
		w.Database.Clock.Add(7*24*time.Hour - time.Microsecond)
		ok(t, w.Store.Sweep(ctx))
		_, err := w.Store.Task(ctx, grant, models.Products, "added")
		ok(t, err)
		w.Database.Clock.Add(time.Microsecond)
		ok(t, w.Store.Sweep(ctx))
		if left := w.Database.Count("SELECT count(*) FROM tasks"); left != 0 {
			t.Errorf("%d tasks are left after 7 days", left)
		}
	})
}

// Ids and labels of the greatest length fit into PostgreSQL's indexes.
func TestTheLongestTextsFit(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Development)
		id, label := scramble(512), scramble(120)
		row := interaction("custom:"+label, w.Store.Now())
		row.UserID, row.AnonymousID, row.ProductIDs = id, scramble(1024), strings.Repeat(id+", ", 100)
		add(t, w, grant, productsOf(product(id, label)), usersOf(endUser(id, label)), interactionsOf(row))
		checkSizes(t, w)
	})
}

// scramble is a text of so many characters of four bytes that does not compress.
func scramble(characters int) string {
	dice := rand.New(rand.NewPCG(1, uint64(characters)))
	var text strings.Builder
	for range characters {
		text.WriteRune(rune(0x20000 + dice.IntN(0x8000)))
	}
	return text.String()
}

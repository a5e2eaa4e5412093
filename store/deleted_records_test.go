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

// odd is JSON that would not be the same if anybody read and wrote it anew.
const odd = `{"id":"x", "price": 12345678901234567890.10,"e":1E400,"none":null,"é":"味噌 \u0000 \ud83c\udf5c","a":1,"a":2}`

// withOddRecords fills Production of Acme with odd records between others.
func withOddRecords(t *testing.T, w *storetest.Fixture) models.Grant {
	t.Helper()
	grant := unlocked(t, w, models.Production)
	p, u := product("p 2/ü,味", "赤味噌 🍜"), endUser("u-2", "Åki \u202e")
	p.Body, u.Body = []byte(odd), []byte(odd)
	products, users := productsOf(product("p-1", "Miso"), p, product("p-3", "")), usersOf(endUser("u-1", "Aki"), u)
	products.Types = models.AttributeTypes{"size": models.NumberAttribute}
	add(t, w, grant, products, users)
	w.Database.Clock.Add(1001 * time.Microsecond)
	in := interaction("custom:tasted", w.Store.Now().Add(-40*24*time.Hour))
	in.UserID, in.AnonymousID, in.ProductIDs, in.Body = "u-2", "anon-2", "p 2/ü,味, p-3", []byte(odd)
	add(t, w, grant, interactionsOf(interaction("search", w.Store.Now()), in, interaction("search", w.Store.Now())))
	w.Database.Clock.Add(time.Hour)
	return grant
}

// oddRecord is the id of the odd record of a collection.
func oddRecord(t *testing.T, w *storetest.Fixture, of models.Collection) string {
	t.Helper()
	switch of {
	case models.Products:
		return "p 2/ü,味"
	case models.EndUsers:
		return "u-2"
	}
	list, err := w.Team(w.Vic, w.Acme).Interactions(ctx, models.Production, models.InteractionsQuery{User: "u-2"})
	ok(t, err)
	return fmt.Sprint(list.Rows[0].ID)
}

// dataOf is what the database holds of data sets, but for copies of deleted records.
func dataOf(db *storetest.Database) (data string) {
	for table := range strings.SplitSeq(db.Dump(), "== ") {
		name, _, _ := strings.Cut(table, "\n")
		if slices.Contains([]string{"data_sets", "products", "end_users", "interactions", "attribute_types", "tasks"},
			name) {
			data += table
		}
	}
	return data
}

// copies counts the deletions that are kept of a collection.
func copies(w *storetest.Fixture, of models.Collection) int {
	return w.Database.Count("SELECT count(*) FROM " + copiesOf[of])
}

// copiesOf are the tables of copies.
var copiesOf = map[models.Collection]string{models.Products: "deleted_products", models.EndUsers: "deleted_end_users",
	models.Interactions: "deleted_interactions"}

// TestUndoBringsTheRecordBack as it was, to the byte and the microsecond, with all that counts it.
func TestUndoBringsTheRecordBack(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		withOddRecords(t, w)
		dev, ade := w.Team(w.Dev, w.Acme), w.Team(w.Ade, w.Acme)
		for _, of := range models.Collections {
			before, id := dataOf(w.Database), oddRecord(t, w, of)
			counts, err := dev.Counts(ctx, models.Production)
			ok(t, err)
			deletion, err := dev.DeleteRecord(ctx, models.Production, of, id)
			ok(t, err)
			w.Database.Clock.Add(models.DeletedRecordKept - time.Microsecond)
			ok(t, w.Store.Sweep(ctx))
			fewer, err := dev.Counts(ctx, models.Production)
			if err != nil || fewer.Of(of) != counts.Of(of)-1 || dataOf(w.Database) == before {
				t.Errorf("%s: there are %+v of %+v, %v", of, fewer, counts, err)
			}
			back, err := ade.UndoDeleteRecord(ctx, models.Production, of, deletion)
			if err != nil || back != id {
				t.Errorf("%s: %q is back, %v", of, back, err)
			}
			if after := dataOf(w.Database); after != before {
				t.Errorf("%s: before:\n%s\nafter:\n%s", of, before, after)
			}
		}
		if got := lines(t, w, models.DataDeletionUndone); len(got) != 3 || got[0].Subject != "p 2/ü,味" ||
			got[1].Subject != "" || got[1].Collection != models.EndUsers || got[2].Count != 1 {
			t.Errorf("the activity says %+v", got)
		}
		if got := lines(t, w, models.DataDeleted); len(got) != 3 {
			t.Errorf("of the deletions the activity says %+v", got)
		}
	})
}

// TestUndoOverwritesNothing: whoever has the id meanwhile keeps it, and the copy waits for its time to end.
func TestUndoOverwritesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, dev := withOddRecords(t, w), w.Team(w.Dev, w.Acme)
		first, err := dev.DeleteRecord(ctx, models.Production, models.Products, "p-1")
		ok(t, err)
		again := product("p-1", "White miso")
		add(t, w, grant, productsOf(again))
		unchanged(t, w.Database, func() {
			_, err := dev.UndoDeleteRecord(ctx, models.Production, models.Products, first)
			refused(t, err, models.Conflict, "There is a product with the id "+models.Isolated("p-1")+" again.")
		})
		second, err := dev.DeleteRecord(ctx, models.Production, models.Products, "p-1")
		ok(t, err)
		_, err = dev.UndoDeleteRecord(ctx, models.Production, models.Products, second)
		ok(t, err)
		record, err := dev.Record(ctx, models.Production, models.Products, "p-1")
		if err != nil || record.Label != "White miso" {
			t.Errorf("the product is %+v, %v", record, err)
		}
	})
}

// TestUndoIsOver: once it was done, after its time, and for what is no deletion of this list.
func TestUndoIsOver(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		withOddRecords(t, w)
		unlocked(t, w, models.Development)
		dev := w.Team(w.Dev, w.Acme)
		undo := func(kind models.EnvironmentKind, of models.Collection, deletion string) error {
			_, err := dev.UndoDeleteRecord(ctx, kind, of, deletion)
			return err
		}
		for _, of := range models.Collections {
			deletion, err := dev.DeleteRecord(ctx, models.Production, of, oddRecord(t, w, of))
			ok(t, err)
			unchanged(t, w.Database, func() {
				for _, other := range models.Collections {
					if other != of {
						refused(t, undo(models.Production, other, deletion), models.NotFound, "")
					}
				}
				refused(t, undo(models.Development, of, deletion), models.NotFound, "")
				_, err := dev.UndoDeleteRecord(store.OnlyShown(ctx), models.Production, of, deletion)
				refused(t, err, models.Invalid, "")
			})
			errs := together(racers, func(int) error { return undo(models.Production, of, deletion) })
			oneWins(t, errs, models.Conflict, "was undone already")
			if w.Database.Count("SELECT count(*) FROM "+copiesOf[of]+" WHERE length(body) > 0") > 0 {
				t.Errorf("%s: the body is kept twice", of)
			}
			late, err := dev.DeleteRecord(ctx, models.Production, of, oddRecord(t, w, of))
			ok(t, err)
			w.Database.Clock.Add(models.DeletedRecordKept)
			unchanged(t, w.Database, func() { refused(t, undo(models.Production, of, late), models.NotFound, "") })
			ok(t, w.Store.Sweep(ctx))
			if kept := copies(w, of); kept > 0 {
				t.Errorf("%s: %d copies are left after their time", of, kept)
			}
		}
	})
}

// TestDeletingMoreDropsCopies: what is deleted for good is not brought back by the undo of an earlier deletion.
func TestDeletingMoreDropsCopies(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, dev := withOddRecords(t, w), w.Team(w.Dev, w.Acme)
		all := func(of models.Collection) func() error {
			return func() error {
				_, err := dev.DeleteAll(ctx, models.Production, of, "production")
				return err
			}
		}
		byAPI := func(of models.Collection, ids ...string) func() error {
			return func() error {
				return w.Store.DeleteRecords(ctx, grant, models.Deletion{Collection: of, IDs: ids})
			}
		}
		ofUser := func(user string) func() error {
			return func() error {
				_, err := dev.DeleteInteractionsOf(ctx, models.Production, user)
				if models.CodeOf(err) == models.NotFound { // which were all deleted before
					return nil
				}
				return err
			}
		}
		for _, c := range []struct {
			of    models.Collection
			more  func() error
			drops bool
		}{
			{models.Products, byAPI(models.Products, "p-1", "p-3"), false},
			{models.Products, byAPI(models.Products, oddRecord(t, w, models.Products)), true},
			{models.Products, all(models.EndUsers), false},
			{models.Products, all(models.Products), true},
			{models.Products, all(models.Products), true}, // of none
			{models.EndUsers, byAPI(models.EndUsers, "u-2"), true},
			{models.EndUsers, all(models.EndUsers), true},
			{models.Interactions, byAPI(models.Interactions, "user-1"), false},
			{models.Interactions, byAPI(models.Interactions, "u-2"), true},
			{models.Interactions, ofUser("user-1"), false},
			{models.Interactions, ofUser("u-2"), true},
			{models.Interactions, ofUser("anon-2"), true},
			{models.Interactions, all(models.Interactions), true},
		} {
			add(t, w, grant, oddBatch(w, c.of))
			w.Database.Clock.Add(time.Second)
			deletion, err := dev.DeleteRecord(ctx, models.Production, c.of, oddRecord(t, w, c.of))
			ok(t, err)
			ok(t, c.more())
			if kept := copies(w, c.of); (kept == 0) != c.drops {
				t.Errorf("%d copies of %s are left; want none: %v", kept, c.of, c.drops)
			}
			if _, err = dev.UndoDeleteRecord(ctx, models.Production, c.of, deletion); !c.drops {
				ok(t, err)
			} else {
				refused(t, err, models.NotFound, "")
			}
			w.Database.Clock.Add(models.DeletedRecordKept)
			ok(t, w.Store.Sweep(ctx))
		}
	})
}

// oddBatch is the odd record alone.
func oddBatch(w *storetest.Fixture, of models.Collection) models.Batch {
	switch of {
	case models.Products:
		return productsOf(product("p 2/ü,味", "Miso"))
	case models.EndUsers:
		return usersOf(endUser("u-2", "Aki"))
	}
	in := interaction("search", w.Store.Now())
	in.UserID, in.AnonymousID = "u-2", "anon-2"
	return interactionsOf(in)
}

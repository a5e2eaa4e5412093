package store_test

import (
	"errors"
	"fmt"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// unlocked unlocks the environment of Acme and returns its secret key's grant.
func unlocked(t *testing.T, w *storetest.Fixture, kind models.EnvironmentKind) models.Grant {
	t.Helper()
	w.Unlock(kind)
	return grants(t, w.Store)[w.Key(kind, models.Secret).ID]
}

func product(id, title string) models.Record {
	return models.Record{ID: id, Label: title, Body: fmt.Appendf(nil, `{"product_id":%q}`, id)}
}

func endUser(id, name string) models.Record {
	return models.Record{ID: id, Label: name, Body: fmt.Appendf(nil, `{"user_id":%q}`, id)}
}

func productsOf(records ...models.Record) models.Batch {
	return models.Batch{Collection: models.Products, Records: records}
}

func usersOf(records ...models.Record) models.Batch {
	return models.Batch{Collection: models.EndUsers, Records: records}
}

func interactionsOf(rows ...models.Interaction) models.Batch {
	return models.Batch{Collection: models.Interactions, Interactions: rows}
}

// add keeps batches, one after the other.
func add(t *testing.T, w *storetest.Fixture, grant models.Grant, batches ...models.Batch) {
	t.Helper()
	for _, batch := range batches {
		ok(t, w.Store.AddRecords(ctx, grant, batch))
	}
}

func TestRecordsReplaceByID(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Production)
		add(t, w, grant, productsOf(product("p-1", "Miso"), product("p-2", "Soy sauce"), product("p-1", "Red miso")),
			usersOf(endUser("u-1", "Aki")))
		second := product("p-2", "Dark soy sauce")
		second.Body = []byte(`{"second":true}`)
		add(t, w, grant, productsOf(second), usersOf(endUser("u-1", "Akiko")))
		list, err := w.Team(w.Vic, w.Acme).Records(ctx, models.Production, models.Products, models.RecordsQuery{})
		ok(t, err)
		titles := map[string]string{}
		for _, p := range list.Rows {
			titles[p.ID] = p.Label
		}
		if len(list.Rows) != 2 || titles["p-1"] != "Red miso" || titles["p-2"] != "Dark soy sauce" {
			t.Errorf("products = %v; want the last of each id", titles)
		}
		if body, err := w.Store.Record(ctx, grant, models.Products, "p-2"); err != nil ||
			string(body) != `{"second":true}` {
			t.Errorf("the product is %s, %v", body, err)
		}
		if body, err := w.Store.Record(ctx, grant, models.EndUsers, "u-1"); err != nil ||
			string(body) != `{"user_id":"u-1"}` {
			t.Errorf("the user is %s, %v", body, err)
		}
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if want := (models.Counts{Products: 2, EndUsers: 1}); err != nil || counts != want {
			t.Errorf("Counts = %+v, %v; want %+v", counts, err, want)
		}
	})
}

func TestRecordsStayInTheirDataSet(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		production, development := unlocked(t, w, models.Production), unlocked(t, w, models.Development)
		add(t, w, production, productsOf(product("p-1", "Miso")), usersOf(endUser("u-1", "Aki")),
			interactionsOf(interaction("search", w.Store.Now())))
		unchanged(t, w.Database, func() {
			_, err := w.Store.Record(ctx, development, models.Products, "p-1")
			refused(t, err, models.NotFound, "")
			_, err = w.Store.Record(ctx, development, models.EndUsers, "u-1")
			refused(t, err, models.NotFound, "")
			ok(t, w.Store.DeleteRecords(ctx, development,
				models.Deletion{Collection: models.Products, IDs: []string{"p-1"}}))
			ok(t, w.Store.DeleteRecords(ctx, development,
				models.Deletion{Collection: models.EndUsers, IDs: []string{"u-1"}}))
			counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Development)
			if err != nil || counts != (models.Counts{}) {
				t.Errorf("Development has %+v, %v; want nothing", counts, err)
			}
		})
		ok(t, w.Store.DeleteRecords(ctx, production,
			models.Deletion{Collection: models.Products, IDs: []string{"p-1"}}))
		ok(t, w.Store.DeleteRecords(ctx, production,
			models.Deletion{Collection: models.EndUsers, IDs: []string{"u-1"}}))
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if err != nil || counts != (models.Counts{Interactions: 1}) {
			t.Errorf("Production has %+v, %v; want the interaction only", counts, err)
		}
	})
}

// A batch is longer than one INSERT, and its last row is what the database
// refuses.
func TestBatchIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Production)
		products, batch := productsOf(), interactionsOf()
		for i := range 2500 {
			products.Records = append(products.Records, product(fmt.Sprint("p-", i), "Miso"))
			batch.Interactions = append(batch.Interactions, interaction("search", w.Store.Now()))
		}
		products.Records[2499].Body, batch.Interactions[2499].Body = nil, nil
		unchanged(t, w.Database, func() {
			for _, batch := range []models.Batch{products, batch} {
				if err := w.Store.AddRecords(ctx, grant, batch); err == nil {
					t.Error("a row without a body was kept")
				}
			}
		})
		products.Records[2499].Body, batch.Interactions[2499].Body = []byte(`{}`), []byte(`{}`)
		add(t, w, grant, products, batch)
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if err != nil || counts != (models.Counts{Products: 2500, Interactions: 2500}) {
			t.Errorf("Counts = %+v, %v", counts, err)
		}
	})
}

func TestPlaygroundIsReadOnly(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := grants(t, w.Store)[w.Key(models.Playground, models.Secret).ID]
		unchanged(t, w.Database, func() {
			const says = "Playground environment is read-only"
			refused(t, w.Store.AddRecords(ctx, grant, productsOf(product("p-1", "Miso"))), models.Forbidden, says)
			refused(t, w.Store.DeleteRecords(ctx, grant,
				models.Deletion{Collection: models.Products, IDs: []string{"p-1"}}), models.Forbidden, says)
			refused(t, w.Store.AddTask(ctx, grant, models.Task{ID: "t", Collection: models.Products}), models.Forbidden,
				says)
		})
	})
}

func TestPlaygroundIsLoadedOnceForAllTeams(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		db.Exec("INSERT INTO products VALUES ('playground', 'p-1', 'Miso', 'body', '2026-03-02 09:30:00+00:00')")
		unchanged(t, db, func() {
			ok(t, w.Store.LoadPlayground(ctx, func() ([]models.Batch, error) {
				return nil, errors.New("loaded twice")
			}))
		})
		for _, team := range []*store.TeamScope{w.Team(w.Vic, w.Acme), w.Team(w.Uma, w.Umami)} {
			list, err := team.Records(ctx, models.Playground, models.Products, models.RecordsQuery{})
			if err != nil || len(list.Rows) != 1 {
				t.Errorf("%s sees %d products, %v; want 1", team.Team.Name, len(list.Rows), err)
			}
		}
	})
}

func TestDataOfALockedEnvironmentIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Olivia, w.Acme)
		const says = "Production is locked"
		_, err := team.Counts(ctx, models.Production)
		refused(t, err, models.Locked, says)
		_, err = team.Records(ctx, models.Production, models.Products, models.RecordsQuery{})
		refused(t, err, models.Locked, says)
		_, err = team.Records(ctx, models.Production, models.EndUsers, models.RecordsQuery{})
		refused(t, err, models.Locked, says)
		_, err = team.Interactions(ctx, models.Production, models.InteractionsQuery{})
		refused(t, err, models.Locked, says)
		_, err = team.InteractionTypes(ctx, models.Production)
		refused(t, err, models.Locked, says)
	})
}

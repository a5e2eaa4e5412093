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
func unlocked(t *testing.T, w *storetest.World, kind models.EnvironmentKind) models.Grant {
	t.Helper()
	w.Unlock(kind)
	return grants(t, w.Store)[w.Key(kind, models.Secret).ID]
}

func product(id, title string) models.Product {
	return models.Product{ID: id, Title: title, Body: fmt.Appendf(nil, `{"product_id":%q}`, id)}
}

func endUser(id, name string) models.EndUser {
	return models.EndUser{ID: id, Name: name, Body: fmt.Appendf(nil, `{"user_id":%q}`, id)}
}

func TestRecordsReplaceByID(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant := unlocked(t, w, models.Production)
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{
			Products: []models.Product{product("p-1", "Miso"), product("p-2", "Soy sauce"), product("p-1", "Red miso")},
			EndUsers: []models.EndUser{endUser("u-1", "Aki")},
		}))
		second := product("p-2", "Dark soy sauce")
		second.Body = []byte(`{"second":true}`)
		ok(t, w.Store.AddRecords(ctx, grant, store.Records{Products: []models.Product{second}, EndUsers: []models.EndUser{endUser("u-1", "Akiko")}}))
		products, _, err := w.Team(w.Vic, w.Acme).Products(ctx, models.Production, store.RecordsQuery{})
		ok(t, err)
		titles := map[string]string{}
		for _, p := range products {
			titles[p.ID] = p.Title
		}
		if len(products) != 2 || titles["p-1"] != "Red miso" || titles["p-2"] != "Dark soy sauce" {
			t.Errorf("products = %v; want the last of each id", titles)
		}
		if body, err := w.Store.Product(ctx, grant, "p-2"); err != nil || string(body) != `{"second":true}` {
			t.Errorf("Product = %s, %v", body, err)
		}
		if body, err := w.Store.EndUser(ctx, grant, "u-1"); err != nil || string(body) != `{"user_id":"u-1"}` {
			t.Errorf("EndUser = %s, %v", body, err)
		}
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if want := (store.Counts{Products: 2, EndUsers: 1}); err != nil || counts != want {
			t.Errorf("Counts = %+v, %v; want %+v", counts, err, want)
		}
	})
}

func TestRecordsStayInTheirDataSet(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		production, development := unlocked(t, w, models.Production), unlocked(t, w, models.Development)
		ok(t, w.Store.AddRecords(ctx, production, store.Records{
			Products: []models.Product{product("p-1", "Miso")}, EndUsers: []models.EndUser{endUser("u-1", "Aki")},
			Interactions: []models.Interaction{interaction("search", w.Store.Now())},
		}))
		unchanged(t, w.Database, func() {
			_, err := w.Store.Product(ctx, development, "p-1")
			refused(t, err, models.NotFound, "")
			_, err = w.Store.EndUser(ctx, development, "u-1")
			refused(t, err, models.NotFound, "")
			ok(t, w.Store.DeleteRecords(ctx, development, store.Deletion{Products: []string{"p-1"}}))
			ok(t, w.Store.DeleteRecords(ctx, development, store.Deletion{EndUsers: []string{"u-1"}}))
			counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Development)
			if err != nil || counts != (store.Counts{}) {
				t.Errorf("Development has %+v, %v; want nothing", counts, err)
			}
		})
		ok(t, w.Store.DeleteRecords(ctx, production, store.Deletion{Products: []string{"p-1"}}))
		ok(t, w.Store.DeleteRecords(ctx, production, store.Deletion{EndUsers: []string{"u-1"}}))
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if err != nil || counts != (store.Counts{Interactions: 1}) {
			t.Errorf("Production has %+v, %v; want the interaction only", counts, err)
		}
	})
}

// A batch is longer than one INSERT, and its last row is what the database
// refuses.
func TestBatchIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant := unlocked(t, w, models.Production)
		var batch store.Records
		for i := range 2500 {
			batch.Products = append(batch.Products, product(fmt.Sprint("p-", i), "Miso"))
			batch.Interactions = append(batch.Interactions, interaction("search", w.Store.Now()))
		}
		batch.Interactions[2499].Body = nil
		unchanged(t, w.Database, func() {
			if err := w.Store.AddRecords(ctx, grant, batch); err == nil {
				t.Error("a row without a body was kept")
			}
		})
		batch.Interactions[2499].Body = []byte(`{}`)
		for i := range batch.Interactions {
			batch.Interactions[i].ID = 0
		}
		ok(t, w.Store.AddRecords(ctx, grant, batch))
		counts, err := w.Team(w.Vic, w.Acme).Counts(ctx, models.Production)
		if err != nil || counts != (store.Counts{Products: 2500, Interactions: 2500}) {
			t.Errorf("Counts = %+v, %v", counts, err)
		}
	})
}

func TestPlaygroundIsReadOnly(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		grant := grants(t, w.Store)[w.Key(models.Playground, models.Secret).ID]
		unchanged(t, w.Database, func() {
			const says = "Playground environment is read-only"
			refused(t, w.Store.AddRecords(ctx, grant, store.Records{Products: []models.Product{product("p-1", "Miso")}}), models.Forbidden, says)
			refused(t, w.Store.DeleteRecords(ctx, grant, store.Deletion{Products: []string{"p-1"}}), models.Forbidden, says)
			refused(t, w.Store.AddTask(ctx, grant, models.Task{ID: "t", Collection: models.Products}), models.Forbidden, says)
		})
	})
}

func TestPlaygroundIsLoadedOnceForAllTeams(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewWorld(t, db)
		db.Exec("INSERT INTO products VALUES ('playground', 'p-1', 'Miso', 'body', '2026-03-02 09:30:00+00:00')")
		unchanged(t, db, func() {
			ok(t, w.Store.LoadPlayground(ctx, func() (store.Records, error) {
				return store.Records{}, errors.New("loaded twice")
			}))
		})
		for _, team := range []*store.TeamScope{w.Team(w.Vic, w.Acme), w.Team(w.Uma, w.Umami)} {
			products, _, err := team.Products(ctx, models.Playground, store.RecordsQuery{})
			if err != nil || len(products) != 1 {
				t.Errorf("%s sees %d products, %v; want 1", team.Team.Name, len(products), err)
			}
		}
	})
}

func TestDataOfALockedEnvironmentIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		team := w.Team(w.Olivia, w.Acme)
		const says = "Production is locked"
		_, err := team.Counts(ctx, models.Production)
		refused(t, err, models.Locked, says)
		_, _, err = team.Products(ctx, models.Production, store.RecordsQuery{})
		refused(t, err, models.Locked, says)
		_, _, err = team.EndUsers(ctx, models.Production, store.RecordsQuery{})
		refused(t, err, models.Locked, says)
		_, _, err = team.Interactions(ctx, models.Production, store.InteractionsQuery{})
		refused(t, err, models.Locked, says)
		_, err = team.InteractionTypes(ctx, models.Production)
		refused(t, err, models.Locked, says)
	})
}

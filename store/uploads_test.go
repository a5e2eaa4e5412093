package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// upload is an upload of a file of products to one of the team's environments.
func upload(t *store.TeamScope, kind models.EnvironmentKind, count int, list ...models.Batch) (int, error) {
	return t.UploadRecords(ctx, kind, models.Products, count, func(yield func(models.Batch, error) bool) {
		for _, batch := range list {
			if !yield(batch, nil) {
				return
			}
		}
	})
}

// recordsOf puts a product, a user and an interaction of theirs, all with the id
// that it returns, into the team's Development.
func recordsOf(t *testing.T, w *storetest.Fixture, team models.Team) string {
	unlockedDevelopment(t, w, team)
	id := "r-" + team.Slug
	in := interaction("search", w.Store.Now())
	in.UserID = id
	add(t, w, grantOf(t, w, team, models.Development),
		productsOf(product(id, "Miso")), usersOf(endUser(id, "Aki")), interactionsOf(in))
	return id
}

// grantOf is the grant of a key that works in the team's unlocked environment, which gets
// one where it has none.
func grantOf(t *testing.T, w *storetest.Fixture, team models.Team, kind models.EnvironmentKind) models.Grant {
	t.Helper()
	scope := w.Team(owner(w, team), team)
	keys, err := scope.Keys(ctx, kind)
	ok(t, err)
	i := slices.IndexFunc(keys, func(key models.Key) bool { return key.State == models.Active })
	if i < 0 {
		key, err := scope.IssueKey(ctx, kind, models.Secret, "")
		ok(t, err)
		keys, i = []models.Key{key}, 0
	}
	return grants(t, w.Store)[keys[i].ID]
}

// withRecords is recordsOf for what takes no id.
// deletedRecord returns the id of a deletion that can be undone.
func deletedRecord(t *testing.T, w *storetest.Fixture, team models.Team) string {
	deletion, err := w.Team(owner(w, team), team).DeleteRecord(ctx, models.Development, models.Products,
		recordsOf(t, w, team))
	ok(t, err)
	return deletion
}

func withRecords(t *testing.T, w *storetest.Fixture, team models.Team) string {
	recordsOf(t, w, team)
	return ""
}

func someInteraction(t *testing.T, w *storetest.Fixture, team models.Team) string {
	recordsOf(t, w, team)
	list, err := w.Team(owner(w, team), team).Interactions(ctx, models.Development, models.InteractionsQuery{})
	ok(t, err)
	return fmt.Sprint(list.Rows[0].ID)
}

// TestUploadProgress is what its own person is told of an upload that is under way, and nobody else.
func TestUploadProgress(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlockedDevelopment(t, w, w.Acme)
		dev := w.Team(w.Dev, w.Acme)
		told := func(who *store.TeamScope, kind models.EnvironmentKind) string {
			done, asked, err := who.UploadProgress(ctx, kind)
			ok(t, err)
			return fmt.Sprintf("%d of %d", done, asked)
		}
		var seen []string
		_, err := dev.UploadRecords(ctx, models.Development, models.Products, 3, func(yield func(models.Batch, error) bool) {
			for _, id := range []string{"a", "b", "c"} {
				seen = append(seen, told(dev, models.Development))
				if !yield(productsOf(product(id, "Miso")), nil) {
					return
				}
			}
			seen = append(seen, told(dev, models.Development))
		})
		ok(t, err)
		if want := []string{"0 of 0", "1 of 3", "2 of 3", "0 of 0"}; !slices.Equal(seen, want) {
			t.Errorf("told %q, want %q", seen, want)
		}
		_, err = dev.UploadRecords(ctx, models.Development, models.Products, 2, func(yield func(models.Batch, error) bool) {
			if yield(productsOf(product("d", "Miso")), nil) {
				if other := told(w.Team(w.Ade, w.Acme), models.Development); other != "0 of 0" {
					t.Errorf("somebody else is told %s", other)
				}
				yield(productsOf(product("e", "Miso")), nil)
			}
		})
		ok(t, err)
	})
}

func lines(t *testing.T, w *storetest.Fixture, action models.AuditAction) (details []models.AuditDetail) {
	t.Helper()
	list, err := w.Team(w.Olivia, w.Acme).Activity(ctx, store.ActivityQuery{})
	ok(t, err)
	for _, e := range list.Rows {
		if e.Action == action {
			details = append(details, e.Detail)
		}
	}
	slices.Reverse(details)
	return details
}

func TestUploadInBatches(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlocked(t, w, models.Production)
		team := w.Team(w.Dev, w.Acme)
		var parts []models.Batch
		for i := range 3 {
			parts = append(parts, productsOf(product(fmt.Sprint("p-", i), "Miso"), product("p-same", fmt.Sprint(i))))
		}
		kept, err := upload(team, models.Production, 6, parts...)
		if err != nil || kept != 6 {
			t.Fatalf("%d kept, %v", kept, err)
		}
		list, err := team.Records(ctx, models.Production, models.Products, models.RecordsQuery{Sorting: models.ByID})
		if err != nil || len(list.Rows) != 4 || list.Rows[3].Label != "2" {
			t.Errorf("%v, %v", list.Rows, err)
		}
		for _, action := range []models.AuditAction{models.DataUploadBegun, models.DataUploaded} {
			got := lines(t, w, action)
			if len(got) != 1 || got[0].Collection != models.Products || got[0].Count != 6 || got[0].Stopped != "" {
				t.Errorf("the activity says %s %+v", action, got)
			}
		}
		if n := w.Database.Count("SELECT count(*) FROM operations"); n != 0 {
			t.Errorf("%d operations are left", n)
		}
		if kept, err := upload(team, models.Production, 2, parts[0]); err != nil || kept != 2 {
			t.Fatalf("%d kept, %v", kept, err)
		}
		begun, ended := lines(t, w, models.DataUploadBegun), lines(t, w, models.DataUploaded)
		if len(begun) != 1 || len(ended) != 2 || ended[1].Count != 2 {
			t.Errorf("of one batch the activity says %+v and %+v", begun, ended)
		}
	})
}

// An upload stops when its file fails, or when the role is taken away; the
// activity says how far it came.
func TestUploadThatStops(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlocked(t, w, models.Production)
		torn := errors.New("torn")
		for name, stop := range map[string]func() error{
			"the file ends": func() error { return torn },
			"the role is taken away": func() error {
				w.Database.Exec("UPDATE members SET role = 'viewer' WHERE user_id = $1", w.Dev.UserID)
				return nil
			},
		} {
			reinstate(t, w, w.Acme)
			before := len(lines(t, w, models.DataUploaded))
			kept, err := w.Team(w.Dev, w.Acme).UploadRecords(ctx, models.Production, models.Products, 9,
				func(yield func(models.Batch, error) bool) {
					if yield(productsOf(product("p-1", name), product("p-2", name)), nil) {
						yield(productsOf(product("p-3", name)), stop())
					}
				})
			if kept != 2 || !errors.Is(err, torn) && models.CodeOf(err) != models.Forbidden {
				t.Errorf("%s: %d kept, %v", name, kept, err)
			}
			got := lines(t, w, models.DataUploaded)[before:]
			if len(got) != 1 || got[0].Asked != 9 || got[0].Count != 2 || got[0].Stopped != models.StoppedOnTheWay {
				t.Errorf("%s: the activity says %+v", name, got)
			}
		}
	})
}

func TestNobodyChangesPlaygroundOrWhatIsLocked(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Olivia, w.Acme)
		unchanged(t, w.Database, func() {
			for kind, code := range map[models.EnvironmentKind]models.Code{models.Playground: models.Forbidden,
				models.Production: models.Locked} {
				_, err := upload(team, kind, 1, productsOf(product("p-1", "Miso")))
				refused(t, err, code, "")
				_, err = team.DeleteRecord(ctx, kind, models.Products, "p-1")
				refused(t, err, code, "")
				_, err = team.UndoDeleteRecord(ctx, kind, models.Products, "deletion")
				refused(t, err, code, "")
				_, err = team.DeleteAll(ctx, kind, models.Interactions, string(kind))
				refused(t, err, code, "")
				_, err = team.DeleteInteractionsOf(ctx, kind, "user-1")
				refused(t, err, code, "")
			}
		})
	})
}

// A deletion of all leaves what comes after its beginning, and other data sets.
func TestDeleteAll(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		production, development := unlocked(t, w, models.Production), unlocked(t, w, models.Development)
		products, users, interactions := productsOf(), usersOf(), interactionsOf()
		for i := range 4001 {
			products.Records = append(products.Records, product(fmt.Sprint("p-", i), "Miso"))
			users.Records = append(users.Records, endUser(fmt.Sprint("u-", i), "Aki"))
			interactions.Interactions = append(interactions.Interactions, interaction("search", w.Store.Now()))
		}
		add(t, w, production, products, users, interactions)
		add(t, w, development, productsOf(products.Records[0]), interactionsOf(interaction("search", w.Store.Now())))
		w.Database.Clock.Add(time.Second)
		team := w.Team(w.Dev, w.Acme)
		unchanged(t, w.Database, func() {
			_, err := team.DeleteAll(ctx, models.Production, models.Products, "Production")
			refused(t, err, models.Invalid, "Type production")
		})
		for _, collection := range []models.Collection{models.Products, models.EndUsers, models.Interactions} {
			if gone, err := team.DeleteAll(ctx, models.Production, collection, "production"); err != nil ||
				gone != 4001 {
				t.Errorf("%s: %d gone, %v", collection, gone, err)
			}
		}
		if got := lines(t, w, models.DataDeleted); len(got) != 3 || got[0].Count != 4001 ||
			got[2].Collection != models.Interactions {
			t.Errorf("the activity says %+v", got)
		}
		for kind, want := range map[models.EnvironmentKind]models.Counts{models.Production: {},
			models.Development: {Products: 1, Interactions: 1}} {
			if counts, err := team.Counts(ctx, kind); err != nil || counts != want {
				t.Errorf("%s has %+v, %v", kind, counts, err)
			}
		}
		if got := lines(t, w, models.DataDeletionBegun); len(got) != 3 || got[0].Count != 4001 {
			t.Errorf("of the beginnings the activity says %+v", got)
		}
		if gone, err := team.DeleteAll(ctx, models.Production, models.Products, "production"); err != nil || gone != 0 {
			t.Errorf("of nothing: %d gone, %v", gone, err)
		}
	})
}

// Who asks to be forgotten is found by both kinds of id, and not named.
func TestDeleteInteractionsOfAUser(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, team := unlocked(t, w, models.Production), w.Team(w.Dev, w.Acme)
		named, anonymous := interaction("search", w.Store.Now()), interaction("search", w.Store.Now())
		named.UserID, anonymous.UserID, anonymous.AnonymousID = "aki@example.com", "", "aki@example.com"
		add(t, w, grant, usersOf(endUser("aki@example.com", "Aki")),
			interactionsOf(named, anonymous, interaction("search", w.Store.Now())))
		if gone, err := team.DeleteInteractionsOf(ctx, models.Production, "aki@example.com"); err != nil || gone != 2 {
			t.Errorf("%d gone, %v", gone, err)
		}
		if got := lines(t, w, models.DataDeleted); len(got) != 1 || got[0].Count != 2 || got[0].Text != "of one user" {
			t.Errorf("the activity says %+v", got)
		}
		_, err := team.DeleteRecord(ctx, models.Production, models.EndUsers, "aki@example.com")
		ok(t, err)
		if counts, err := team.Counts(ctx, models.Production); err != nil ||
			counts != (models.Counts{Interactions: 1}) {
			t.Errorf("Production has %+v, %v", counts, err)
		}
		if n := w.Database.Count("SELECT count(*) FROM audit_events WHERE CAST(detail AS text) LIKE '%aki@%'"); n != 0 {
			t.Error("the activity names who asked to be forgotten")
		}
		_, err = team.DeleteInteractionsOf(ctx, models.Production, "")
		refused(t, err, models.NotFound, "")
	})
}

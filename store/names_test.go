package store_test

import (
	"slices"
	"testing"

	"dojo/store"
	"dojo/store/storetest"
)

func TestNamesSortAsPeopleSort(t *testing.T) {
	want := []string{"Acme 2", "Acme 10", "apple", "Éclair", "eclipse", "Release 0.9", "Release 1.0", "Release 1.10",
		"Shop <00>", "Shop <1>", "Shop <02>", "Shop <123456789>", "Shop <1234567890>", "Zebra"}
	names := slices.Clone(want)
	slices.Sort(names)
	slices.SortFunc(names, store.CompareNames)
	same(t, "the names", names, want)
}

// TestOnesTeamsAreByName, as people sort.
func TestOnesTeamsAreByName(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for slug, name := range map[string]string{"zebra": "Zebra", "eclair": "Éclair", "apple": "apple"} {
			_, err := w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: name, OwnerID: w.Nina.UserID})
			ok(t, err)
		}
		list, err := w.Store.Memberships(ctx, w.Nina)
		ok(t, err)
		var names []string
		for _, m := range list {
			names = append(names, m.Team.Name)
		}
		same(t, "the teams", names, []string{"apple", "Éclair", "Zebra"})
	})
}

// TestDeskListsTeamsAsPeopleSort, also page by page, and those of earlier versions after the next sweep.
func TestDeskListsTeamsAsPeopleSort(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for slug, name := range map[string]string{"zebra": "zebra", "eclair": "Éclair", "apple": "apple", "a10": "Acme 10",
			"a2": "acme 2", "eclipse": "eclipse"} {
			_, err := w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: name, OwnerID: w.Nina.UserID})
			ok(t, err)
		}
		pages := func() (names []string) {
			query := store.TeamsQuery{Limit: 2}
			for {
				list, err := w.Desk().Teams(ctx, query)
				ok(t, err)
				for _, row := range list.Rows {
					names = append(names, row.Team.Name)
				}
				if !list.More {
					return names
				}
				query.Cursor = list.Rows[len(list.Rows)-1].Cursor()
			}
		}
		want := []string{"acme 2", "Acme 10", "Acme Books", "apple", "Éclair", "eclipse", "Umami Foods", "zebra"}
		same(t, "the teams", pages(), want)
		w.Database.Exec("UPDATE teams SET sort_key = $1", []byte{})
		ok(t, w.Store.Sweep(ctx))
		same(t, "the teams of an earlier version", pages(), want)
		_, err := w.Team(w.Olivia, w.Acme).Rename(ctx, "Yonder", "acme")
		ok(t, err)
		same(t, "with one renamed", pages()[6], "Yonder")
	})
}

package store_test

import (
	"slices"
	"testing"

	"dojo/store"
	"dojo/store/storetest"
)

func TestNamesSortAsPeopleSort(t *testing.T) {
	want := []string{"Acme 2", "Acme 10", "apple", "Éclair", "eclipse", "Zebra"}
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

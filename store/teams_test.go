package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestNewTeamHasItsOwnerAndThreeEnvironments(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Olivia, w.Acme)
		if team.Role != models.Owner || len(team.Environments) != 3 {
			t.Fatalf("role %s, %d environments", team.Role, len(team.Environments))
		}
		for i, kind := range models.EnvironmentKinds() {
			environment := team.Environments[i]
			if environment.Kind != kind || environment.Unlocked(w.Store.Now()) != (kind == models.Playground) {
				t.Errorf("environment %d is %+v; want %s, only Playground unlocked", i, environment, kind)
			}
			keys, err := team.Keys(ctx, kind)
			if want := map[bool]int{true: 2, false: 0}[kind == models.Playground]; err != nil || len(keys) != want {
				t.Errorf("%s has %d keys, %v; want %d", kind, len(keys), err, want)
			}
		}
		playground, _ := w.Team(w.Uma, w.Umami).Environment(models.Playground)
		if playground.DataSetID != team.Environments[0].DataSetID ||
			team.Environments[1].DataSetID == team.Environments[2].DataSetID {
			t.Error("Playgrounds share their data set, and nothing else does")
		}
	})
}

func TestCreateTeamRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unchanged(t, w.Database, func() {
			for name, c := range map[string]struct {
				team store.NewTeam
				code models.Code
			}{
				"a reserved slug": {store.NewTeam{Slug: "explore", Name: "New", OwnerID: w.Nina.UserID},
					models.Invalid},
				"no name":           {store.NewTeam{Slug: "new-team", OwnerID: w.Nina.UserID}, models.Invalid},
				"no slug":           {store.NewTeam{Name: "New", OwnerID: w.Nina.UserID}, models.Invalid},
				"a slug with space": {store.NewTeam{Slug: "ne w", Name: "New", OwnerID: w.Nina.UserID}, models.Invalid},
				"a taken slug":      {store.NewTeam{Slug: "acme", Name: "New", OwnerID: w.Nina.UserID}, models.Invalid},
				"no such owner":     {store.NewTeam{Slug: "new-team", Name: "New", OwnerID: "nobody"}, models.NotFound},
			} {
				_, err := w.Store.CreateTeam(ctx, w.Sol, c.team)
				if models.CodeOf(err) != c.code {
					t.Errorf("%s: %v; want %s", name, err, c.code)
				}
			}
			refused(t, w.Store.AddMember(ctx, storetest.System, "acme", w.Dev.UserID, models.Owner), models.Conflict,
				"")
			refused(t, w.Store.AddMember(ctx, storetest.System, "nowhere", w.Dev.UserID, models.Owner), models.NotFound,
				"")
			_, err := w.Store.CreateUser(ctx, storetest.System, w.Dev.Email, "Twin", "")
			refused(t, err, models.Conflict, "")
		})
	})
}

func TestSeenIsWhereTheNextVisitBegins(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		seen := func(kind models.EnvironmentKind) error { return w.Team(w.Dev, w.Acme).Seen(ctx, kind) }
		ok(t, seen(models.Production))
		list, err := w.Store.Memberships(ctx, w.Dev)
		ok(t, err)
		if list[0].Member.LastEnvironment != models.Production {
			t.Errorf("the last environment is %s; want production", list[0].Member.LastEnvironment)
		}
		sameTime(t, "LastViewedAt", list[0].Member.LastViewedAt, w.Store.Now())
		unchanged(t, w.Database, func() {
			refused(t, seen("staging"), models.NotFound, "")
			w.Database.Clock.Add(59 * time.Minute)
			ok(t, seen(models.Production))
		})
		w.Database.Clock.Add(time.Minute)
		ok(t, seen(models.Production))
		list, err = w.Store.Memberships(ctx, w.Dev)
		ok(t, err)
		sameTime(t, "LastViewedAt after an hour", list[0].Member.LastViewedAt, w.Store.Now())
		ok(t, seen(models.Development))
		list, err = w.Store.Memberships(ctx, w.Dev)
		if err != nil || list[0].Member.LastEnvironment != models.Development {
			t.Errorf("the last environment is %s, %v; want development", list[0].Member.LastEnvironment, err)
		}
	})
}

func TestPeopleOfATeam(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		people, err := w.Team(w.Vic, w.Acme).People(ctx)
		ok(t, err)
		got := []string{}
		for _, p := range people {
			got = append(got, fmt.Sprintf("%s %s %s", p.Name, p.Email, p.Role))
		}
		want := []string{"Ade Admin ade@acme.example admin", "Dev Developer dev@acme.example developer",
			"Olivia Owner olivia@acme.example owner", "Vic Viewer vic@acme.example viewer"}
		if !slices.Equal(got, want) {
			t.Errorf("people = %q; want %q", got, want)
		}
	})
}

func TestDeskListsTeams(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for i := range 55 {
			_, err := w.Store.CreateTeam(ctx, w.Sol,
				store.NewTeam{Slug: fmt.Sprintf("t-%02d", i), Name: fmt.Sprintf("100%% Team_%02d", i),
					OwnerID: w.Nina.UserID})
			ok(t, err)
		}
		desk := w.Desk()
		for _, sorting := range []store.TeamSorting{store.TeamsByName, store.TeamsNewest} {
			query := store.TeamsQuery{Sorting: sorting}
			first, err := desk.Teams(ctx, query)
			ok(t, err)
			if len(first.Rows) != 50 || !first.More || len(first.Rows[0].Environments) != 3 {
				t.Fatalf("the first part has %d teams, more: %v", len(first.Rows), first.More)
			}
			query.Cursor = first.Next
			rest, err := desk.Teams(ctx, query)
			if err != nil || len(rest.Rows) != 7 || rest.More {
				t.Errorf("the second part has %d teams, more: %v, %v; want 7", len(rest.Rows), rest.More, err)
			}
			seen := map[string]bool{}
			for _, row := range slices.Concat(first.Rows, rest.Rows) {
				seen[row.Team.ID] = true
			}
			if len(seen) != 57 {
				t.Errorf("the two parts have %d teams; want 57", len(seen))
			}
			query.Cursor = rest.Rows[0].Cursor().Backwards()
			back, err := desk.Teams(ctx, query)
			if err != nil || len(back.Rows) != 50 || back.Rows[0].Team.ID != first.Rows[0].Team.ID {
				t.Errorf("back leads to %d teams, %v; want the first part", len(back.Rows), err)
			}
		}
		for search, want := range map[string]int{"UMAMI": 1, "foods": 1, "Team_01": 1, "TEAM%": 0, "100% t": 50,
			"_": 50, "t-5": 5, "no such": 0,
			"uma@umami": 1, "dev developer": 1, "NINA": 50} {
			found, err := desk.Teams(ctx, store.TeamsQuery{Search: search})
			if err != nil || len(found.Rows) != want {
				t.Errorf("searching %q found %d teams, %v; want %d", search, len(found.Rows), err, want)
			}
		}
		count, err := desk.TeamCount(ctx)
		if err != nil || count != 57 {
			t.Errorf("TeamCount = %d, %v; want 57", count, err)
		}
	})
}

func TestTeamFileHoldsNoSealedKey(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		file, err := w.Desk().Team(ctx, "acme")
		ok(t, err)
		if file.Team.ID != w.Acme.ID || len(file.Environments) != 3 || len(file.People) != 4 ||
			len(file.Requests) != 1 || file.Requests[0].ID != request.ID {
			t.Errorf("file = %+v", file)
		}
		if file.Activity[0].Action != models.UnlockRequested {
			t.Errorf("the latest activity is %s; want the request", file.Activity[0].Action)
		}
		for _, keys := range file.Keys {
			for _, key := range keys {
				if key.TeamID != w.Acme.ID || len(key.Sealed) > 0 {
					t.Errorf("the file holds the key %+v", key)
				}
			}
		}
		_, err = w.Desk().Team(ctx, "nowhere")
		refused(t, err, models.NotFound, "")
	})
}

func TestHasEngineer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		has := func(s *store.Store) bool {
			yes, err := s.HasEngineer(ctx)
			ok(t, err)
			return yes
		}
		if has(db.Open()) {
			t.Error("a new database has an engineer")
		}
		w := storetest.NewFixture(t, db)
		if !has(w.Store) {
			t.Error("Sol is no engineer")
		}
		db.Exec("UPDATE users SET disabled_at = created_at WHERE engineer")
		if has(w.Store) {
			t.Error("a disabled account counts as an engineer")
		}
	})
}

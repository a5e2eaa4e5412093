package store_test

import (
	"fmt"
	"slices"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestSearchFindsOnesOwn: members find what is in their own teams, solutions engineers what is in
// all, and nobody else anything, whatever they ask for.
func TestSearchFindsOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		endings, requests := map[string]string{}, map[string]string{}
		for _, team := range []models.Team{w.Acme, w.Umami} {
			endings[team.Slug], requests[team.Slug] = anEnding(t, w, team), logs(t, w, team)
		}
		type search struct {
			query       store.SearchQuery
			acme, umami string // what is found there
		}
		searches := map[string]search{
			"team":    {store.SearchQuery{Names: []string{"oo"}}, "team Acme Books", "team Umami Foods"},
			"address": {store.SearchQuery{Names: []string{"FOODS"}}, "", "team Umami Foods"},
			"person":  {store.SearchQuery{Names: []string{"ade"}}, "Ade Admin in Acme Books", ""},
			"mail":    {store.SearchQuery{Names: []string{"umami.example", "UMA"}}, "", "Uma Owner in Umami Foods"},
			"nobody":  {store.SearchQuery{Names: []string{"nina"}}, "", ""},
			"key":     {store.SearchQuery{Ending: endings["acme"]}, "key " + endings["acme"] + " in Acme Books", ""},
			"key 2":   {store.SearchQuery{Ending: endings["umami"]}, "", "key " + endings["umami"] + " in Umami Foods"},
			"request": {store.SearchQuery{Request: requests["acme"]}, "request in Acme Books", ""},
			"another": {store.SearchQuery{Request: requests["umami"]}, "", "request in Umami Foods"},
			"sign":    {store.SearchQuery{Names: []string{"%"}}, "", ""},
		}
		for name, who := range everybody(w) {
			for what, s := range searches {
				found, err := w.Store.Search(ctx, who.actor, s.query)
				if who.actor.UserID == "" {
					refused(t, err, models.NotFound, "")
					continue
				}
				ok(t, err)
				var want []string
				if s.acme != "" && (who.acme != models.Nobody || who.actor.Engineer) {
					want = append(want, s.acme)
				}
				if s.umami != "" && (who.umami != models.Nobody || who.actor.Engineer) {
					want = append(want, s.umami)
				}
				if got := told(found); !slices.Equal(got, want) {
					t.Errorf("%s finds by %s %q; want %q", name, what, got, want)
				}
			}
		}
	})
}

// anEnding is that of one of the team's keys.
func anEnding(t *testing.T, w *storetest.Fixture, team models.Team) (ending string) {
	t.Helper()
	ok(t, w.Database.SQL().QueryRow("SELECT min(ending) FROM keys WHERE team_id = $1", team.ID).Scan(&ending))
	return ending
}

// logs has a request to the team's Playground in the log, and returns its id.
func logs(t *testing.T, w *storetest.Fixture, team models.Team) string {
	t.Helper()
	var environment string
	ok(t, w.Database.SQL().QueryRow("SELECT id FROM environments WHERE team_id = $1 AND kind = 'playground'", team.ID).
		Scan(&environment))
	row := models.Request{ID: models.NewID(), EnvironmentID: environment, At: w.Store.Now(), Method: "GET",
		Path:     "/verify",
		Endpoint: "GET /verify", Status: 200, Outcome: models.Succeeded}
	ok(t, w.Store.AddUse(ctx, models.Use{Requests: []models.Request{row}}))
	return row.ID
}

// told is what was found, in words.
func told(found store.SearchResults) (list []string) {
	for _, team := range found.Teams {
		list = append(list, "team "+team.Team.Name)
	}
	for _, person := range found.People {
		list = append(list, person.Name+" in "+person.TeamName)
	}
	for _, key := range found.Keys {
		if key.Key.Sealed != nil {
			list = append(list, "a sealed key")
		}
		list = append(list, "key "+key.Key.Ending+" in "+key.Team.Name)
	}
	if r := found.Request; r != nil {
		list = append(list, "request in "+r.Team.Name)
	}
	return list
}

// TestSearchEndsWithTheRight to see: with the membership, the team, the account, and where the team
// asks for a second factor that one lacks.
func TestSearchEndsWithTheRight(t *testing.T) {
	for what, ends := range map[string]string{
		"membership":    "DELETE FROM members WHERE user_id = '%s'",
		"team":          "UPDATE teams SET deleted_at = created_at WHERE slug = 'acme' AND '%s' <> ''",
		"second factor": "UPDATE teams SET second_factor_required = true WHERE slug = 'acme' AND '%s' <> ''",
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, w *storetest.Fixture) {
				query := store.SearchQuery{Names: []string{"acme"}, Request: logs(t, w, w.Acme),
					Ending: anEnding(t, w, w.Acme)}
				found, err := w.Store.Search(ctx, w.Vic, query)
				if ok(t, err); len(told(found)) < 4 {
					t.Errorf("a member finds %q", told(found))
				}
				w.Database.Exec(fmt.Sprintf(ends, w.Vic.UserID))
				found, err = w.Store.Search(ctx, w.Vic, query)
				if ok(t, err); len(told(found)) > 0 {
					t.Errorf("afterwards still %q", told(found))
				}
			})
		})
	}
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Database.Exec("UPDATE users SET engineer = false")
		found, err := w.Store.Search(ctx, w.Sol, store.SearchQuery{Names: []string{"acme"}})
		if ok(t, err); len(told(found)) > 0 || found.Engineer {
			t.Errorf("who was an engineer finds %q", told(found))
		}
		w.Database.Exec("UPDATE users SET disabled_at = created_at")
		_, err = w.Store.Search(ctx, w.Vic, store.SearchQuery{Names: []string{"acme"}})
		refused(t, err, models.NotFound, "")
	})
}

// TestSearchShowsTheBestFirst, and says when there is more.
func TestSearchShowsTheBestFirst(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for i := range 12 {
			_, err := w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: fmt.Sprintf("shop-%02d", i),
				Name: fmt.Sprintf("The Acme Shop %02d", i), OwnerID: w.Uma.UserID})
			ok(t, err)
		}
		found, err := w.Store.Search(ctx, w.Sol, store.SearchQuery{Names: []string{"ACME"}})
		if ok(t, err); len(found.Teams) != 8 || !found.MoreTeams || found.Teams[0].Team.Slug != "acme" ||
			found.Teams[1].Team.Slug != "shop-00" {
			t.Errorf("%q, and more: %v", told(found), found.MoreTeams)
		}
		found, err = w.Store.Search(ctx, w.Sol, store.SearchQuery{Names: []string{"shop", "11"}})
		if ok(t, err); len(found.Teams) != 1 || found.MoreTeams {
			t.Errorf("two words find %q", told(found))
		}
		found, err = w.Store.Search(ctx, w.Ade, store.SearchQuery{Names: []string{"ACME"}})
		if ok(t, err); len(found.Teams) != 1 || len(found.Teams[0].Environments) != 3 {
			t.Errorf("a member finds %+v", found.Teams)
		}
	})
}

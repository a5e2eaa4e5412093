package store_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestSwitcher: the eight of one's other teams that one viewed last, by name, with their alarms and
// no others' alarms.
func TestSwitcher(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for i := range 11 {
			slug := fmt.Sprintf("shop-%02d", i)
			team, err := w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: "Shop " + slug, OwnerID: w.Dev.UserID})
			ok(t, err)
			w.Database.Clock.Add(time.Minute)
			ok(t, w.Team(w.Dev, team.Team).Seen(ctx, models.Production))
			exposedSecret(t, w, team.Team)
		}
		exposedSecret(t, w, w.Umami)
		exposedSecret(t, w, w.Acme)
		found, err := w.Team(w.Dev, w.Acme).Switcher(ctx)
		if ok(t, err); len(found.Others) != store.SwitcherTeams || found.More != 3 || len(found.Alarms) != 9 {
			t.Fatalf("%d other teams, %d more, %d with alarms", len(found.Others), found.More, len(found.Alarms))
		}
		for i, other := range found.Others {
			if want := fmt.Sprintf("shop-%02d", i+3); other.Team.Slug != want || len(other.Environments) != 3 ||
				other.Member.LastEnvironment != models.Production {
				t.Errorf("the team %d is %s; want %s", i, other.Team.Slug, want)
			}
		}
		w.Database.Exec("UPDATE teams SET second_factor_required = true WHERE slug LIKE 'shop-%'")
		w.Database.Exec("UPDATE teams SET deleted_at = created_at WHERE slug = 'shop-10'")
		found, err = w.Team(w.Dev, w.Acme).Switcher(ctx)
		if ok(t, err); len(found.Others) != 8 || found.More != 2 || len(found.Alarms) != 1 {
			t.Errorf("then %d other teams, %d more, %d with alarms", len(found.Others), found.More, len(found.Alarms))
		}
		found, err = w.Team(w.Uma, w.Umami).Switcher(ctx)
		if ok(t, err); len(found.Others) != 0 || len(found.Alarms) != 1 {
			t.Errorf("another team's switcher has %d other teams, %d with alarms", len(found.Others), len(found.Alarms))
		}
	})
}

package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// limited unlocks Acme's Production for so many requests a day, and returns its id.
func limited(t *testing.T, w *storetest.Fixture, perDay int) string {
	t.Helper()
	w.Unlock(models.Production)
	ok(t, changeAgreement(ctx, w, models.Production, func(t *models.Terms) { t.PerDay = perDay }))
	return environmentID(w, w.Acme, models.Production)
}

// Counts add up whoever adds, and begin anew with a day; the gate reads today's with the grants.
func TestDayCountsAddUp(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		environment, today := limited(t, w, 1000), models.DayNumber(w.Store.Now())
		for _, err := range together(20, func(int) error {
			_, err := w.Store.AddDayCounts(ctx, today, map[string]int64{environment: 10, "another": 1})
			return err
		}) {
			ok(t, err)
		}
		totals, err := w.Store.AddDayCounts(ctx, today, map[string]int64{environment: 1, "another": 1})
		if ok(t, err); totals[environment] != 201 || totals["another"] != 21 {
			t.Errorf("the counts are %v; want 201 and 21", totals)
		}
		grant := grants(t, w.Store)[w.Key(models.Production, models.Secret).ID]
		if grant.Today != today || grant.UsedToday != 201 || grant.Periods[0].PerDay != 1000 {
			t.Errorf("the grant says %+v", grant)
		}
		totals, err = w.Store.AddDayCounts(ctx, today+1, map[string]int64{environment: 3})
		if ok(t, err); totals[environment] != 3 {
			t.Errorf("the next day begins with %v", totals)
		}
		w.Database.Clock.Add(72 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if left := w.Database.Count("SELECT count(*) FROM day_counts"); left != 1 {
			t.Errorf("%d counts are left; want the one that is two days old", left)
		}
	})
}

// Teams are told once a day of each part of the limit that is used up, the highest alone when
// several are at once, however many processes count.
func TestTeamsAreToldOfLimitsOnceADay(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		environment := limited(t, w, 1000)
		told := func(want ...int) {
			t.Helper()
			list := lines(t, w, models.LimitNeared)
			if len(list) != len(want) {
				t.Fatalf("%d lines tell of the limit; want %v", len(list), want)
			}
			for i, line := range list {
				if line.Count != want[i] {
					t.Errorf("line %d is %+v; want %d %%", i, line, want[i])
				}
			}
		}
		add := func(n int64) {
			t.Helper()
			for _, err := range together(4, func(i int) error {
				if i > 0 {
					return w.Store.Sweep(ctx)
				}
				_, err := w.Store.AddDayCounts(ctx, models.DayNumber(w.Store.Now()), map[string]int64{environment: n})
				return err
			}) {
				ok(t, err)
			}
		}
		add(748)
		told()
		add(4)
		told(75)
		ok(t, w.Store.Sweep(ctx))
		told(75)
		add(248)
		told(75, 100)
		w.Database.Clock.Add(24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		told(75, 100)
		add(920)
		told(75, 100, 90)
	})
}

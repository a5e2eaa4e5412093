package gate_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// dayTable is where processes keep their counts together. It can fail.
type dayTable struct {
	mu     sync.Mutex
	counts map[int64]map[string]int64
	err    error
}

func (d *dayTable) AddDayCounts(_ context.Context, day int64, counts map[string]int64) (map[string]int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return nil, d.err
	}
	if d.counts == nil {
		d.counts = map[int64]map[string]int64{}
	}
	if d.counts[day] == nil {
		d.counts[day] = map[string]int64{}
	}
	totals := map[string]int64{}
	for environment, n := range counts {
		d.counts[day][environment] += n
		totals[environment] = d.counts[day][environment]
	}
	return totals, nil
}

func (d *dayTable) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

// used are the counts of the day, by environment.
func (d *dayTable) used(day int64) map[string]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.counts[day])
}

// dailyGrants are keys of Development and Production, of which each may make so many requests a day,
// and of the Playground without a limit, as the database has them at the moment.
func dailyGrants(d *dayTable, perDay int, now time.Time) []models.Grant {
	today := models.DayNumber(now)
	grants := []models.Grant{grant("secret", models.Secret, models.Development),
		grant("public", models.Publishable, models.Development), grant("other", models.Secret, models.Production),
		grant("free", models.Secret, models.Playground)}
	for i := range grants {
		g := &grants[i]
		g.Today, g.UsedToday = today, d.used(today)[g.EnvironmentID]
		if g.Environment != models.Playground {
			g.Periods = []models.Period{{PerDay: perDay}}
		}
	}
	return grants
}

// daily is a process whose environments may make so many requests a day.
func daily(t *testing.T, d *dayTable, perDay int, now func() time.Time) (*gate.Gate, *source) {
	t.Helper()
	from := &source{}
	from.set(dailyGrants(d, perDay, now())...)
	g := gate.New(from, digest, now)
	t.Cleanup(g.Close)
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g, from
}

// passes makes requests with a key until one is refused, at most so many, and returns how many were
// accepted.
func passes(t *testing.T, g *gate.Gate, key string, most int) (accepted int) {
	t.Helper()
	for ; accepted < most; accepted++ {
		if found := g.CheckKey(keyText(key)); found.Outcome != models.Accepted {
			if found.Outcome != models.DayLimited {
				t.Fatalf("%s: %v", key, found.Outcome)
			}
			return accepted
		}
	}
	return accepted
}

// Of each environment the day's limit holds for all of its keys together, until midnight in UTC, to the
// nanosecond; and setting the clock back does not begin a day anew.
func TestDayLimit(t *testing.T) {
	now := noon
	g, _ := daily(t, &dayTable{}, 3, func() time.Time { return now })
	if got := passes(t, g, "secret", 2) + passes(t, g, "public", 5); got != 3 {
		t.Errorf("%d requests passed; want 3", got)
	}
	if found := g.CheckKey(keyText("public")); found.Outcome != models.DayLimited || found.RetryAfter != 12*time.Hour {
		t.Errorf("%v, again after %v; want 12 hours", found.Outcome, found.RetryAfter)
	}
	if got := passes(t, g, "other", 5); got != 3 {
		t.Errorf("%d requests of Production passed; want 3 of its own", got)
	}
	if got := passes(t, g, "free", 100); got != 100 {
		t.Errorf("%d requests without a limit passed; want all", got)
	}
	midnight := models.DayOf(noon).AddDate(0, 0, 1)
	now = midnight.Add(-time.Nanosecond)
	if found := g.CheckKey(keyText("secret")); found.Outcome != models.DayLimited || found.RetryAfter != 1 {
		t.Errorf("just before midnight: %v, again after %v", found.Outcome, found.RetryAfter)
	}
	now = midnight
	if got := passes(t, g, "secret", 5); got != 3 {
		t.Errorf("%d requests passed on the next day; want 3", got)
	}
	now = noon
	if found := g.CheckKey(keyText("secret")); found.Outcome != models.DayLimited || found.RetryAfter != 36*time.Hour {
		t.Errorf("with the clock set back: %v, again after %v", found.Outcome, found.RetryAfter)
	}
}

// However many requests come at once, exactly the limit's number passes.
func TestDayLimitAtOnce(t *testing.T) {
	g, _ := daily(t, &dayTable{}, 1000, func() time.Time { return noon })
	var wait sync.WaitGroup
	got := make([]int, 8)
	for i := range got {
		wait.Go(func() { got[i] = passes(t, g, []string{"secret", "public"}[i%2], 1000) })
	}
	wait.Wait()
	sum := 0
	for _, n := range got {
		sum += n
	}
	if sum != 1000 {
		t.Errorf("%d requests passed; want 1000", sum)
	}
}

// Processes count together: what one lets pass between two flushes is the only thing that others do
// not know of.
func TestDayLimitOfSeveralProcesses(t *testing.T) {
	d, clock := &dayTable{}, func() time.Time { return noon }
	one, _ := daily(t, d, 10, clock)
	two, _ := daily(t, d, 10, clock)
	passes(t, one, "secret", 6)
	passes(t, two, "secret", 1)
	one.FlushDays(t.Context(), d)
	two.FlushDays(t.Context(), d)
	if got := passes(t, two, "secret", 10); got != 3 {
		t.Errorf("%d more passed at the second; want 3 after 6 and 1", got)
	}
	two.FlushDays(t.Context(), d)
	if got := passes(t, one, "secret", 1); got != 1 {
		t.Error("the first one knows of the others' before it has asked")
	}
	one.FlushDays(t.Context(), d)
	if got := passes(t, one, "secret", 1); got != 0 {
		t.Error("the first one does not know of the others' after it has asked")
	}
	if got := d.used(models.DayNumber(noon))["development id"]; got != 11 {
		t.Errorf("%d requests are written down; want the 11 that passed", got)
	}
}

// A process that starts begins with what was counted before.
func TestDayLimitIsKeptOverARestart(t *testing.T) {
	d, now := &dayTable{}, noon
	clock := func() time.Time { return now }
	g, _ := daily(t, d, 10, clock)
	passes(t, g, "secret", 7)
	g.FlushDays(t.Context(), d)
	g.Close()
	g, _ = daily(t, d, 10, clock)
	if got := passes(t, g, "secret", 10); got != 3 {
		t.Errorf("%d requests passed after the restart; want the 3 that were left", got)
	}
	g.FlushDays(t.Context(), d)
	now = now.AddDate(0, 0, 1)
	g, _ = daily(t, d, 10, clock)
	if got := passes(t, g, "secret", 20); got != 10 {
		t.Errorf("%d requests passed the day after; want 10", got)
	}
}

// A limit that is changed in the middle of the day holds for what the whole day makes.
func TestDayLimitIsChangedDuringTheDay(t *testing.T) {
	d, clock := &dayTable{}, func() time.Time { return noon }
	g, from := daily(t, d, 5, clock)
	for _, step := range []struct{ limit, pass int }{{5, 5}, {8, 3}, {6, 0}, {9, 1}} {
		from.set(dailyGrants(d, step.limit, noon)...)
		if err := g.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := passes(t, g, "secret", 20); got != step.pass {
			t.Errorf("with a limit of %d %d more passed; want %d", step.limit, got, step.pass)
		}
		g.FlushDays(t.Context(), d)
	}
}

// What cannot be written down is added by the next flush, once; meanwhile each process counts by itself.
func TestDayCountsSurviveAFailure(t *testing.T) {
	d, today := &dayTable{}, models.DayNumber(noon)
	g, _ := daily(t, d, 10, func() time.Time { return noon })
	d.fail(errors.New("the disk is full"))
	passes(t, g, "secret", 4)
	g.FlushDays(t.Context(), d)
	passes(t, g, "secret", 2)
	d.fail(nil)
	g.FlushDays(t.Context(), d)
	g.FlushDays(t.Context(), d)
	if got := d.used(today)["development id"]; got != 6 {
		t.Errorf("%d requests are written down; want 6", got)
	}
	if got := passes(t, g, "secret", 10); got != 4 {
		t.Errorf("%d more passed; want 4", got)
	}
}

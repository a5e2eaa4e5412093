package handlers

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/pages"
)

// TestHoursFallIntoBars: each hour is in exactly one bar or before the first, and
// the last bar holds this moment.
func TestHoursFallIntoBars(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)
	for name, span := range spans {
		var hours []store.HourCount
		first := span.begin(now).Add(-span.length())
		for at := first.Truncate(time.Hour); !at.After(now); at = at.Add(time.Hour) {
			hours = append(hours, store.HourCount{Hour: at, Outcome: models.Succeeded, Requests: 1})
		}
		chart, sums, before := span.chart(hours, now)
		if len(chart.Bars) != span.bars || before.Succeeded != span.bars*span.hours ||
			sums.Succeeded+before.Succeeded != len(hours) {
			t.Errorf("%s: %d bars, %d before, %d in them, of %d", name, len(chart.Bars), before.Succeeded,
				sums.Succeeded, len(hours))
		}
		last := chart.Bars[span.bars-1]
		if last.Succeeded == 0 || last.Short == "" {
			t.Errorf("%s: the last bar is %+v", name, last)
		}
		for i, bar := range chart.Bars[:span.bars-1] {
			if bar.Succeeded != span.hours {
				t.Errorf("%s: bar %d has %d hours", name, i, bar.Succeeded)
			}
		}
	}
}

func TestTodayIsComparedWithYesterdayAtThisTime(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)
	at := func(day, hour int) time.Time { return time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC) }
	today, yesterday := dayByDay([]store.HourCount{
		{Hour: at(1, 0), Outcome: models.Succeeded, Requests: 5},
		{Hour: at(1, 9), Outcome: models.Succeeded, Requests: 10}, // half of it had passed
		{Hour: at(1, 10), Outcome: models.Succeeded, Requests: 100},
		{Hour: at(2, 0), Outcome: models.KeyIsRevoked, Requests: 2},
		{Hour: at(2, 9), Outcome: models.Failed, Requests: 3},
	}, now)
	if want := (pages.Counts{Refused: 2, Errors: 3}); today != want {
		t.Errorf("today is %+v, want %+v", today, want)
	}
	if want := (pages.Counts{Succeeded: 10}); yesterday != want {
		t.Errorf("yesterday is %+v, want %+v", yesterday, want)
	}
}
